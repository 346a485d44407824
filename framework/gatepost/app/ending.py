"""How a run ends, in words and a number: what ``message.tc`` holds, which is little."""

from __future__ import annotations

from gatepost.errors import GatepostError
from gatepost.inputs.values import InvalidInputs
from gatepost.redaction import redact
from gatepost.runtime.runtime import EXIT_CODES

__all__ = ["SUCCESS", "brief", "brief_bug", "read_system_exit"]

SUCCESS = "Success"
"""The message of a run that succeeded and said nothing (contract/playbooks.md section 7)."""

_LEAST_REASON = 40  # characters of a long reason, below which the remedy is left out for more of it
_LEAST_SHARE = 60  # characters of one problem among several, below which the inputs' names say more
_SHOWN = 254  # characters of message.tc before its newline; the platform shows the last ones


def brief(error: GatepostError) -> str:
    """Return as much of an error as the platform shows: what happened and why; of a long reason the beginning, and the remedy."""
    texts = _brief_problems(error) if isinstance(error, InvalidInputs) else [_brief_reason(error)]
    fitting = next((text for text in (str(error), *texts) if len(text) <= _SHOWN), None)
    return fitting or _cut(texts[-1], _SHOWN)


def _brief_reason(error: GatepostError) -> str:
    """Return what happened and why; of a reason that is too long by itself the beginning, and the remedy if that leaves room.

    A long reason of several lines is a list: the log has it, and its first line by itself says nothing.
    """
    reason = str(GatepostError(error.what, why=error.why))
    if len(reason) <= _SHOWN:
        return reason
    if "\n" in error.why:
        return str(GatepostError(error.what, remedy=error.remedy))
    room = len(error.why) - (len(str(error)) - _SHOWN) - 2  # for another sign between the sentences
    if not error.remedy or room < _LEAST_REASON:
        return reason
    return str(GatepostError(error.what, why=_cut(error.why, room), remedy=error.remedy))


def _brief_problems(error: InvalidInputs) -> list[str]:
    """Return the problems in fewer words: what is wrong with each, an equal share of it, or the inputs' names alone."""
    problems = error.problems
    whole = [f"{problem.name}: {problem.what}" for problem in problems]
    share = (_SHOWN - len(error.what)) // len(problems) - 1
    texts = ["\n".join([error.what, *whole])]
    if share >= _LEAST_SHARE:
        texts.append("\n".join([error.what, *(_cut(line, share) for line in whole)]))
    return [*texts, f"{error.what}: {', '.join(dict.fromkeys(problem.name for problem in problems))}"]


def _cut(text: str, length: int) -> str:
    text = redact(text)  # first, for nobody knows what is left of a secret that was cut
    return text if len(text) <= length else f"{text[: length - 1]}…"


def brief_bug(error: BaseException) -> str:
    """Return the message of an app that failed by itself."""
    hint = ". The log has the details"
    return _cut(f"The app failed: {type(error).__name__}: {error}".rstrip(": "), _SHOWN - len(hint)) + hint


def read_system_exit(end: SystemExit) -> tuple[int, str]:
    """Return code and message of ``sys.exit(…)``: a number, or a text that means failure."""
    if end.code is None or end.code == 0:
        return 0, SUCCESS
    if isinstance(end.code, int):
        code = int(end.code) if end.code in EXIT_CODES else 1
        return code, EXIT_CODES[code]
    return 1, str(end.code)
