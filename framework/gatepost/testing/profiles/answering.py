"""Recorded HTTP answers in the place of servers, for all that a process sends by ``requests``.

Also a program, for an app that is started as a process: ``python answering.py answers.json run.py`` runs ``run.py`` with the
answers of a file. Of what an app may bring along in other versions, or not at all, it imports nothing: not even gatepost.
"""

from __future__ import annotations

import contextlib
import threading
from base64 import b64decode
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["answered"]

_LOCK = threading.RLock()
_OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding"}


@contextlib.contextmanager
def answered(answers: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Answer the requests of this process that there are answers for; all others are sent.

    How such answers are matched is not known: here by method, by the URL without its query, and by ``params`` and the query of
    the recorded URL, which the request has to have among its own. Of several that match, the first one is given once, then the
    next, and the last one from then on.

    Args:
        answers: As `gatepost.testing.profiles.answers.recorded_answers` returns them.
    """
    if not answers:
        yield
        return
    from requests.adapters import HTTPAdapter

    with _LOCK:
        before = HTTPAdapter.send
        _answer(HTTPAdapter, answers)
        try:
            yield
        finally:
            HTTPAdapter.send = before  # type: ignore[method-assign]


def _answer(adapter_class: Any, answers: Sequence[Mapping[str, Any]]) -> None:
    """Have a class of adapters answer."""
    before = adapter_class.send
    recorded = [_Answer(entry) for entry in answers]
    given: set[int] = set()

    def send(adapter: Any, request: Any, *arguments: Any, **settings: Any) -> Any:
        fitting = [answer for answer in recorded if answer.fits(str(request.method).upper(), str(request.url))]
        if not fitting:
            return before(adapter, request, *arguments, **settings)
        answer = next((each for each in fitting if id(each) not in given), fitting[-1])
        given.add(id(answer))
        return answer.response(adapter, request)

    adapter_class.send = send


class _Answer:
    """One recorded answer."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._method = str(entry["method"])
        self._url, self._query = _parts(str(entry["url"]))
        self._query |= {(str(name), str(value)) for name, value in entry["params"].items()}
        self._status = int(entry["status"])
        # Of the body as it is recorded; an encoding or length of the wire would not be true of it.
        self._headers = {name: value for name, value in entry["headers"].items() if name.lower() not in _OF_THE_WIRE}
        self._body = b64decode(entry["body"])

    def fits(self, method: str, url: str) -> bool:
        place, query = _parts(url)
        return method == self._method and place == self._url and self._query <= query

    def response(self, adapter: Any, request: Any) -> Any:
        from urllib3 import HTTPResponse

        raw = HTTPResponse(BytesIO(self._body), self._headers, self._status, preload_content=False)
        return adapter.build_response(request, raw)


def _parts(url: str) -> tuple[str, set[tuple[str, str]]]:
    parts = urlsplit(url)
    place = f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path or '/'}"
    return place, set(parse_qsl(parts.query, keep_blank_values=True))


class _WhenImported:
    """Has ``requests`` answer as soon as the app imports it: where from is the app's own affair, and so is whether."""

    def __init__(self, answers: Sequence[Mapping[str, Any]]) -> None:
        self._answers = answers

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != "requests.adapters":
            return None
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path, target)
        loader: Any = spec.loader if spec is not None else None
        if loader is not None:
            execute = loader.exec_module

            def execute_and_answer(module: Any) -> None:
                execute(module)
                _answer(module.HTTPAdapter, self._answers)

            loader.exec_module = execute_and_answer
        return spec


def main() -> None:
    """Run a program with the answers of a file."""
    import json
    import os
    import runpy
    import sys

    file, program = sys.argv[1:3]
    with open(file, encoding="utf-8") as stream:  # noqa: PTH123 - in any Python of an app
        answers = json.load(stream)
    sys.argv[:] = sys.argv[2:]
    sys.path[0] = os.path.dirname(os.path.abspath(program))  # noqa: PTH100, PTH120 - as Python itself has it
    sys.meta_path.insert(0, _WhenImported(answers))
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
