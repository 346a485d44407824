"""Who is renewing."""

from __future__ import annotations

import threading

import pytest
import responses

from gatepost.runtime.renewing import RenewalTransport, is_renewing, renewing


def test_only_the_thread_inside_is_renewing() -> None:
    seen: list[bool] = []
    with renewing():
        thread = threading.Thread(target=lambda: seen.append(is_renewing()))
        thread.start()
        thread.join()
        assert is_renewing()
        with renewing():
            assert is_renewing()
        assert is_renewing()
    assert not is_renewing()
    assert seen == [False]


def test_it_ends_with_an_error_too() -> None:
    with pytest.raises(ValueError, match="no answer"), renewing():
        raise ValueError("no answer")
    assert not is_renewing()


@responses.activate
def test_what_is_sent_is_part_of_a_renewal() -> None:
    seen: list[bool] = []

    def answer(request: object) -> tuple[int, dict[str, str], str]:
        seen.append(is_renewing())
        return 200, {}, "{}"

    responses.add_callback("GET", "https://platform.example/api/appAuth", answer)
    assert RenewalTransport().send("GET", "https://platform.example/api/appAuth").status == 200
    assert seen == [True]
    assert not is_renewing()
