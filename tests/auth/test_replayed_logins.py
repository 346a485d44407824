"""Runs that log in, recorded and replayed: the replay needs no service, and keeps nothing that a tape hands out."""

from __future__ import annotations

import pytest

from gatepost.auth import RefreshTokenAuth, TcapAuth, TokenFile
from gatepost.clock import Clocks
from gatepost.emulator import OAuthEmulator, TcapEmulator
from gatepost.sessions import AuthorizedSession
from gatepost.sessions.tapes import RecordingAdapter, ReplayingAdapter, Tape
from gatepost.transport.plain import PlainTransport


def run(scheme, adapter, url, path, verify=True) -> int:
    scheme.use_transport(PlainTransport(adapter=adapter, verify=verify))
    with AuthorizedSession(scheme, base_url=url) as session:
        session.verify = verify
        session.mount("https://", adapter)
        return session.get(path).status_code


@pytest.fixture
def tape(tmp_path):
    return tmp_path / "tape.json"


def test_a_login_is_replayed(tape):
    def scheme(url: str, password: object) -> TcapAuth:
        return TcapAuth("emulated.user", password, base_url=url)

    with TcapEmulator() as tcap:
        recording = Tape.record(tape)
        auth = scheme(tcap.url, tcap.credentials.password)
        assert run(auth, RecordingAdapter(tape=recording), tcap.url, "/hash-verification/api/v2", tcap.ca_file) == 200
        recording.save()
        url = tcap.url

    replaying = Tape.load(tape)
    assert run(scheme(url, "nobody knows"), ReplayingAdapter(replaying), url, "/hash-verification/api/v2") == 200
    replaying.check_all_used()


def test_a_replay_leaves_the_kept_refresh_token_alone(tape, tmp_path, time):
    kept = TokenFile(tmp_path / "kept")

    def scheme(service: OAuthEmulator) -> RefreshTokenAuth:
        known = service.credentials
        return RefreshTokenAuth(
            service.token_url,
            kept.load(),
            client_id=known.client_id,
            client_secret=known.client_secret,
            save=kept.save,
            origin=service.url,
            clocks=Clocks(time),
        )

    with OAuthEmulator(time_source=time.time) as service:
        kept.save(service.credentials.refresh_token)
        recording = Tape.record(tape)
        assert run(scheme(service), RecordingAdapter(tape=recording), service.url, "/items", service.ca_file) == 200
        recording.save()
        saved = kept.load()
        assert saved != service.credentials.refresh_token

        assert run(scheme(service), ReplayingAdapter(Tape.load(tape)), service.url, "/items") == 200
        assert kept.load() == saved
