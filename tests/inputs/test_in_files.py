"""Files that the platform wrote for a run, and named in inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost import App, Runtime
from gatepost.inputs import Inputs, Source, Value, bytes_names, read_in_files


class Upload(Inputs):
    name: str
    content: bytes
    more: list[bytes] | None = None


def values(**texts: object) -> dict[str, Value]:
    return {name: Value(name, text, Source.PARAM_FILE, "params") for name, text in texts.items()}


def test_only_fields_of_bytes_hold_files():
    assert bytes_names(Upload) == {"content", "more"}


def test_the_content_stands_in_place_of_the_name(tmp_path: Path):
    (tmp_path / "rules.yar").write_bytes(b"\xffrule")
    read, problems = read_in_files(values(name="rules.yar", content="rules.yar"), {"content"}, tmp_path)
    assert (read["name"].value, read["content"].value, problems) == ("rules.yar", b"\xffrule", ())


@pytest.mark.parametrize(
    "text", ["missing.yar", "../secret", "sub/inside", "/etc/passwd", "..", ".", "", "sub", "link", "a\0b", "x" * 500, None, 5]
)
def test_what_is_no_file_of_the_folder_itself_stays(tmp_path: Path, text: object):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "inside").write_text("inside")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    read, problems = read_in_files(values(content=text), {"content"}, folder)
    assert (read["content"].value, problems) == (text, ())


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "rules.yar").write_text("x")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    read, (problem,) = read_in_files(values(content="rules.yar"), {"content"}, tmp_path)
    assert read == {}
    assert "which cannot be read: Permission denied" in problem.what


def test_an_app_gets_the_file_that_lies_in_its_folder(tmp_path: Path):
    (tmp_path / "rules.yar").write_bytes(b"rule")
    app = App(Upload, auth=None, folder=tmp_path)

    @app.job
    def job(runtime: Runtime[Upload]) -> str:
        return f"{runtime.inputs.name} has {runtime.inputs.content!r}"

    result = app.test({"name": "rules.yar", "content": "rules.yar", "tc_in_path": str(tmp_path)})
    assert result.message == "rules.yar has b'rule'"
