"""The process that runs a page's Python blocks, one after another, in one namespace.

Started by ``tests/docs/running.py``. Reads one JSON object a line from the descriptor in its first argument, and answers
on the one in its second: ``{"exits": code, "error": traceback}``. The code's own output goes to its standard output.
"""

from __future__ import annotations

import doctest
import json
import linecache
import os
import sys
import traceback
import types
from typing import Any


def main(requests: int, answers: int) -> None:
    """Answer requests until there are no more."""
    page = types.ModuleType("__main__")
    sys.modules["__main__"] = page  # where pydantic and pickle look up the page's classes
    sys.argv = [""]
    sys.path[0] = ""
    with os.fdopen(requests, encoding="utf-8") as incoming, os.fdopen(answers, "w", encoding="utf-8") as outgoing:
        for line in incoming:
            answer = run(json.loads(line), vars(page))
            sys.stdout.flush()
            sys.stderr.flush()
            outgoing.write(json.dumps(answer) + "\n")
            outgoing.flush()


def run(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    """Run one block where the request says: its lines carry the page's numbers in a traceback."""
    os.chdir(request["directory"])
    os.environ.clear()
    os.environ.update(request["environment"])
    # The fence's own line comes first, so the code starts one below.
    source = "\n" * request["line"] + request["text"]
    page = request["page"]
    linecache.cache[page] = (len(source), None, source.splitlines(keepends=True), page)
    try:
        if request["language"] == "pycon":
            return _examples(request, namespace)
        exec(compile(source, page, "exec"), namespace)
    except SystemExit as exit_:
        if exit_.code is None or isinstance(exit_.code, int):
            return {"exits": exit_.code or 0, "error": ""}
        return {"exits": 1, "error": str(exit_.code)}
    except BaseException:
        return {"exits": 1, "error": traceback.format_exc()}
    return {"exits": 0, "error": ""}


def _examples(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    test = doctest.DocTestParser().get_doctest(request["text"], namespace, request["page"], request["page"], request["line"])
    test.globs = namespace  # the parser made a copy
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    failed = runner.run(test, out=said.append, clear_globs=False).failed
    return {"exits": 1 if failed else 0, "error": "".join(said)}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
