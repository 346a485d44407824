from __future__ import annotations

import datetime
import hashlib
from urllib.parse import urlsplit

import pytest

from gatepost.emulator import sample_content

VERIFY, ALL, URLS = "/hash-verification/api/v2", "/api/hash-list/v2/all", "/core/url-hash-list"


@pytest.fixture
def ask(tcap, asker):
    ask = asker(tcap)

    def authorized(method, path, **more):
        token = tcap.issue_token("Hash Verification" if path.startswith(VERIFY) else "").token.reveal()
        return ask(method, path.removeprefix(tcap.url), headers={"Authorization": f"Bearer {token}"}, **more)

    return authorized


def known(number=0):
    return hashlib.md5(sample_content(number)).hexdigest()


class TestVerification:
    def test_a_list_and_an_object_with_body_are_the_same(self, ask):
        items = [{"hash_value": known(), "hash_type": "MD5"}, {"hash_value": "0" * 128, "hash_type": "SHA512"}]
        newer, older = ask("POST", VERIFY, json=items).json(), ask("POST", VERIFY, json={"body": items}).json()
        assert newer == older
        assert (newer["count"], [result["match"] for result in newer["results"]]) == (2, [True, False])

    def test_ideologies_are_a_filter(self, ask):
        items = [{"hash_value": known(0), "hash_type": "MD5"}, {"hash_value": known(1), "hash_type": "MD5"}]

        def matches(query):
            return [result["match"] for result in ask("POST", f"{VERIFY}{query}", json=items).json()["results"]]

        assert matches("") == [True, True]
        assert matches("?ideologies=far-right") == [True, False]
        assert matches("?ideologies=islamist") == [False, True]
        assert matches("?ideologies=islamist,far-right") == [True, True]
        assert ask("POST", f"{VERIFY}?ideologies=others", json=items).status_code == 400

    def test_pictures_that_are_alike_match_by_confidence(self, tcap, ask):
        digest = next(entry.hash_digest for entry in tcap.known_hashes if entry.algorithm == "PDQ")
        alike = f"{int(digest, 16) ^ 0xFFFF:064x}"  # 16 of 256 bits differ
        for confidence, match in ((None, True), (0.9375, True), (0.94, False)):
            item = {"hash_value": alike, "hash_type": "PDQ"} | ({} if confidence is None else {"confidence": confidence})
            (result,) = ask("POST", VERIFY, json=[item]).json()["results"]
            assert result["match"] is match
        assert ask("POST", VERIFY, json=[{"hash_value": digest, "hash_type": "PDQ", "confidence": 1}]).json()["results"][0][
            "match"
        ]

    @pytest.mark.parametrize(
        ("item", "words"),
        [
            ({"hash_value": "00", "hash_type": "MD5"}, "32 hexadecimal digits"),
            ({"hash_value": "g" * 64, "hash_type": "SHA256"}, "64 hexadecimal digits"),
            ({"hash_value": "0" * 64, "hash_type": "SHA512"}, "128 hexadecimal digits"),
            ({"hash_value": "0" * 32, "hash_type": "PDQ"}, "64 hexadecimal digits"),
            ({"hash_value": "?", "hash_type": "TMK"}, "base64"),
            ({"hash_value": "0" * 32, "hash_type": "md5"}, "must be one of"),
            ({"hash_value": 1, "hash_type": "MD5"}, "must be text"),
            ({"hash_value": "0" * 32, "hash_type": "MD5", "confidence": 1}, "PDQ and TMK only"),
            ({"hash_value": "0" * 64, "hash_type": "PDQ", "confidence": 1.1}, "from 0 to 1"),
            ({"hash_value": "0" * 64, "hash_type": "PDQ", "confidence": True}, "from 0 to 1"),
            ({"hash_value": "0" * 32, "hash_type": "MD5", "other": 1}, "'other' is not"),
            ("0" * 32, "not an object"),
        ],
    )
    def test_hashes_that_are_none_are_told_by_their_place(self, ask, item, words):
        answer = ask("POST", VERIFY, json=[{"hash_value": known(), "hash_type": "MD5"}, item])
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["index"] == 1
        assert words in error["message"]

    def test_a_body_must_hold_some_and_not_too_many(self, ask):
        one = {"hash_value": known(), "hash_type": "MD5"}
        assert ask("POST", VERIFY, json=[one] * 1000).status_code == 200
        for body in ([one] * 1001, [], {}, {"body": one}, {"body": [one], "more": 1}, one, None):
            assert ask("POST", VERIFY, json=body).status_code in (400, 415)
        assert ask("POST", VERIFY, data="[]").status_code == 415


