from __future__ import annotations

import pytest

from gatepost.errors import UsageError

QUERY = "/timbr/api/query/"
OPEN = "/timbr/openapi/ontology/threat_intelligence/query"
JOINED = (
    "SELECT a.name, sum(c.victims) AS victims FROM timbr.actor a JOIN dtimbr.campaign c USING (actor_id) GROUP BY 1 ORDER BY 1"
)


@pytest.fixture
def ask(timbr, asker):
    ask = asker(timbr)

    def authorized(method, path, headers=None, **more):
        key = {"x-api-key": timbr.credentials.token.reveal(), "Content-Type": "application/json"}
        return ask(method, path.removeprefix(timbr.url), headers={**key, **(headers or {})}, **more)

    return authorized


@pytest.fixture
def query(ask):
    def query(sql, ontology="threat_intelligence", **headers):
        return ask("POST", QUERY, headers=headers, json={"ontology_name": ontology, "query": sql}).json()

    return query


def test_ontologies_are_listed(ask):
    assert ask("GET", "/timbr/api/get_ontologies/").json() == {
        "data": ["supply_chain", "threat_intelligence"],
        "status": "success",
    }


class TestQuery:
    def test_it_is_really_run(self, query):
        rows = [{"name": "Paper Badger", "victims": 27}, {"name": "Quiet Heron", "victims": 17}]
        assert query(JOINED) == {"data": rows, "status": "success"}
        assert query("SELECT count(*) AS n FROM `indicator` WHERE rating > 3")["data"] == [{"n": 12}]

    def test_a_concept_can_be_added_and_replaced(self, timbr, query):
        timbr.add_concept("shop", "customer", [{"id": 1, "name": "Ada"}])
        assert query("SELECT * FROM timbr.customer", "shop")["data"] == [{"id": 1, "name": "Ada"}]
        timbr.add_concept("shop", "customer", [{"id": 2}])
        assert query("SELECT * FROM customer", "shop")["data"] == [{"id": 2}]
        for rows in ([], [{}], [{"id": 1}, {"name": "x"}]):
            with pytest.raises(UsageError, match="cannot be a table"):
                timbr.add_concept("shop", "customer", rows)
        with pytest.raises(UsageError, match="cannot be a name"):
            timbr.add_concept("shop", "customer; DROP", [{"id": 1}])

    @pytest.mark.parametrize(
        ("sql", "words"),
        [
            ("SELEC 1", "syntax error"),
            ("SELECT * FROM timbr.absent", "no such table"),
            ("SELECT interrupted FROM timbr.actor", "no such column: interrupted"),
            ("DROP TABLE timbr.actor", "not authorized"),
            ("DELETE FROM timbr.actor", "not authorized"),
            ("UPDATE timbr.actor SET name = 'x'", "not authorized"),
            ("CREATE TABLE x (y)", "not authorized"),
            ("ATTACH DATABASE '/tmp/x' AS x", "not authorized"),
            ("PRAGMA database_list", "not authorized"),
            ("BEGIN", "not authorized"),
            ("SELECT load_extension('x')", "not authorized"),
            ("SELECT 1; SELECT 2", "one statement"),
            ("-- nothing", "must be a SELECT"),
            ("SELECT '\0'", "null character"),
            ("SELECT '\ud800'", "surrogates"),
            ("SELECT zeroblob(100000000)", "too big"),
            ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", "more than 10000 rows"),
            ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", "too long"),
        ],
    )
    def test_what_it_may_not_do_or_cannot_is_an_error_in_words(self, query, sql, words):
        answer = query(sql)
        assert answer["status"] == "error"
        assert words in answer["data"]
        assert query("SELECT count(*) AS n FROM timbr.actor")["data"] == [{"n": 3}]

    def test_an_unknown_ontology_is_an_error_in_words(self, query):
        assert query("SELECT 1", "nothing") == {"data": "Ontology nothing does not exist", "status": "error"}

    def test_every_value_can_be_sent(self, query):
        rows = query("SELECT 9e999 AS a, x'00ff' AS b, NULL AS c, 1.5 AS d, 1 AS e, 2 AS e, CAST(x'ff' AS TEXT) AS f")["data"]
        assert rows == [{"a": None, "b": "00ff", "c": None, "d": 1.5, "e": 1, "e_1": 2, "f": "\N{REPLACEMENT CHARACTER}"}]

    def test_dots_become_objects_when_asked(self, query):
        sql = 'SELECT 1 AS "a.b", 2 AS "a.c.d", 3 AS "e", 4 AS "e.f"'
        assert query(sql)["data"] == [{"a.b": 1, "a.c.d": 2, "e": 3, "e.f": 4}]
        assert query(sql, nested="true")["data"] == [{"a": {"b": 1, "c": {"d": 2}}, "e": 3, "e.f": 4}]
        assert query(sql, nested="yes")["status"] == "error"

    @pytest.mark.parametrize("body", [{}, {"query": "SELECT 1"}, {"ontology_name": "x", "query": ""}, [], "x"])
    def test_a_body_that_is_wrong_is_refused(self, ask, body):
        answer = ask("POST", QUERY, json=body)
        assert (answer.status_code, answer.json()["status"]) == (400, "error")


class TestOpenApi:
    def text(self, ask, sql, **headers):
        return ask("POST", OPEN, headers={"Content-Type": "application/text", **headers}, data=sql)

    def test_text_gives_bare_rows(self, ask):
        assert self.text(ask, "SELECT 1 AS one").json() == [{"one": 1}]
        assert self.text(ask, "SELEC").status_code == 400
        assert self.text(ask, " ").status_code == 400
        assert self.text(ask, b"\xff").status_code == 400
        assert ask("POST", OPEN, data="SELECT 1").status_code == 415

    @pytest.mark.tc_platform(running_polls=2)
    def test_an_answer_can_be_fetched_later_once(self, ask):
        accepted = self.text(ask, "SELECT 1 AS one", **{"x-async": "true"})
        assert accepted.status_code == 202
        assert set(accepted.json()) == {"async", "response_id", "poll_url", "message"}
        polls = [ask("GET", accepted.json()["poll_url"]) for _ in range(4)]
        assert [poll.status_code for poll in polls] == [200, 200, 200, 404]
        assert [poll.json()["status"] for poll in polls] == ["running", "running", "completed", "error"]
        assert polls[2].json()["response"] == [{"one": 1}]

    @pytest.mark.tc_platform(running_polls=0)
    def test_an_answer_that_nobody_fetches_expires_and_errors_are_told(self, timbr, ask):
        poll_url = self.text(ask, "SELECT 1", **{"x-async": "true"}).json()["poll_url"]
        timbr.clock.turn(600)
        assert ask("GET", poll_url).status_code == 404
        failed = ask("GET", self.text(ask, "SELEC", **{"x-async": "true"}).json()["poll_url"]).json()
        assert (failed["status"], failed["response"]) == ("error", None)
        assert "syntax error" in failed["error"]
