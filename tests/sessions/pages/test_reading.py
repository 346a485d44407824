"""Long answers, page by page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gatepost.auth import TokenAuth
from gatepost.clock import Clocks
from gatepost.errors import PlatformError, UsageError
from gatepost.secret import Secret
from gatepost.sessions import (
    AuthorizedSession,
    CursorPages,
    LinkPages,
    NumberedPages,
    OffsetPages,
    Page,
    Paging,
    PagingError,
    Progress,
    read_pages,
)
from gatepost.testing import TurnedTime
from gatepost.transport.errors import OriginError
from tests.sessions.pages.conftest import Service
from tests.transport.scripted_server import ScriptedServer, answer

To = Callable[..., AuthorizedSession]

KINDS: list[tuple[str, Paging, dict[str, Any]]] = [
    ("/offset", OffsetPages(size=3), {}),
    ("/offset", OffsetPages(size=3), {"total": "count"}),
    ("/offset", OffsetPages(size=3, where="json"), {"method": "POST"}),
    ("/page", NumberedPages(), {}),
    ("/page", NumberedPages(limit="limit", size=2), {"total": "count"}),
    ("/page", NumberedPages(last="pages"), {}),
    ("/cursor", CursorPages(at="next_cursor"), {}),
    ("/cursor", CursorPages(at="next_cursor", limit="limit", size=2), {}),
    ("/cursor", CursorPages(at="next_cursor", where="json"), {"method": "post", "json": {"query": "x"}}),
    ("/cursor", CursorPages(at="next_cursor", more="next_cursor"), {}),
    ("/link", LinkPages(), {}),
    ("/link", LinkPages(at="next"), {}),
]


@pytest.mark.parametrize(("path", "paging", "arguments"), KINDS)
@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_every_item_comes_once_and_in_order(to: To, path: str, paging: Paging, arguments: Any, count: int) -> None:
    with Service(count) as service:
        pages = read_pages(to(service), path, paging, items="data.rows", progress=False, **arguments)
        assert list(pages) == service.items
        assert pages.items_read == count
        assert pages.pages_read == len(service.requests)


@pytest.mark.parametrize(
    ("path", "paging", "warned"),
    [
        ("/cursor", CursorPages(at="nowhere"), True),
        ("/link", LinkPages(at="nowhere"), True),
        ("/cursor", CursorPages(at="next_cursor"), False),
        ("/cursor", CursorPages(at="nowhere", start="c3"), False),
    ],
)
def test_an_end_before_the_total_is_a_warning(
    to: To, path: str, paging: Paging, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing else tells a cursor that is looked for in the wrong place from the end of the items."""
    with Service(7) as service:
        read = len(list(read_pages(to(service), path, paging, items="data.rows", total="count", progress=False)))
    said = f"{path.removeprefix('/')}: {read} of 7 items, and the last answer names no further page"
    assert [message.removeprefix("/") for message in caplog.messages] == ([said] if warned else [])


@pytest.mark.parametrize(("path", "paging", "requests"), [("/offset", OffsetPages(size=3), 3), ("/page", NumberedPages(), 3)])
def test_a_known_total_saves_the_request_for_an_empty_page(
    to: To, service: Service, path: str, paging: Paging, requests: int
) -> None:
    list(read_pages(to(service), path, paging, items="data.rows", total="count", progress=False))
    assert len(service.requests) == requests


def test_nothing_is_asked_for_before_it_is_wanted(to: To, service: Service) -> None:
    pages = read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), items="data.rows", progress=False)
    assert service.requests == []
    assert [next(pages) for _ in range(3)] == [0, 1, 2]
    assert service.asked == [""]
    assert next(pages) == 3
    assert service.asked == ["", "cursor=c3"]


def test_the_callers_query_is_part_of_each_request_but_not_added_to_links(to: To, service: Service) -> None:
    arguments: dict[str, Any] = {"items": "data.rows", "params": {"order": "asc"}, "progress": False}
    list(read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), **arguments))
    assert service.asked == ["order=asc", "order=asc&cursor=c3", "order=asc&cursor=c6"]
    service.requests.clear()
    list(read_pages(to(service), "/link", LinkPages(), **arguments))
    assert service.asked == ["order=asc", "cursor=c3", "cursor=c6"]


def test_a_server_that_gives_less_than_asked_loses_nothing(to: To, service: Service) -> None:
    service.most = 2
    assert list(read_pages(to(service), "/offset", OffsetPages(size=5), items="data.rows", progress=False)) == service.items
    assert service.asked[:3] == ["offset=0&limit=5", "offset=2&limit=5", "offset=4&limit=5"]


