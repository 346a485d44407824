"""A program that was recorded runs again without its servers; where it asks something else, the error says what."""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.auth.token import renewal_url
from gatepost.sessions import AuthorizedSession
from gatepost.sessions.tapes import Matching, RecordingAdapter, ReplayingAdapter, Tape, TapeError, TapeMismatch
from gatepost.transport.errors import ConnectionFailed
from gatepost.transport.plain import PlainTransport
from tests.refused_port import refused_port
from tests.sessions.tapes.conftest import tape_of
from tests.transport.scripted_server import RESET, ScriptedServer, answer, redirect


def open_recorded(platform, clocks, adapter, token=None, expires=None) -> AuthorizedSession:
    issued = platform.issue_token()
    transport = PlainTransport(verify=platform.ca_file, adapter=adapter)
    scheme = TokenAuth(
        token or issued.token,
        expires if token else issued.expires,
        renew_url=renewal_url(platform.url),
        transport=transport,
        clocks=clocks,
    )
    return mounted(AuthorizedSession(scheme, base_url=platform.url, clocks=clocks), adapter, verify=platform.ca_file)


def open_replayed(url, clocks, adapter) -> AuthorizedSession:
    scheme = TokenAuth("APIV2:tape:0", renew_url=renewal_url(url), transport=PlainTransport(adapter=adapter), clocks=clocks)
    return mounted(AuthorizedSession(scheme, base_url=url, clocks=clocks), adapter)


def mounted(session, adapter, verify=True) -> AuthorizedSession:
    session.mount("https://", adapter)
    session.verify = verify
    return session


# -- whole runs ----------------------------------------------------------------------------------------------------------------


def a_run(session) -> list[object]:
    made = session.post("/v3/tags", json={"name": "recorded"}).json()["data"]["id"]
    return [
        session.get("/v2/owners").json(),
        session.get(f"/v3/tags/{made}").json(),
        session.get("/v3/tags", params={"resultLimit": 2, "resultStart": 0}).json(),
        session.delete(f"/v3/tags/{made}").status_code,
        session.get("/v3/tags/4711").status_code,
    ]


def test_a_run_is_replayed_without_its_platform(platform, clocks, path):
    with open_recorded(platform, clocks, RecordingAdapter(tape=Tape.record(path))) as session:
        recorded = a_run(session)
    url = platform.url
    platform.stop()

    tape = Tape.load(path)
    with open_replayed(url, clocks, ReplayingAdapter(tape)) as session:
        assert a_run(session) == recorded
    tape.check_all_used()


def test_the_platform_may_have_another_address(platform, clocks, path):
    with open_recorded(platform, clocks, RecordingAdapter(tape=Tape.record(path))) as session:
        recorded = a_run(session)

    with open_replayed("https://platform.example/api", clocks, ReplayingAdapter(Tape.load(path))) as session:
        assert a_run(session) == recorded


def test_links_lead_to_the_server_that_is_asked(recording, replaying):
    with ScriptedServer(
        lambda _: answer(body=json.dumps({"next": f"{server.url}/page/2"}), Content_Type="application/json"),
        answer(body="2"),
        lambda _: redirect(f"{server.url}/elsewhere"),
        answer(body="3"),
    ) as server:

        def pages(session, url):
            following = session.get(f"{url}/page/1").json()["next"]
            return [following.removeprefix(url), session.get(following).text, session.get(f"{url}/moved").text]

        recorded = pages(recording, server.url)
        assert recorded == ["/page/2", "2", "3"]

    assert pages(replaying(), "https://other.example:8443") == recorded


def test_a_refused_token_is_renewed_as_it_was_then(platform, clocks, time, path):
    issued = platform.issue_token(life=60)
    with open_recorded(platform, clocks, RecordingAdapter(tape=Tape.record(path)), token=issued.token) as session:
        time.turn(61)
        assert session.get("/v2/owners").status_code == 200

    tape = Tape.load(path)
    assert [exchange.request.path for exchange in tape.exchanges] == ["/api/v2/owners", "/api/appAuth", "/api/v2/owners"]
    assert [exchange.response.status for exchange in tape.exchanges] == [401, 200, 200]
    time.turn(20 * 365 * 86_400)  # the tape is old
    with open_replayed(platform.url, clocks, ReplayingAdapter(tape, time=time)) as session:
        assert session.get("/v2/owners").status_code == 200
        renewed = session.scheme.renewal.snapshot()
    assert renewed.secret.reveal() == "API:tape:1"
    assert renewed.expires - time.time() > 5 * 365 * 86_400
    assert tape.unused == ()


