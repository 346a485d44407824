from __future__ import annotations

import json

import pytest


def create(client, **fields) -> int:
    return client.send_signed("POST", "/v3/tags", body=json.dumps(fields)).json["data"]["id"]


def test_a_tag_is_created_read_changed_and_deleted(client):
    created = client.send_signed("POST", "/v3/tags", body=b'{"name": "Demo"}')
    tag = {"id": 1, "name": "Demo", "owner": "Exemplary Organization"}
    assert (created.status, created.json) == (201, {"data": tag, "message": "Created", "status": "Success"})
    assert client.send_signed("GET", "/v3/tags/1").json == {"data": tag, "status": "Success"}
    changed = client.send_signed("PUT", "/v3/tags/1", body=b'{"description": "text", "id": 5}')
    tag["description"] = "text"
    assert (changed.status, changed.json) == (200, {"data": tag, "message": "Updated", "status": "Success"})
    deleted = client.send_signed("DELETE", "/v3/tags/1")
    assert (deleted.status, deleted.json) == (200, {"message": "Deleted", "status": "Success"})
    assert client.send_signed("GET", "/v3/tags/1").status == 404


def test_a_name_that_exists_makes_no_second_tag(client):
    first = create(client, name="Demo")
    again = client.send_signed("POST", "/v3/tags", body=b'{"name": "Demo", "description": "text"}')
    assert (again.status, again.json["data"]["id"]) == (200, first)
    assert len(client.send_signed("GET", "/v3/tags").json["data"]) == 1


def test_tags_are_listed_page_by_page(tc_platform, client):
    for name in "abc":
        create(client, name=name)
    page = client.send_signed("GET", "/v3/tags?resultLimit=2&count=true").json
    assert [tag["name"] for tag in page["data"]] == ["a", "b"]
    assert page["count"] == 3
    assert page["next"].startswith(f"{tc_platform.url}/v3/tags?")
    rest = client.send_signed("GET", page["next"].removeprefix(tc_platform.url)).json
    assert [tag["name"] for tag in rest["data"]] == ["c"]


@pytest.mark.tc_platform(owners=())
def test_a_platform_without_an_organization_has_tags_of_nobody(client):
    create(client, name="Demo")
    assert client.send_signed("GET", "/v3/tags").json["data"] == [{"id": 1, "name": "Demo"}]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v3/tags", b"{", 400),
        ("POST", "/v3/tags", b"[]", 400),
        ("POST", "/v3/tags", b"{}", 400),
        ("POST", "/v3/tags", b'{"name": 5}', 400),
        ("POST", "/v3/tags", b'{"name": ""}', 400),
        ("POST", "/v3/tags", b'{"name": "%s"}' % (b"x" * 129), 400),
        ("PUT", "/v3/tags/1", b'{"name": "Other"}', 400),
        ("PUT", "/v3/tags/9", b'{"name": "New"}', 404),
        ("DELETE", "/v3/tags/x", b"", 404),
        ("GET", "/v3/tags?tql=name+%3D+1", b"", 400),
        ("GET", "/v3/tags?resultLimit=x", b"", 400),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(client, method, path, body, status):
    create(client, name="Demo")
    create(client, name="Other")
    before = client.send_signed("GET", "/v3/tags").body
    assert client.send_signed(method, path, body=body).status == status
    assert client.send_signed("GET", "/v3/tags").body == before


def test_a_tag_may_be_named_as_it_is_named(client):
    create(client, name="Demo")
    assert client.send_signed("PUT", "/v3/tags/1", body=b'{"name": "Demo"}').status == 200
