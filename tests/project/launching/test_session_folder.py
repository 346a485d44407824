from __future__ import annotations

import shutil
import stat
from pathlib import Path

from gatepost.project.launching.session_folder import make_session_folder


def test_it_has_the_platforms_layout_and_is_private():
    session = make_session_folder()
    try:
        assert sorted(path.name for path in session.path.iterdir()) == ["in", "log", "out", "temp"]
        assert stat.S_IMODE(session.path.stat().st_mode) == 0o700
        assert {name: Path(path).is_dir() for name, path in session.inputs.items()} == {
            "tc_in_path": True,
            "tc_out_path": True,
            "tc_log_path": True,
            "tc_temp_path": True,
        }
        assert (session.in_path, session.out_path, session.log_path) == tuple(
            session.path / part for part in ("in", "out", "log")
        )
    finally:
        shutil.rmtree(session.path)


def test_two_sessions_have_two_names():
    sessions = [make_session_folder(), make_session_folder()]
    for session in sessions:
        shutil.rmtree(session.path)
    assert sessions[0].path.name != sessions[1].path.name