def test_a_renewal_by_age_is_not_asked_for_again_and_not_missed(platform, clocks, time, path):
    issued = platform.issue_token(life=600)
    adapter = RecordingAdapter(tape=Tape.record(path))
    with open_recorded(platform, clocks, adapter, token=issued.token, expires=issued.expires) as session:
        time.turn(599)
        assert session.get("/v2/owners").status_code == 200

    tape = Tape.load(path)
    assert [exchange.request.path for exchange in tape.exchanges] == ["/api/appAuth", "/api/v2/owners"]
    with open_replayed(platform.url, clocks, ReplayingAdapter(tape)) as session:
        assert session.get("/v2/owners").status_code == 200
    tape.check_all_used()


def test_a_renewal_that_is_not_on_the_tape_succeeds(clocks, time, path):
    adapter = ReplayingAdapter(Tape(path=path), time=time)
    url = "https://platform.example/api"
    scheme = TokenAuth(
        "API:old", time.time() - 1, renew_url=renewal_url(url), transport=PlainTransport(adapter=adapter), clocks=clocks
    )
    assert scheme.headers(requests.Request("GET", url).prepare()) == {"Authorization": "TC-Token API:tape:0"}


@pytest.mark.tc_platform(clock_offset=3600)
def test_a_clock_that_was_off_is_off_again(platform, clocks, time, path):
    def run(adapter, clocks, verify=True):
        credentials = platform.credentials
        scheme = HmacAuth(credentials.access_id, credentials.secret_key, origin=platform.url, clocks=clocks)
        with mounted(AuthorizedSession(scheme, base_url=platform.url, clocks=clocks), adapter, verify=verify) as session:
            return session.get("/v2/owners").status_code

    assert run(RecordingAdapter(tape=Tape.record(path), time=time), clocks, platform.ca_file) == 200
    time.turn(1_000_000)
    tape = Tape.load(path)
    assert [exchange.response.status for exchange in tape.exchanges] == [401, 200]
    assert run(ReplayingAdapter(tape, time=time), type(clocks)(time)) == 200
    tape.check_all_used()


def test_failures_come_again(to, path, time, plain):
    with ScriptedServer(answer(503), RESET, answer(body="at last")) as server:
        session = to(server)
        session.mount("http://", RecordingAdapter(tape=Tape.record(path)))
        assert session.get("/").text == "at last"
        session.close()

    tape = Tape.load(path)
    session = to(server)
    session.mount("http://", ReplayingAdapter(tape))
    assert session.get("/").text == "at last"
    assert tape.unused == ()


def test_a_server_that_is_not_there_is_replayed_too(to, path):
    with refused_port() as nobody:
        for adapter in (RecordingAdapter(tape=Tape.record(path)), None):
            session = to(nobody)
            session.mount("http://", adapter or ReplayingAdapter(Tape.load(path)))
            with pytest.raises(ConnectionFailed, match="cannot be reached, tried 4 times"):
                session.post("/", json={})
            session.close()


# -- matching ------------------------------------------------------------------------------------------------------------------


def test_equal_requests_are_answered_in_their_order(recording, replaying):
    with ScriptedServer(*(answer(body=str(number)) for number in range(4))) as server:
        recorded = [recording.get(server.url).text for _ in range(4)]
    session = replaying()
    assert [session.get(server.url).text for _ in range(4)] == recorded == ["0", "1", "2", "3"]


def test_other_requests_may_come_in_another_order(recording, replaying):
    with ScriptedServer(every=lambda request: answer(body=request.target)) as server:
        for path in "abc":
            recording.get(f"{server.url}/{path}")
    session = replaying()
    assert [session.get(f"{server.url}/{path}").text for path in "cab"] == ["/c", "/a", "/b"]
    tape_of(session).check_all_used()


def test_two_servers_are_told_apart(recording, replaying):
    with ScriptedServer(every=answer(body="one")) as one, ScriptedServer(every=answer(body="two")) as two:
        for server in (one, two, one):
            recording.get(f"{server.url}/same")
    session = replaying()
    assert [session.get(f"{server.url}/same").text for server in (two, one, one)] == ["two", "one", "one"]


def test_a_server_that_moved_stays_one_server(recording, replaying):
    with ScriptedServer(every=answer(body="one")) as one, ScriptedServer(every=answer(body="two")) as two:
        for server in (one, two, two, one):
            recording.get(f"{server.url}/same")
    session = replaying()
    hosts = ("https://first.example", "https://second.example") * 2
    assert [session.get(f"{host}/same").text for host in hosts] == ["one", "two", "one", "two"]


