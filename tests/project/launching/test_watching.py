from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from gatepost.project.launching.watching import Watcher


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text("1")
    (tmp_path / "install.json").write_text("{}")
    return tmp_path


def test_nothing_changed_at_first(app: Path):
    watcher = Watcher(app)
    assert not watcher.changed()
    assert not watcher.code_changed()


def test_code_changes_when_it_is_written_added_or_removed(app: Path):
    for change in (
        lambda: (app / "app.py").write_text("one"),
        lambda: (app / "more.py").write_text(""),
        lambda: (app / "more.py").unlink(),
    ):
        watcher = Watcher(app)
        change()
        assert watcher.code_changed()
        assert watcher.changed()


def test_a_change_of_the_same_length_is_seen_by_its_time(app: Path):
    watcher = Watcher(app)
    os.utime(app / "app.py", ns=(1, 1))
    assert watcher.code_changed()


def test_json_is_a_change_and_no_code(app: Path):
    watcher = Watcher(app)
    (app / "install.json").write_text("{ }")
    assert watcher.changed()
    assert not watcher.code_changed()


def test_what_is_settled_is_no_change_any_more(app: Path):
    watcher = Watcher(app)
    (app / "app.py").write_text("one")
    watcher.settle()
    assert not watcher.changed()


@pytest.mark.parametrize(
    "place", ["deps/x.py", ".git/x.py", "__pycache__/x.py", "lib_3.11/x.py", "my-env/x.py", "notes.txt", ".x.py"]
)
def test_what_is_not_the_apps_own_code_does_not_count(place: str, app: Path):
    (app / "my-env").mkdir()
    (app / "my-env" / "pyvenv.cfg").touch()
    watcher = Watcher(app)
    (app / place).parent.mkdir(exist_ok=True)
    (app / place).write_text("")
    assert not watcher.changed()


def test_a_file_that_is_gone_while_it_is_looked_at_is_no_error(app: Path):
    (app / "broken.py").symlink_to(app / "nowhere.py")
    assert not Watcher(app).changed()


def test_waiting_ends_with_a_change(app: Path):
    watcher = Watcher(app)
    thread = threading.Thread(target=watcher.wait)
    thread.start()
    (app / "written").write_text("one")
    (app / "written").replace(app / "app.py")  # in one step: of two, the second could come after the wait
    thread.join(60)
    assert not thread.is_alive()
    assert not watcher.changed()