def test_pages_can_be_had_whole(to: To, service: Service) -> None:
    pages = read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), items="data.rows", total="count", progress=False)
    assert [(page.number, page.items, page.total, page.read) for page in pages.by_page()] == [
        (1, [0, 1, 2], 7, 3),
        (2, [3, 4, 5], 7, 6),
        (3, [6], 7, 7),
    ]


def test_other_formats_are_read_by_a_function(to: To) -> None:
    with ScriptedServer(answer(200, "a\nb\n", X_Total="2")) as server:
        pages = read_pages(
            to(server),
            "/",
            OffsetPages(),
            items=lambda response: response.text.split(),
            total=lambda response: int(response.headers["X-Total"]),
            progress=False,
        )
        assert list(pages) == ["a", "b"]


def test_a_cursor_that_stays_as_it_is_on_an_empty_page_is_the_end(to: To) -> None:
    rows, empty = '{"results": [1], "checkpoint": "x"}', '{"results": [], "checkpoint": "x"}'
    with ScriptedServer(answer(200, rows), answer(200, empty)) as server:
        pages = read_pages(to(server), "/", CursorPages("after", at="checkpoint"), items="results", progress=False)
        assert list(pages) == [1]
        assert [request.target for request in server.requests] == ["/", "/?after=x"]


def test_where_it_has_got_to_can_be_kept_elsewhere(to: To, service: Service) -> None:
    arguments: dict[str, Any] = {"items": "data.rows", "progress": False}
    pages = read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), **arguments)
    positions = [pages.position for _ in pages]
    assert positions == [None] * 3 + [{"cursor": "c3"}] * 3 + [{"cursor": "c6"}]
    assert pages.position == {"cursor": "c6"}
    later = read_pages(to(service), "/cursor", CursorPages(at="next_cursor", start=pages.position["cursor"]), **arguments)
    assert list(later) == [6]
    counted = read_pages(to(service), "/offset", OffsetPages(size=3), **arguments)
    assert list(counted) == service.items
    assert counted.position == {"offset": 7}


# -- guards ----------------------------------------------------------------------------------------------------------------------


def collect(pages: Any) -> tuple[list[Any], PagingError]:
    """Read until it is refused."""
    items: list[Any] = []
    with pytest.raises(PagingError) as caught:
        items.extend(pages)
    return items, caught.value


def test_a_cursor_that_comes_again_is_a_circle(to: To) -> None:
    script = [answer(200, json.dumps({"rows": [number], "cursor": cursor})) for number, cursor in enumerate(["a", "b", "a", "b"])]
    with ScriptedServer(*script) as server:
        items, error = collect(read_pages(to(server), "/", CursorPages(), items="rows", progress=False))
        assert items == [0, 1, 2]
        assert error.what == "The server leads in a circle: after page 3 it names page 2 again"


def test_links_in_a_circle(to: To) -> None:
    with ScriptedServer(every=answer(200, '{"rows": [1], "next": "/?page=2"}')) as server:
        items, error = collect(read_pages(to(server), "/", LinkPages(at="next"), items="rows", progress=False))
        assert items == [1, 1]
        assert "in a circle" in error.what


@pytest.mark.parametrize(
    ("paging", "names"), [(OffsetPages("from", limit="max"), "from, max"), (NumberedPages("pageNumber"), "pageNumber")]
)
def test_a_server_that_takes_no_notice_gives_the_same_page(to: To, paging: Paging, names: str) -> None:
    with ScriptedServer(every=answer(200, "[1, 2]")) as server:
        items, error = collect(read_pages(to(server), "/", paging, progress=False))
        assert items == [1, 2]
        assert "the same as the one before" in error.what
        assert names in error.why


def test_there_is_a_most_of_pages(to: To) -> None:
    with ScriptedServer(every=lambda request: answer(200, json.dumps([request.target]))) as server:
        items, error = collect(read_pages(to(server), "/", OffsetPages(limit=None), most_pages=4, progress=False))
        assert items == ["/?offset=0", "/?offset=1", "/?offset=2", "/?offset=3"]
        assert "more than 4 pages" in error.what
        assert len(server.requests) == 4


def test_an_answer_that_has_the_time_in_it_is_the_same_page_all_the_same(to: To) -> None:
    script = [answer(200, json.dumps({"rows": [{"id": 1}], "time": time})) for time in range(3)]
    with ScriptedServer(*script) as server:
        items, error = collect(read_pages(to(server), "/", OffsetPages(), items="rows", progress=False))
        assert items == [{"id": 1}]
        assert "the same as the one before" in error.what