def test_the_order_of_a_query_counts_only_on_request(recording, replaying):
    with ScriptedServer() as server:
        recording.get(f"{server.url}/?a=1&b=2")
    assert replaying().get(f"{server.url}/?b=2&a=1").status_code == 200
    with pytest.raises(TapeMismatch, match="the order differs: recorded a, b, asked b, a"):
        replaying(ordered_query=True).get(f"{server.url}/?b=2&a=1")


def test_what_changes_each_time_can_be_left_out_of_the_comparison(recording, replaying):
    with ScriptedServer() as server:
        recording.post(f"{server.url}/?now=1", json={"deep": [{"id": 1, "name": "n"}]})
    settings = {"ignored_query": frozenset({"now"}), "ignored_fields": frozenset({"id"})}
    assert replaying(**settings).post(f"{server.url}/?now=2", json={"deep": [{"id": 2, "name": "n"}]}).ok
    with pytest.raises(TapeMismatch):
        replaying(**settings).post(f"{server.url}/?now=2", json={"deep": [{"id": 2, "name": "m"}]})
    assert replaying(bodies=False, ignored_query=frozenset({"now"})).post(f"{server.url}/", data="other").ok


def test_json_is_compared_as_data(recording, replaying):
    with ScriptedServer() as server:
        recording.post(server.url, data=b'{"a": 1, "b": [1.0]}', headers={"Content-Type": "application/json"})
    assert replaying().post(server.url, json={"b": [1.0], "a": 1}).ok


def test_headers_never_count(recording, replaying):
    with ScriptedServer() as server:
        recording.get(server.url, headers={"Authorization": "TC 1:signature", "Timestamp": "1", "User-Agent": "a"})
    assert replaying().get(server.url, headers={"Authorization": "TC-Token t", "User-Agent": "b"}).ok


def test_a_multipart_body_is_the_same_in_spite_of_its_boundary(recording, replaying):
    with ScriptedServer() as server:
        recording.post(server.url, files={"file": ("name.bin", b"\xff\xfe")})
    assert replaying().post(server.url, files={"file": ("name.bin", b"\xff\xfe")}).ok
    with pytest.raises(TapeMismatch):
        replaying().post(server.url, files={"file": ("name.bin", b"\xff\xfd")})


# -- what the errors say -------------------------------------------------------------------------------------------------------


def test_a_mismatch_says_what_differs_from_the_nearest_exchange(recording, replaying):
    with ScriptedServer() as server:
        recording.get(f"{server.url}/v3/indicators", params={"owner": "A", "resultLimit": 10})
        recording.post(f"{server.url}/v3/tags", json={"name": "one", "numbers": [1, 2]})
        recording.get(f"{server.url}/v3/groups")
    session = replaying()

    with pytest.raises(TapeMismatch) as caught:
        session.get(f"{server.url}/v3/indicators", params={"owner": "B", "tql": "x"})
    assert "no answer to GET /v3/indicators with owner, tql" in caught.value.what
    lines = caught.value.why.splitlines()
    assert lines[0] == "The nearest is exchange 1, GET /v3/indicators with owner, resultLimit. What differs:"
    assert lines[1:] == [
        '  query owner: recorded "A", asked "B"',
        '  query resultLimit: recorded "10", not asked',
        '  query tql: not recorded, asked "x"',
    ]

    with pytest.raises(TapeMismatch) as caught:
        session.post(f"{server.url}/v3/tags", json={"name": "two", "numbers": [1, 3], "more": None})
    assert caught.value.why.splitlines()[1:] == [
        '  body.name: recorded "one", asked "two"',
        "  body.numbers[1]: recorded 2, asked 3",
        "  body.more: not recorded, asked null",
    ]

    with pytest.raises(TapeMismatch, match="method: recorded GET, asked PUT"):
        session.put(f"{server.url}/v3/groups")
    with pytest.raises(TapeMismatch, match='path: recorded "/v3/groups", asked "/v3/group"'):
        session.get(f"{server.url}/v3/group")


def test_a_mismatch_shows_no_secret(recording, replaying, canary):
    with ScriptedServer() as server:
        recording.post(f"{server.url}/a", json={"key": "value"})
    with pytest.raises(TapeMismatch) as caught:
        replaying().post(f"{server.url}/a?q={canary}", json={"key": canary, canary: 1}, headers={"X-Api-Key": canary})
    assert canary not in str(caught.value)
    assert "body.***" in str(caught.value)


