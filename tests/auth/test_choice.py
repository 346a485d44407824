"""Which credential a run uses: a truth table."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.auth.choice import SOURCES, Choice, NoCredential, choose_scheme
from gatepost.errors import CredentialError, UsageError
from gatepost.inputs.values import Collected, Source, Value
from gatepost.secret import Secret

TOKEN = {"tc_token": "s3cret-token", "tc_token_expires": "1700000000"}
OLD = {"api_access_id": "1234", "api_secret_key": "s3cret-key"}
NEW = {"tc_api_access_id": "5678", "tc_api_secret_key": "s3cret-new-key"}
HALF = {"api_access_id": "1234"}
REFERENCES = {"tc_token": "&{TC:TEXT:1}", "api_access_id": "&{TC:TEXT:2}", "api_secret_key": "&{TC:KEYCHAIN:3}"}

E, P, A, N, D, J = SOURCES


def collected(**sources: dict[str, object]) -> Collected:
    return of({Source[name.upper()]: values for name, values in sources.items()})


def of(sources: dict[Source, dict[str, object]]) -> Collected:
    return Collected(
        Value(name, Secret(value) if "s3cret" in str(value) else value, source, f"<{name} in {source.label}>")  # type: ignore[arg-type]
        for source, values in sources.items()
        for name, value in values.items()
    )


def choose(sources: dict[Source, dict[str, object]], on_platform: bool = False, auth: str = "auto") -> Choice:
    return choose_scheme(of(sources), on_platform=on_platform, auth=auth)


# what is there, on the platform?, auth=, (scheme, source, is there a pair to fall back on?)
TABLE = [
    ({N: TOKEN}, False, "auto", ("token", N, False)),
    ({N: OLD}, True, "auto", ("hmac", N, False)),
    ({N: NEW}, False, "auto", ("hmac", N, False)),
    # inside one source, where the app runs decides
    ({N: TOKEN | OLD}, True, "auto", ("token", N, True)),
    ({N: TOKEN | OLD}, False, "auto", ("hmac", N, False)),
    ({N: TOKEN | NEW}, True, "auto", ("token", N, True)),
    # auth= forces one, and then there is no falling back
    ({N: TOKEN | OLD}, True, "hmac", ("hmac", N, False)),
    ({N: TOKEN | OLD}, True, "token", ("token", N, False)),
    ({N: TOKEN | OLD}, False, "token", ("token", N, False)),
    ({E: OLD, N: TOKEN}, False, "token", ("token", N, False)),
    # sources first, schemes second
    ({P: OLD, N: TOKEN}, True, "auto", ("hmac", P, False)),
    ({P: TOKEN, N: OLD}, False, "auto", ("token", P, False)),
    ({E: TOKEN, P: OLD, A: TOKEN}, False, "auto", ("token", E, False)),
    ({A: OLD, N: TOKEN, D: TOKEN}, True, "auto", ("hmac", A, False)),
    ({D: OLD, J: TOKEN}, True, "auto", ("hmac", D, False)),
    ({J: TOKEN}, True, "auto", ("token", J, False)),
    # a whole credential beats a half one beside it, whatever the order of schemes
    ({N: TOKEN | HALF}, False, "auto", ("token", N, False)),
    ({N: OLD | {"tc_token": ""}}, True, "auto", ("hmac", N, False)),
    # half a credential that is not reached stops nothing
    ({P: TOKEN, N: HALF}, False, "auto", ("token", P, False)),
    ({N: HALF, D: TOKEN}, False, "token", ("token", D, False)),
    # references cannot be read yet: as if absent
    ({P: REFERENCES, N: TOKEN}, True, "auto", ("token", N, False)),
    ({P: REFERENCES | NEW}, True, "auto", ("hmac", P, False)),
    ({P: {"tc_token": "&{TC:TEXT:1}"} | OLD}, True, "auto", ("hmac", P, False)),
    # an unset input is sent as empty text
    ({P: {"tc_token": "", "api_access_id": "", "api_secret_key": None}, N: OLD}, True, "auto", ("hmac", N, False)),
    # an expiry alone is no credential
    ({P: {"tc_token_expires": "1700000000"}, N: OLD}, True, "auto", ("hmac", N, False)),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "on_platform", "auth", "expected"), TABLE)
def test_the_choice(sources, on_platform, auth, expected):
    choice = choose(sources, on_platform, auth)

    assert (choice.scheme, choice.source, choice.fallback) == expected
    assert (choice.token is not None) == (choice.scheme == "token")
    assert (choice.hmac is not None) == (choice.scheme == "hmac" or choice.fallback)


def test_the_chosen_values_are_those_of_the_deciding_source():
    choice = choose({P: TOKEN | OLD, N: {"tc_token": "s3cret-other", "api_secret_key": "s3cret-other"}}, on_platform=True)

    assert choice.token is not None
    assert choice.hmac is not None
    assert choice.token.token.reveal() == "s3cret-token"
    assert choice.token.expires == 1_700_000_000
    assert (choice.hmac.access_id, choice.hmac.secret_key.reveal()) == ("1234", "s3cret-key")


@pytest.mark.parametrize("on_platform", [True, False])
@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations(SOURCES, 2)))
def test_the_more_trusted_source_wins_always(better, worse, on_platform):
    assert choose({better: OLD, worse: TOKEN}, on_platform).source == better
    assert choose({better: TOKEN, worse: OLD}, on_platform).source == better


def test_the_newer_names_come_first_and_are_never_mixed_with_the_older():
    both = choose({N: OLD | NEW})
    assert both.hmac is not None
    assert both.hmac.access_id == "5678"

    older = choose({N: OLD | {"tc_api_access_id": "5678"}})
    assert older.hmac is not None
    assert older.hmac.access_id == "1234"

    with pytest.raises(CredentialError, match="tc_api_secret_key is not"):
        choose({N: {"tc_api_access_id": "5678", "api_secret_key": "s3cret-key"}})


def test_a_pair_comes_from_one_source():
    with pytest.raises(CredentialError, match="from the param file is incomplete"):
        choose({P: {"api_access_id": "1234"}, N: {"api_secret_key": "s3cret-key"}})


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({N: HALF}, "api_access_id is set (<api_access_id in environment>), api_secret_key is not"),
        ({N: {"api_secret_key": "s3cret-key"}, D: TOKEN}, "api_secret_key is set (<api_secret_key in environment>)"),
        ({P: HALF | {"api_secret_key": "&{TC:KEYCHAIN:3}"}}, "api_secret_key is a reference (&{…}), which needs a session"),
        ({A: TOKEN | {"tc_token_expires": "soon"}}, "tc_token_expires (<tc_token_expires in arguments>) is not a number"),
        ({A: TOKEN | {"tc_token_expires": "1700000000000"}}, "perhaps milliseconds"),
        ({A: TOKEN | {"tc_token_expires": "nan"}}, "not a time in seconds"),
    ],
)
def test_half_a_credential_that_is_reached_stops_the_choice(sources, words):
    with pytest.raises(CredentialError) as caught:
        choose(sources)

    assert "is incomplete" in caught.value.what
    assert words in caught.value.why
    assert "s3cret" not in str(caught.value)


def test_half_a_credential_that_is_not_reached_is_a_finding():
    choice = choose({P: TOKEN, N: HALF})

    (finding,) = choice.findings
    assert "environment: api_access_id is set" in finding.what
    assert finding.remedy == "Complete it in the same place, or remove <api_access_id in environment>"


@pytest.mark.parametrize("value", ["APIV2:1:abc:1700000000000:sig", "API:1:abc:1700000000000:sig"])
def test_a_token_without_an_expiry(value):
    choice = choose({N: {"tc_token": value}})

    assert choice.token is not None
    assert choice.token.expires is None
    assert bool(choice.findings) is not value.startswith("APIV2:")


def test_the_expiry_of_a_long_lived_token_is_not_believed():
    choice = choose({N: {"tc_token": "APIV2:1:abc", "tc_token_expires": "1"}})

    assert choice.token is not None
    assert choice.token.expires is None


@pytest.mark.parametrize(
    ("credential", "path", "allowed"),
    [(credential, path, path <= credential) for credential in SOURCES for path in [*SOURCES, Source.REMOTE, Source.DEFAULT]],
)
def test_a_credential_goes_to_no_address_that_is_trusted_less(credential, path, allowed):
    values = of({credential: TOKEN, path: {"tc_api_path": "https://elsewhere.example"}})
    if credential == path:
        values = of({credential: TOKEN | {"tc_api_path": "https://elsewhere.example"}})
    if allowed:
        assert choose_scheme(values, on_platform=False).source == credential
        return
    with pytest.raises(CredentialError, match="would be sent to an API path from") as caught:
        choose_scheme(values, on_platform=False)
    assert f"<tc_api_path in {path.label}>" in str(caught.value)


@pytest.mark.parametrize("verify", ["false", "/a/clone/ca.pem", False])
def test_a_looser_check_of_the_server_from_a_less_trusted_source_stops_the_choice(verify: object):
    with pytest.raises(CredentialError, match="vouches for") as caught:
        choose({N: TOKEN, D: {"tc_verify": verify}})
    assert "<tc_verify in .env>" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_check_may_be_loosened_where_the_credential_is_and_kept_anywhere():
    assert choose({N: TOKEN | {"tc_verify": "false"}}).scheme == "token"
    assert choose({N: TOKEN, E: {"tc_verify": "false"}}).scheme == "token"
    assert choose({N: TOKEN, D: {"tc_verify": "true"}}).scheme == "token"


def test_on_the_platform_the_manifests_default_may_loosen_the_check():
    assert choose({P: TOKEN, Source.DEFAULT: {"tc_verify": "false"}}, on_platform=True).scheme == "token"
    with pytest.raises(CredentialError):
        choose({N: TOKEN, Source.DEFAULT: {"tc_verify": "false"}})


def test_the_frameworks_own_address_and_an_empty_one_are_no_other_address():
    for path in (Source.STANDARD, Source.APP_INPUTS):
        address = "" if path == Source.APP_INPUTS else "https://api.platform.example"
        assert choose_scheme(of({E: TOKEN, path: {"tc_api_path": address}}), on_platform=False).source == E


def test_a_manifests_default_is_no_credential():
    with pytest.raises(CredentialError, match="There is no credential"):
        choose({Source.DEFAULT: TOKEN | OLD, Source.REMOTE: TOKEN})


def test_nothing_found_lists_every_place():
    with pytest.raises(CredentialError) as caught:
        choose({P: REFERENCES, N: {"tc_token_expires": "1"}})

    lines = [line.strip() for line in caught.value.why.splitlines()[1:] if line.strip()]
    assert [line.split(":")[0] for line in lines] == [source.label for source in SOURCES]
    assert "tc_token is a reference" in lines[1]
    assert "tc_token_expires stands alone" in lines[3]
    assert "Set api_access_id and api_secret_key, or tc_token" in caught.value.remedy


@pytest.mark.parametrize(("auth", "words"), [("token", "Set tc_token (with"), ("hmac", "Set api_access_id and api_secret_key:")])
def test_the_remedy_is_for_what_was_asked_for(auth, words):
    with pytest.raises(CredentialError) as caught:
        choose({}, auth=auth)
    assert caught.value.remedy.startswith(words)


def test_only_three_ways_are_known():
    with pytest.raises(UsageError, match="'basic' is no way"):
        choose({N: OLD}, auth="basic")


def test_every_place_is_explained():
    choice = choose({E: HALF | TOKEN, P: TOKEN, N: OLD | TOKEN, D: REFERENCES})
    rows = {(row.source, row.scheme): (row.outcome, row.reason) for row in choice.considered}

    assert len(rows) == 2 * len(SOURCES)
    assert rows[E, "token"] == ("chosen", "a token with its expiry")
    assert rows[E, "hmac"][0] == "incomplete"
    assert rows[P, "token"] == ("complete", "complete, but the call itself is trusted more")
    assert rows[D, "token"][0] == "reference"
    assert rows[J, "hmac"] == ("absent", "no api_access_id and api_secret_key")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({}, {}),
        ({N: HALF, D: TOKEN | OLD}, {(N, "hmac"): "incomplete", (D, "token"): "complete", (D, "hmac"): "complete"}),
        (
            {P: TOKEN | OLD, N: TOKEN, J: {"tc_api_path": "https://elsewhere.example"}},
            {(P, "token"): "refused", (P, "hmac"): "complete", (N, "token"): "complete"},
        ),
    ],
)
def test_a_refusal_explains_every_place_too(sources, expected):
    with pytest.raises(NoCredential) as caught:
        choose(sources, on_platform=True)
    rows = {(row.source, row.scheme): row.outcome for row in caught.value.considered}
    assert len(rows) == 2 * len(SOURCES)
    assert {key: outcome for key, outcome in rows.items() if outcome != "absent"} == expected
    assert "s3cret" not in repr(caught.value.considered)


def test_what_is_odd_beside_a_refusal_is_told_too():
    with pytest.raises(NoCredential) as caught:
        choose({N: HALF, D: HALF})
    assert [finding.what.partition(":")[0] for finding in caught.value.findings] == [".env"]


def test_the_reason_names_where_it_matters():
    assert "outside the platform an HMAC pair comes before a token" in choose({N: OLD | TOKEN}).reason
    assert "on the platform a token comes before an HMAC pair" in choose({N: OLD | TOKEN}, on_platform=True).reason
    assert "auth=token was asked for" in choose({N: OLD | TOKEN}, auth="token").reason


values = st.sampled_from(["", "s3cret-value", "&{TC:TEXT:s3cret}", "1700000000", "APIV2:s3cret", None])
names = st.sampled_from([*TOKEN, *OLD, *NEW])
everything = st.dictionaries(st.sampled_from(list(Source)), st.dictionaries(names, values))


@given(everything, st.booleans(), st.sampled_from(["auto", "token", "hmac"]))
def test_whatever_there_is_it_chooses_or_explains_and_shows_no_value(sources, on_platform, auth):
    choice, words = None, ""
    try:
        choice = choose(sources, on_platform, auth)
    except CredentialError as error:
        words = str(error)
    assert "s3cret" not in words
    if choice is None:
        assert words
        return
    assert "s3cret" not in re.sub(r"access_id='[^']*'", "", repr(choice))
    assert choice.source in {*SOURCES, Source.AOT}
    assert auth in ("auto", choice.scheme)
    assert [row.outcome for row in choice.considered].count("chosen") == 1


def test_an_app_that_was_set_off_later_finds_its_credential_in_what_set_it_off():
    choice = choose({Source.AOT: TOKEN, N: OLD}, on_platform=True)
    assert (choice.scheme, choice.source) == ("token", Source.AOT)
    assert choose({A: OLD, Source.AOT: TOKEN}, on_platform=True).source == A


def test_it_can_be_explained_without_being_able_to_send():
    program = "import sys, gatepost.auth.choice; sys.exit('requests' in sys.modules or 'urllib3' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
