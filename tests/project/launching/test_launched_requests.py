from __future__ import annotations

from gatepost.project.launching.launched_requests import shown_target


def test_a_token_in_a_query_is_never_shown():
    assert shown_target("/api/appAuth?a=1&expiredToken=API:1:x&b") == "/api/appAuth?a=1&expiredToken=***&b"
    assert shown_target("/token?client%5Fsecret=x&grant_type=password") == "/token?client%5Fsecret=***&grant_type=password"
    assert shown_target("/v1/items?nextPageToken=x&sig=y&token") == "/v1/items?nextPageToken=x&sig=***&token"
    assert shown_target("/api/v2/owners?") == "/api/v2/owners?"
    assert shown_target("/api/v2/owners") == "/api/v2/owners"