def test_one_request_too_many_is_named(recording, replaying):
    with ScriptedServer() as server:
        recording.get(server.url)
    session = replaying()
    session.get(server.url)
    with pytest.raises(TapeMismatch, match="recorded once, and is asked once more"):
        session.get(server.url)
    tape_of(session).rewind()
    assert session.get(server.url).ok


def test_a_mismatch_is_raised_once_and_is_no_network_failure(to, path):
    Tape.record(path).save()
    with ScriptedServer() as server:
        session = to(server)
        session.mount("http://", ReplayingAdapter(Tape.load(path)))
        with pytest.raises(TapeMismatch, match="It is empty") as caught:
            session.get("/")
    assert not isinstance(caught.value, requests.RequestException)
    assert session.clocks.time.slept == []


def test_what_was_not_asked_for_is_named(recording, replaying):
    with ScriptedServer() as server:
        for number in range(8):
            recording.get(f"{server.url}/{number}")
    session = replaying()
    session.get(f"{server.url}/1")
    tape = tape_of(session)
    assert [exchange.request.path for exchange in tape.unused] == ["/0", "/2", "/3", "/4", "/5", "/6", "/7"]
    with pytest.raises(TapeMismatch) as caught:
        tape.check_all_used()
    assert "7 of 8 exchanges" in caught.value.what
    assert caught.value.why.splitlines()[0] == "1. GET /0"
    assert caught.value.why.splitlines()[-1] == "and 2 more"


# -- threads, forks, files -----------------------------------------------------------------------------------------------------


def test_many_threads_record_and_replay(path, plain):
    with ScriptedServer(every=lambda request: answer(body=request.target)) as server:
        recording = RecordingAdapter(tape=Tape.record(path))
        sessions = [plain(recording) for _ in range(8)]

        def ask(session, start):
            return [session.get(f"{server.url}/{number}").text for number in range(start, 80, 8)]

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, sessions, range(8)))
        recording.close()

    tape = Tape.load(path)
    assert [exchange.number for exchange in tape.exchanges] == list(range(1, 81))
    replaying = ReplayingAdapter(tape)
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(ask, [plain(replaying) for _ in range(8)], range(8))
    assert sorted(text for texts in answers for text in texts) == sorted(f"/{number}" for number in range(80))
    tape.check_all_used()


def test_equal_requests_of_many_threads_get_one_answer_each(path, plain):
    numbers = iter(range(100))
    lock = threading.Lock()

    def count(_):
        with lock:
            return answer(body=str(next(numbers)))

    with ScriptedServer(every=count) as server:
        recording = RecordingAdapter(tape=Tape.record(path))
        session = plain(recording)
        for _ in range(40):
            session.get(server.url)
        recording.close()
    replaying = plain(ReplayingAdapter(Tape.load(path)))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: int(replaying.get(server.url).text), range(40)))
    assert sorted(answers) == list(range(40))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_does_not_write_its_parents_tape(path):
    tape = Tape.record(path)
    child = os.fork()
    if child == 0:
        try:
            tape.save()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert not path.exists()
    tape.save()
    assert path.exists()


def test_a_folder_is_made_and_a_place_that_cannot_be_written_is_said_at_once(tmp_path):
    Tape.record(tmp_path / "new" / "folder" / "tape.json").save()
    assert json.loads((tmp_path / "new" / "folder" / "tape.json").read_text())["exchanges"] == []
    (tmp_path / "file").write_text("")
    with pytest.raises(TapeError, match="cannot be written"):
        Tape.record(tmp_path / "file" / "tape.json")
    with pytest.raises(TapeError, match="cannot be written"):
        Tape.record(tmp_path)


def test_a_tape_without_a_file_is_not_saved():
    with pytest.raises(TapeError, match="no file"):
        Tape().save()


def test_a_tape_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TapeError, match="There is no tape"):
        Tape.load(tmp_path / "none.json")
    with pytest.raises(TapeError, match="cannot be read"):
        Tape.load(tmp_path)


def test_a_tape_says_how_it_was_made(path):
    Tape.record(path, about={"api_path": "https://platform.example/api"}).save()
    about = Tape.load(path).about
    assert about["recorded_with"].startswith("gatepost/")
    assert about["recorded_at"].endswith("Z")
    assert about["api_path"] == "https://platform.example/api"
    assert repr(Tape.load(path, matching=Matching())) == "<Tape tape.json of 0 exchanges>"
