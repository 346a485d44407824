"""Files that the platform wrote for a run, and named in inputs (contract/inputs.md section 3, its last lines).

Before the feature ``runtimeVariables``, a job got no reference to a stored file: the platform put the file into ``tc_in_path``,
and its name into the input.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from gatepost.inputs.values import Problem, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["read_in_files"]


def read_in_files(
    values: Mapping[str, Value], names: Collection[str], in_path: Path
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Put the content of a file in place of its name.

    Only for inputs that are to hold bytes, and only where a regular file of that name lies in the folder itself: a value with a
    folder in it, a link and a name without a file stay as they are.

    Args:
        values: Values by input name.
        names: The inputs whose fields hold bytes.
        in_path: ``tc_in_path``.

    Returns:
        The values, those of files that cannot be read left out; and the problems.
    """
    read = dict(values)
    problems: list[Problem] = []
    for name in names:
        value = values.get(name)
        if value is None or not isinstance(value.value, str) or not _is_name(value.value):
            continue
        path = in_path / value.value
        try:
            if stat.S_ISREG(path.lstat().st_mode):
                read[name] = Value(name, path.read_bytes(), value.source, value.place)
        except FileNotFoundError:
            continue
        except OSError as error:
            del read[name]
            place = f"{value.source.label}: {value.place}" if value.place else value.source.label
            what = f"names the file {path}, which cannot be read: {error.strerror}"
            problems.append(Problem(name, what, place, "Check the permissions of the folder for files"))
    return read, tuple(problems)


def _is_name(text: str) -> bool:
    return bool(text) and text not in (".", "..") and not any(mark in text for mark in "/\\\0") and len(text) < 256
