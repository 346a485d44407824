from __future__ import annotations

import threading
from email.utils import parsedate_to_datetime

import pytest

from gatepost.emulator import Emulator
from gatepost.emulator.clock import PlatformClock


def test_is_its_source_plus_an_offset():
    clock = PlatformClock(lambda: 1000.0, -60)
    assert clock.now() == 940
    clock.offset = 5
    assert clock.now() == 1005
    clock.turn(10)
    assert (clock.offset, clock.now()) == (15, 1015)


def test_turns_from_many_threads_are_all_counted():
    clock = PlatformClock(lambda: 0.0)
    threads = [threading.Thread(target=lambda: [clock.turn(1) for _ in range(1000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.offset == 4000


@pytest.mark.tc_platform(time_source=lambda: 1_700_000_000.9, clock_offset=3600)
def test_date_header_is_the_platforms_time(tc_platform, client):
    answer = client.send_token("GET", "/v2/owners")
    assert parsedate_to_datetime(answer.headers["date"]).timestamp() == 1_700_003_600
    assert answer.headers["date"].endswith(" GMT")
    assert tc_platform.requests[0].time == 1_700_003_600.9


@pytest.mark.tc_platform(time_source=lambda: 1_700_000_000.0)
@pytest.mark.parametrize("path", ["/v2/nowhere", "/appAuth", "/v3/nowhere"])
def test_refusals_carry_the_date_too(client, path):
    assert client.send("GET", path).headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_time_source_is_asked_each_time():
    times = iter(range(1, 100))
    platform = Emulator(time_source=lambda: float(next(times)))
    first = platform.clock.now()
    assert platform.clock.now() == first + 1