def test_plain_values_may_repeat(to: To) -> None:
    script = [answer(200, json.dumps({"rows": rows, "at": at})) for at, rows in enumerate([["ok"], ["ok"], []])]
    with ScriptedServer(*script) as server:
        assert list(read_pages(to(server), "/", OffsetPages(), items="rows", progress=False)) == ["ok", "ok"]


def test_parameters_go_into_the_query_or_the_body() -> None:
    with pytest.raises(UsageError, match="where='query' or where='json'"):
        NumberedPages(where="body")  # type: ignore[arg-type]  # as who does not check types may write


@pytest.mark.parametrize("make", [lambda: OffsetPages(size=0), lambda: NumberedPages(size=-1), lambda: CursorPages(size=0)])
def test_a_size_is_positive(make: Callable[[], Paging]) -> None:
    with pytest.raises(UsageError, match="positive"):
        make()


def test_a_most_of_pages_is_positive(to: To, service: Service) -> None:
    with pytest.raises(UsageError, match="most_pages"):
        read_pages(to(service), "/", OffsetPages(), most_pages=0)


# -- answers that are not what was said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "items", "words"),
    [
        ("<html>", "rows", "Page 1 is not JSON"),
        ('{"a": 1, "b": 2}', "rows", r"nothing at 'rows', .* Page 1 has the members a, b"),
        ('{"rows": {"x": 1}}', "rows", "an object at 'rows'"),
        ('{"rows": null}', "rows", "null at 'rows'"),
        ("[1]", "rows", "Page 1 is a list"),
        ('{"rows": [1]}', "", "an object on its outermost level"),
    ],
)
def test_items_that_are_not_where_they_should_be(to: To, body: str, items: str, words: str) -> None:
    with ScriptedServer(answer(200, body)) as server, pytest.raises(PagingError, match=words):
        list(read_pages(to(server), "/", CursorPages(), items=items, progress=False))


@pytest.mark.parametrize(
    ("paging", "body", "words"),
    [
        (NumberedPages(last="pages"), '{"rows": [1], "pages": "many"}', "how many pages"),
        (CursorPages(more="more"), '{"rows": [1], "more": true}', "has no cursor at 'cursor'"),
        (LinkPages(at="next"), '{"rows": [1], "next": {"href": "/2"}}', "is no URL, but dict"),
    ],
)
def test_next_pages_that_are_not_told(to: To, paging: Paging, body: str, words: str) -> None:
    with ScriptedServer(answer(200, body)) as server:
        items, error = collect(read_pages(to(server), "/", paging, items="rows", progress=False))
        assert items == []
        assert words in error.what


@pytest.mark.parametrize("raises", [True, False])
def test_a_refusal_is_raised_whatever_the_session_does(to: To, raises: bool) -> None:
    with ScriptedServer(answer(403, '{"message": "No more for you"}', reason="Forbidden")) as server:
        session = to(server, raise_for_status=raises)
        with pytest.raises(PlatformError, match="No more for you") as caught:
            list(read_pages(session, "/feed?key=hidden", CursorPages(), progress=False))
        assert caught.value.status == 403
        assert "hidden" not in str(caught.value)


def test_a_fault_is_tried_again(to: To) -> None:
    with ScriptedServer(answer(503), answer(200, "[1]")) as server:
        assert list(read_pages(to(server), "/", CursorPages(at="x"), items=lambda r: r.json(), progress=False)) == [1]


# -- other origins ---------------------------------------------------------------------------------------------------------------


def test_a_link_to_another_origin_goes_without_anything_of_the_callers(to: To) -> None:
    with ScriptedServer() as home, ScriptedServer() as away:
        home.script = [
            answer(200, json.dumps({"rows": [1], "next": f"{away.url}/2?a=1"}), Set_Cookie="id=canary-cookie; Path=/"),
            answer(200, json.dumps({"rows": [3], "next": None})),
        ]
        away.script = [answer(200, json.dumps({"rows": [2], "next": f"{home.url}/3"}))]
        session = to(home, TokenAuth("canary-token", origin=home.url, clocks=Clocks()))
        session.headers["X-Own"] = "canary-own"
        session.cookies.set("every", "canary-jar")
        session.params = {"key": "canary-param"}
        pages = read_pages(
            session,
            "/1",
            LinkPages(at="next"),
            items="rows",
            headers={"X-Key": "canary-key"},
            params={"secret": "canary-query"},
            progress=False,
        )
        assert list(pages) == [1, 2, 3]
        (first, back), (elsewhere,) = home.requests, away.requests
        assert first.header("Authorization") == "TC-Token canary-token"
        assert elsewhere.target == "/2?a=1"
        # Where another server leads back to is no longer the caller's wish.
        for request in (elsewhere, back):
            assert "canary" not in f"{request.target} {request.headers}"


