from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from gatepost.emulator import Owner
from gatepost.errors import UsageError

# The quick start guide's answer, word for word.
OWNERS_XML = """\
<ownersResponse>
 <Status>Success</Status>
 <Data xsi:type="ownerListResponseData" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Owner xsi:type="organization">
   <Id>0</Id>
   <Name>Exemplary Organization</Name>
   <Type>Organization</Type>
  </Owner>
  <Owner xsi:type="community">
   <Id>1</Id>
   <Name>Common Community</Name>
   <Type>Community</Type>
  </Owner>
 </Data>
</ownersResponse>
"""

MANY = tuple(Owner(number, f"Source {number}", "Source") for number in range(25))


class TestV2:
    def test_list(self, client):
        assert client.send_token("GET", "/v2/owners").json == {
            "status": "Success",
            "data": {
                "resultCount": 2,
                "owner": [
                    {"id": 0, "name": "Exemplary Organization", "type": "Organization"},
                    {"id": 1, "name": "Common Community", "type": "Community"},
                ],
            },
        }

    def test_list_in_xml(self, client):
        answer = client.send_token("GET", "/v2/owners", {"Accept": "application/xml"})
        assert answer.headers["content-type"].partition(";")[0] == "application/xml"
        assert answer.body.decode() == OWNERS_XML

    def test_one(self, client):
        assert client.send_token("GET", "/v2/owners/1").json["data"] == {
            "owner": {"id": 1, "name": "Common Community", "type": "Community"}
        }

    def test_own_organization(self, client):
        assert client.send_token("GET", "/v2/owners/mine").json["data"]["owner"]["name"] == "Exemplary Organization"

    @pytest.mark.tc_platform(owners=MANY)
    def test_without_organization_there_is_no_own_one(self, client):
        assert client.send_token("GET", "/v2/owners/mine").status == 404

    @pytest.mark.parametrize("number", ["7", "1x", "%31%32"])
    def test_unknown(self, client, number):
        answer = client.send_token("GET", f"/v2/owners/{number}")
        assert (answer.status, answer.json) == (404, {"status": "Failure", "message": "The requested owner was not found"})

    @pytest.mark.tc_platform(owners=MANY)
    def test_pages_have_the_count_only_at_the_start(self, client):
        first = client.send_token("GET", "/v2/owners?resultLimit=10").json["data"]
        last = client.send_token("GET", "/v2/owners?resultStart=20&resultLimit=10").json["data"]
        assert (first["resultCount"], len(first["owner"])) == (25, 10)
        assert "resultCount" not in last
        assert [owner["id"] for owner in last["owner"]] == [20, 21, 22, 23, 24]

    @pytest.mark.parametrize("query", ["resultStart=x", "resultLimit=-1", "resultLimit=0", "resultLimit=10001"])
    def test_page_that_cannot_be(self, client, query):
        answer = client.send_token("GET", f"/v2/owners?{query}")
        assert answer.status == 400
        assert answer.json["message"].startswith("The resultStart and resultLimit query parameters must be integers")

    def test_who_am_i(self, tc_platform, client):
        user = client.send_token("GET", "/v2/whoami").json["data"]["user"]
        assert set(user) == {"userName", "firstName", "lastName", "pseudonym", "role"}
        assert (user["userName"], user["role"]) == (tc_platform.credentials.access_id, "Api User")

    def test_owner_added_while_it_runs(self, tc_platform, client):
        added = tc_platform.add_owner("Feeds & <Others>", "Source")
        assert added in tc_platform.owners
        assert client.send_token("GET", f"/v2/owners/{added.id}").json["data"]["owner"]["name"] == "Feeds & <Others>"
        xml = client.send_token("GET", f"/v2/owners/{added.id}", {"Accept": "application/xml"}).body
        assert b"<Name>Feeds &amp; &lt;Others&gt;</Name>" in xml

    def test_name_is_taken_once(self, tc_platform):
        with pytest.raises(UsageError, match="already"):
            tc_platform.add_owner("Common Community", "Community")