class TestHashList:
    def pages(self, ask, url):
        while url:
            page = ask("GET", url).json()
            yield page
            url = page["next"]

    @pytest.mark.tc_platform(page_size=20)
    @pytest.mark.parametrize("order", ["asc", "desc"])
    def test_next_leads_through_all_of_it_once(self, tcap, ask, order):
        pages = list(self.pages(ask, f"{ALL}?order={order}"))
        listed = [entry["id"] for page in pages for entry in page["results"]]
        every = [entry.id for entry in tcap.known_hashes]
        assert listed == (every if order == "asc" else every[::-1])
        assert [len(page["results"]) for page in pages] == [20, 20, 20, 20, 4]
        assert {page["count"] for page in pages} == {84}
        assert pages[0]["previous"] is None
        back = ask("GET", pages[2]["previous"]).json()
        assert back["results"] == pages[1]["results"]

    @pytest.mark.tc_platform(samples=3)
    def test_a_checkpoint_gives_what_came_after(self, tcap, ask):
        checkpoint = ask("GET", f"{ALL}?order=asc").json()["checkpoint"]
        seconds, number = checkpoint.split(",")
        assert len(seconds.partition(".")[2]) == 6
        assert int(number) == tcap.known_hashes[-1].id
        nothing = ask("GET", f"{ALL}?order=asc&after={checkpoint}").json()
        assert (nothing["results"], nothing["checkpoint"], nothing["next"]) == ([], checkpoint, None)
        tcap.clock.turn(60)
        tcap.delete_hash(tcap.known_hashes[0].id)
        (changed,) = ask("GET", f"{ALL}?order=asc&after={checkpoint}").json()["results"]
        assert changed["deleted"] is True
        assert changed["updated_on"] > changed["created_on"]

    @pytest.mark.tc_platform(page_size=1, next_base_url="https://elsewhere.example/")
    def test_next_can_name_another_host(self, ask):
        assert urlsplit(ask("GET", ALL).json()["next"]).netloc == "elsewhere.example"

    @pytest.mark.parametrize("query", ["order=up", "after=1", "after=1.5,2", "after=1.000000,1&before=1.000000,1"])
    def test_a_query_that_is_wrong_is_refused(self, ask, query):
        assert ask("GET", f"{ALL}?{query}").status_code == 400


class TestUrlHashList:
    def test_it_is_paged_by_offset(self, ask):
        seen, url = [], f"{URLS}?limit=7"
        while url:
            page = ask("GET", url).json()
            seen += [entry["url_hash"] for entry in page["results"]]
            url = page["next"]
        assert len(seen) == len(set(seen)) == page["count"] == 30

    def test_ideology_and_days_are_filters(self, ask):
        assert ask("GET", f"{URLS}?ideology=islamist").json()["count"] == 15
        everything = ask("GET", f"{URLS}?limit=1000").json()["results"]
        day = everything[10]["created_on"]
        (one,) = ask("GET", f"{URLS}?from={day}&to={day}").json()["results"]
        assert one == everything[10]
        assert datetime.date.fromisoformat(day)

    @pytest.mark.parametrize("query", ["limit=1001", "limit=0", "offset=-1", "from=2024-13-01", "to=yesterday", "ideology=x"])
    def test_a_query_that_is_wrong_is_refused(self, ask, query):
        assert ask("GET", f"{URLS}?{query}").status_code == 400