def test_a_session_that_is_pinned_to_nothing_does_not_take_its_scheme_along(to: To) -> None:
    with ScriptedServer() as home, ScriptedServer(answer(200, '{"rows": [2]}')) as away:
        home.script = [answer(200, json.dumps({"rows": [1], "next": away.url}))]
        session = to(home, TokenAuth("canary-token", clocks=Clocks()), base_url=None)
        assert list(read_pages(session, home.url, LinkPages(at="next"), items="rows", progress=False)) == [1, 2]
        assert home.requests[0].has("Authorization")
        assert not away.requests[0].has("Authorization")


def test_the_platforms_session_follows_no_link_elsewhere(to: To) -> None:
    with ScriptedServer() as home, ScriptedServer() as away:
        home.script = [answer(200, json.dumps({"rows": [1], "next": away.url}))]
        pages = read_pages(to(home, other_origins=False), "/", LinkPages(at="next"), items="rows", progress=False)
        assert next(pages) == 1
        with pytest.raises(OriginError):
            next(pages)
        assert away.requests == []


def test_a_post_is_not_taken_to_another_origin(to: To) -> None:
    with ScriptedServer() as home, ScriptedServer() as away:
        home.script = [answer(200, json.dumps({"rows": [1], "next": away.url}))]
        pages = read_pages(to(home), "/", LinkPages(at="next"), items="rows", method="POST", json={"canary": 1}, progress=False)
        assert next(pages) == 1
        with pytest.raises(OriginError, match="another origin"):
            next(pages)
        assert away.requests == []


def test_a_key_that_the_server_repeats_in_its_links_is_taken_out(to: To) -> None:
    key = Secret("canary/key+1")
    with ScriptedServer() as server:
        url = f"{server.url}/2?api_key=canary%2Fkey%2B1&page=2&x=%20"
        server.script = [answer(200, json.dumps({"rows": [1], "next": url})), answer(200, '{"rows": [2]}')]
        assert list(read_pages(to(server), "/1", LinkPages(at="next"), items="rows", progress=False)) == [1, 2]
        assert server.requests[1].target == "/2?page=2&x=%20"
    assert key


# -- progress --------------------------------------------------------------------------------------------------------------------


def test_progress_is_told_after_each_page(to: To, service: Service) -> None:
    told: list[Progress] = []
    pages = read_pages(
        to(service), "/cursor", CursorPages(at="next_cursor"), items="data.rows", total="count", progress=told.append
    )
    assert list(pages) == service.items
    assert told == [
        Progress("/cursor", 1, 3, 7, ended=False),
        Progress("/cursor", 2, 6, 7, ended=False),
        Progress("/cursor", 3, 7, 7, ended=True),
    ]


def test_a_read_that_is_given_up_closes_its_progress(to: To, service: Service) -> None:
    class Told:
        closed = 0

        def __call__(self, progress: Progress) -> None:
            assert progress.label == "rows"

        def close(self) -> None:
            self.closed += 1

    told = Told()
    pages = read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), items="data.rows", progress=told, label="rows")
    assert next(pages) == 0
    pages.close()
    assert told.closed == 1
    assert list(pages) == []


def test_without_a_terminal_there_is_a_line_every_ten_seconds_and_at_the_end(
    to: To, service: Service, time: TurnedTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "gatepost.pages")
    assert list(read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), items="data.rows", total="count", label="rows"))
    assert caplog.messages == ["rows: 7 of 7 items in 3 pages"]
    caplog.clear()
    for _ in read_pages(to(service), "/cursor", CursorPages(at="next_cursor"), items="data.rows", label="hashes"):
        time.turn(4)
    assert caplog.messages == ["hashes: 6 items in 2 pages", "hashes: 7 items in 3 pages"]


def test_a_page_describes_itself_by_names_alone(to: To) -> None:
    with ScriptedServer(answer(200, '{"rows": [1], "token": "canary"}')) as server:
        page: Page = next(read_pages(to(server), "/", CursorPages(), items="rows", progress=False).by_page())
        assert page.describe() == "Page 1 has the members rows, token"
