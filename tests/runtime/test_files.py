"""message.tc and results.tc: what is in them, and that they are whole whatever happens."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import GatepostError, UsageError
from gatepost.log import LogSettings, Record, configure
from gatepost.runtime.files import MESSAGE_LENGTH, Results, write_message
from gatepost.secret import Secret

STEPS = ["opened", "written", "synced", "renamed"]

PRELUDE = """
import os, resource, signal, sys
from pathlib import Path
from gatepost.runtime.files import Results, write_message

def die_at(wanted):
    def step(name):
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return step
"""

line_texts = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


def start(program: str, *arguments: object, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(program), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- both files -----------------------------------------------------------------------------------------------------------------


def test_a_process_killed_at_random_moments_leaves_whole_files(tmp_path: Path) -> None:
    chance = random.Random(7)
    program = """
        print("ready", flush=True)
        number = 0
        results = Results(sys.argv[1])
        while True:
            number += 1
            write_message(sys.argv[1], str(number) * 120)
            results["first"] = results["second"] = str(number) * 120
            results.save()
    """
    for _ in range(12):
        process = start(program, tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.0, 0.05))  # the moment is what chance decides; nothing depends on it
        process.kill()
        process.communicate(timeout=60)
        message, results = tmp_path / "message.tc", Results(tmp_path)
        if message.exists():
            assert message.read_text().endswith("\n")
            assert len(set(message.read_text().rstrip("\n"))) <= 10
            assert 120 <= len(message.read_text()) - 1 <= 254
        assert results.get("first") == results.get("second")


# -- message.tc ----------------------------------------------------------------------------------------------------------------


def test_the_message_ends_with_a_newline(tmp_path: Path) -> None:
    assert write_message(tmp_path, "Success") == tmp_path / "message.tc"
    assert (tmp_path / "message.tc").read_text() == "Success\n"


def test_a_second_message_replaces_the_first(tmp_path: Path) -> None:
    write_message(tmp_path, "first")
    write_message(tmp_path, "second")
    assert (tmp_path / "message.tc").read_text() == "second\n"


@given(st.text(max_size=600))
def test_the_last_255_characters_are_kept(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("out")
    write_message(folder, text)
    written = (folder / "message.tc").read_bytes().decode()
    assert len(written) <= MESSAGE_LENGTH
    assert (text.encode("utf-8", "replace").decode() + "\n").endswith(written)
    assert len(written) == min(len(text) + 1, MESSAGE_LENGTH)


def test_characters_are_counted_not_bytes(tmp_path: Path) -> None:
    write_message(tmp_path, "é" * 300)
    assert (tmp_path / "message.tc").read_bytes().decode() == "é" * 254 + "\n"


def test_a_secret_is_removed_before_the_message_is_cut(tmp_path: Path) -> None:
    secret = Secret("cut-in-the-middle")
    write_message(tmp_path, secret.reveal() + "x" * 245)
    assert (tmp_path / "message.tc").read_text() == "***" + "x" * 245 + "\n"


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    assert write_message(tmp_path / "a" / "out", "done") == tmp_path / "a" / "out" / "message.tc"


def test_without_a_folder_the_message_is_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_message(None, "done") == Path("message.tc")
    assert (tmp_path / "message.tc").read_text() == "done\n"


def test_a_folder_that_cannot_be_written_is_replaced_by_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    records: list[Record] = []
    log = configure(LogSettings(console=False, platform=records.append)).logger

    assert write_message(tmp_path / "file" / "out", "done", log=log) == Path("message.tc")
    assert (tmp_path / "message.tc").read_text() == "done\n"
    assert records[0].level_name == "WARNING"
    assert str(tmp_path / "file" / "out") in records[0].message


def test_a_path_that_no_file_can_have_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_message("out\0put", "done") == Path("message.tc")


def test_on_a_full_disk_the_message_is_on_stderr_and_in_the_log(tmp_path: Path) -> None:
    program = """
        from gatepost.log import LogSettings, configure
        from gatepost.secret import Secret

        secret = Secret("never-" + "to-be-seen")
        records = []
        log = configure(LogSettings(console=False, platform=records.append)).logger
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        where = write_message(sys.argv[1], "3 of 4 owners, " + secret.reveal(), log=log)
        print(where, [record.message for record in records])
    """
    out = tmp_path / "out"
    out.mkdir()
    (out / "message.tc").write_text("old\n")
    process = start(program, out, cwd=tmp_path)
    output, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert output.startswith("None ")
    assert "the message cannot be written" in output
    assert "3 of 4 owners, ***" in output
    assert "3 of 4 owners, ***\n" in errors
    assert "File too large" in errors
    assert "To do: free space" in errors
    assert "never-to-be-seen" not in output + errors
    assert (out / "message.tc").read_text() == "old\n"
    assert names(out) == ["message.tc"]
    assert names(tmp_path) == ["out"]


def test_a_message_for_nobody_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "message.tc").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stderr", None)
    assert write_message(tmp_path / "file", "done") is None


# -- results.tc ----------------------------------------------------------------------------------------------------------------


def test_results_are_lines_of_key_and_value(tmp_path: Path) -> None:
    results = Results(tmp_path)
    results["last_run"] = "2026-01-31"
    results["count"] = 12
    results["share"] = 0.5
    results["done"] = True
    results["more"] = False
    results["note"] = ""
    assert results.save() is True
    assert (tmp_path / "results.tc").read_text() == (
        "last_run = 2026-01-31\ncount = 12\nshare = 0.5\ndone = true\nmore = false\nnote =\n"
    )


def test_reading_gives_what_the_next_run_will_see(tmp_path: Path) -> None:
    results = Results(tmp_path)
    results.update(last_run=" 2026-01-31 ", done=True, equals="a = b")
    before = dict(results)
    results.save()
    assert before == dict(results) == dict(Results(tmp_path)) == {"last_run": "2026-01-31", "done": "true", "equals": "a = b"}


def test_other_lines_are_kept_and_changed_ones_stay_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "results.tc").write_bytes(b"first=1\na line without a key\nsecond = 2\nthird = \xff\nsecond = 2 again\n\n")
    results = Results(tmp_path)
    assert dict(results) == {"first": "1", "second": "2 again", "third": "\udcff"}

    results["second"] = "changed"
    results["new"] = "added"
    results.save()
    assert (tmp_path / "results.tc").read_bytes() == (
        b"first=1\na line without a key\nsecond = changed\nthird = \xff\nnew = added\n"
    )


def test_none_removes_a_result(tmp_path: Path) -> None:
    (tmp_path / "results.tc").write_text("a = 1\nb = 2\n")
    results = Results(tmp_path)
    results["a"] = None
    results["never there"] = None
    assert dict(results) == {"b": "2"}
    results.save()
    assert (tmp_path / "results.tc").read_text() == "b = 2\n"


def test_results_are_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "results.tc").write_text("a = 1\nb = 2\n")
    results = Results(tmp_path)
    del results["a"]
    assert ("a" in results, "b" in results, len(results), results.get("a", "default")) == (False, True, 1, "default")
    with pytest.raises(KeyError):
        results["a"]
    with pytest.raises(KeyError):
        del results["a"]
    assert repr(results) == "Results(b)"


@pytest.mark.parametrize("change", [{}, {"a": "1"}, {"missing": None}])
def test_nothing_is_written_when_nothing_changed(tmp_path: Path, change: dict[str, str | None]) -> None:
    (tmp_path / "results.tc").write_text("a = 1\n")
    before = (tmp_path / "results.tc").stat().st_ino
    results = Results(tmp_path)
    results.update(change)
    assert results.save() is False
    assert (tmp_path / "results.tc").stat().st_ino == before


def test_a_run_without_results_makes_no_file(tmp_path: Path) -> None:
    assert Results(tmp_path).save() is False
    assert names(tmp_path) == []


def test_saved_twice_only_later_changes_are_written(tmp_path: Path) -> None:
    results = Results(tmp_path)
    results["a"] = 1
    results.save()
    (tmp_path / "results.tc").write_text("a = changed by somebody\n")
    results["b"] = 2
    results.save()
    assert (tmp_path / "results.tc").read_text() == "a = changed by somebody\nb = 2\n"


def test_results_in_memory_are_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    results = Results()
    results["a"] = 1
    assert results.save() is False
    assert dict(results) == {"a": "1"}
    assert names(tmp_path) == []


@given(st.dictionaries(line_texts, line_texts, max_size=5))
def test_whatever_is_taken_is_read_again_the_same(tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]) -> None:
    folder = tmp_path_factory.mktemp("out")
    results = Results(folder)
    taken: dict[str, str] = {}
    for key, value in values.items():
        try:
            results[key] = value
        except UsageError:
            assert not key.strip() or key != key.strip() or "=" in key
        else:
            taken[key] = value.strip()
    results.save()
    assert dict(Results(folder)) == taken


@pytest.mark.parametrize("key", ["", " ", " a", "a ", "a=b", "a\nb", "a\u2028b", 7])
def test_a_key_that_the_format_cannot_hold_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a result"):
        Results()[key] = "value"


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\x85b", "a\0b", [1], {"a": 1}, object(), b"bytes"])
def test_a_value_that_the_format_cannot_hold_is_refused_with_the_remedy(value: object) -> None:
    with pytest.raises(UsageError, match=r"json\.dumps") as caught:
        Results()["key"] = value
    assert "'key'" in str(caught.value)


def test_a_secret_is_refused() -> None:
    with pytest.raises(UsageError, match="in clear"):
        Results()["token"] = Secret("never-to-be-seen")


def test_results_that_cannot_be_written_are_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    results = Results(tmp_path / "file")
    results["a"] = 1
    with pytest.raises(GatepostError, match=r"cannot be (read|written).*tc_out_path"):
        results.save()


def test_results_that_cannot_be_read_are_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "results.tc").mkdir()
    with pytest.raises(GatepostError, match=r"cannot be read.*tc_out_path"):
        dict(Results(tmp_path))


def test_on_a_full_disk_the_results_of_before_stay(tmp_path: Path) -> None:
    (tmp_path / "results.tc").write_text("a = old\n")
    program = """
        from gatepost.errors import GatepostError
        resource.setrlimit(resource.RLIMIT_FSIZE, (3, 3))
        results = Results(sys.argv[1])
        results["a"] = "new"
        try:
            results.save()
        except GatepostError as error:
            print(error)
    """
    process = start(program, tmp_path)
    output, errors = process.communicate(timeout=60)
    assert "File too large" in output, errors
    assert (tmp_path / "results.tc").read_text() == "a = old\n"
    assert names(tmp_path) == ["results.tc"]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_while_it_saves_leaves_old_or_new_results(tmp_path: Path, step: str) -> None:
    (tmp_path / "results.tc").write_text("a = old\nb = old\n")
    process = start(
        "results = Results(sys.argv[1])\nresults.update(a='new', b='new')\nresults.save(steps=die_at(sys.argv[2]))",
        tmp_path,
        step,
    )
    process.communicate(timeout=60)
    assert process.returncode == -9
    state = "new" if step == "renamed" else "old"
    assert dict(Results(tmp_path)) == {"a": state, "b": state}
