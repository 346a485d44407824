"""What is paid often or once, inside a process: a signature, a log line, a param file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.environments import RegistryUnreachable, python_with_gatepost, python_with_tcex
from benchmarks.harness import Options, Result, compare, main, progress
from benchmarks.launching import PROGRAMS, ask
from gatepost.inputs import make_param_key, write_param_file

SIZE = 20_000  # bytes of a param file


def measure(options: Options) -> list[Result]:
    """Measure signatures, log lines and param files."""
    rounds = options.rounds or 30
    ours = python_with_gatepost()
    try:
        theirs = python_with_tcex()
    except RegistryUnreachable as error:
        progress(f"without tcex: {error}")
        theirs = None
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "install.json").write_bytes((PROGRAMS / "hello" / "install.json").read_bytes())
        file, key = _param_file(Path(directory))

        progress("signatures")
        signatures = ask(ours, "signatures.py", {"rounds": rounds, "count": 5000}, directory)
        results = [compare("signature, CPU", "µs", signatures, "gatepost", "bare", target=1.15, scale=1e6)]

        progress("log lines")
        lines = ask(ours, "log_lines.py", {"rounds": rounds, "count": 2000, "framework": "gatepost"}, directory)
        results.append(compare("log line, CPU", "µs", lines, "gatepost", "logging", target=1.2, scale=1e6))
        if theirs is not None:
            order = {"rounds": 5, "count": 100, "framework": "tcex"}
            lines = ask(theirs, "log_lines.py", order, directory, HOME=directory)
            results.append(compare("log line, CPU", "µs", lines, "tcex", "logging", scale=1e6))

        progress("param files")
        order = {"rounds": rounds, "count": 50, "framework": "gatepost", "file": str(file), "key": key}
        results.append(_param_result("gatepost", ask(ours, "param_files.py", order, directory), target=1))
        if theirs is not None:
            order |= {"rounds": 5, "count": 4, "framework": "tcex"}
            results.append(_param_result("tcex", ask(theirs, "param_files.py", order, directory)))
    return results


def _param_result(framework: str, seconds: dict[str, list[float]], target: float | None = None) -> Result:
    values = tuple(value * 1e3 for value in seconds[framework])
    return Result("decrypting a param file of 20 KB, CPU", framework, "ms", values, target=target)


def _param_file(directory: Path) -> tuple[Path, str]:
    file, text = directory / "params", make_param_key().reveal()
    values = {f"input_{number}": f"value {number}" for number in range(400)}
    write_param_file(file, text, values)
    values["rest"] = "x" * (SIZE - file.stat().st_size)
    write_param_file(file, text, values)
    return file, text


if __name__ == "__main__":
    main(measure, __doc__)