class TestV3:
    def test_list(self, client):
        answer = client.send_token("GET", "/v3/security/owners").json
        assert answer["status"] == "Success"
        assert [(owner["id"], owner["name"], owner["type"]) for owner in answer["data"]] == [
            (0, "Exemplary Organization", "Organization"),
            (1, "Common Community", "Community"),
        ]
        assert set(answer) == {"data", "status"}

    def test_count_when_asked_at_the_start(self, client):
        assert client.send_token("GET", "/v3/security/owners?count=true").json["count"] == 2
        assert "count" not in client.send_token("GET", "/v3/security/owners?count=true&resultStart=1").json

    def test_one(self, client):
        assert client.send_token("GET", "/v3/security/owners/1").json["data"]["name"] == "Common Community"

    def test_unknown(self, client):
        assert client.send_token("GET", "/v3/security/owners/7").json == {
            "errCode": "0x1001",
            "message": "The requested owner was not found",
            "status": "Error",
        }

    @pytest.mark.tc_platform(owners=MANY)
    def test_next_leads_through_all_pages_with_all_parameters(self, tc_platform, client):
        url = f"{tc_platform.url}/v3/security/owners?resultLimit=10&fields=a%20b&fields=c"
        seen: list[int] = []
        while url:
            assert url.startswith(tc_platform.url)
            answer = client.send_signed("GET", url.removeprefix(tc_platform.url)).json
            seen += [owner["id"] for owner in answer["data"]]
            url = answer.get("next", "")
            assert not url or "fields=a+b&fields=c" in url
        assert seen == list(range(25))

    @pytest.mark.tc_platform(owners=MANY)
    def test_prev_stops_at_the_start(self, client):
        answer = client.send_token("GET", "/v3/security/owners?resultStart=5&resultLimit=10").json
        assert answer["prev"].endswith("/v3/security/owners?resultStart=0&resultLimit=10")
        assert answer["next"].endswith("/v3/security/owners?resultStart=15&resultLimit=10")

    @pytest.mark.tc_platform(owners=MANY)
    def test_links_stay_with_the_name_that_the_client_used(self, tc_platform, client):
        name = f"localhost:{client.port}"
        link = client.send_token("GET", "/v3/security/owners?resultLimit=1", {"Host": name}).json["next"]
        assert urlsplit(link)[:2] == ("https", name)

    @pytest.mark.tc_platform(owners=MANY)
    def test_links_never_lead_to_a_stranger(self, tc_platform, client):
        link = client.send_token("GET", "/v3/security/owners?resultLimit=1", {"Host": "evil.test"}).json["next"]
        assert link.startswith(f"{tc_platform.url}/")

    @pytest.mark.tc_platform(owners=MANY)
    def test_parameters_may_come_in_the_body(self, client):
        body = '{"data": {"resultLimit": 3, "fields": ["a", "b"], "count": true}}'
        answer = client.send_token("GET", "/v3/security/owners", {"Content-Type": "application/json"}, body).json
        assert (len(answer["data"]), answer["count"]) == (3, 25)
        assert "fields=a&fields=b" in answer["next"]

    @pytest.mark.parametrize("body", ["{", "[]", '{"data": 1}', "{}"])
    def test_body_that_is_none(self, client, body):
        assert client.send_token("GET", "/v3/security/owners", body=body).status == 400

    @pytest.mark.parametrize("query", ["tql=name%20%3D%20%22x%22", "sorting=name"])
    def test_question_that_it_cannot_answer_is_refused(self, client, query):
        assert client.send_token("GET", f"/v3/security/owners?{query}").status == 400

    @pytest.mark.parametrize("query", ["resultStart=-1", "resultLimit=10001"])
    def test_page_that_cannot_be(self, client, query):
        assert client.send_token("GET", f"/v3/security/owners?{query}").json["status"] == "Error"
