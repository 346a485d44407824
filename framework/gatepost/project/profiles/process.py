"""Running a profile as the platform runs an app: as a process, with an encrypted param file, in an environment of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from gatepost.errors import GatepostError
from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE, make_param_key, write_param_file
from gatepost.project.ca_bundle import CA_VARIABLES, write_ca_bundle
from gatepost.project.launching.child import run_child
from gatepost.project.launching.made_environment import made_environment
from gatepost.project.launching.session_folder import make_session_folder
from gatepost.runtime.files import MESSAGE_FILE
from gatepost.testing.profiles import answering
from gatepost.testing.profiles.running import Finished, read_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gatepost.project.app_folder import AppFolder
    from gatepost.testing.profiles import ProfilePlatform
    from gatepost.testing.profiles.running import Launch

__all__ = ["TIMEOUT", "in_a_process"]

TIMEOUT = 300.0
"""Seconds that an app has for one profile."""


def in_a_process(
    app: AppFolder, platform: ProfilePlatform, *, python: str, timeout: float = TIMEOUT, stdout: int | None = None
) -> Callable[[Launch], Finished]:
    """Return what launches an app as a process, with its variables in a store that both can reach.

    That is the emulated platform's REST store; beside a real platform, a Redis that runs as long as the app.

    Args:
        app: The app.
        platform: The platform.
        python: The interpreter.
        timeout: Seconds after which an app that has not ended is stopped; what returns raises then.
        stdout: A file descriptor for the app's output; default is this process's own.
    """

    def run(launch: Launch) -> Finished:
        session = make_session_folder()
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, session.path, ignore_errors=True)
            inputs = dict(platform.inputs())
            made = made_environment(os.environ)
            if platform.is_emulated:
                bundle = session.path / "ca.pem"
                write_ca_bundle(bundle, platform.emulator.ca_file)
                made |= dict.fromkeys(CA_VARIABLES, str(bundle))
                inputs["tc_verify"] = "true"
            store, about = _store(platform, stack)
            store.stage(launch.variables)
            inputs |= {**session.inputs, "tc_session_id": session.path.name, **about}
            if launch.requested:
                inputs["tc_playbook_out_variables"] = ",".join(launch.requested)
            key = make_param_key()
            param_file = session.in_path / ".params"
            write_param_file(param_file, key, {**inputs, **launch.inputs})
            made |= {PATH_VARIABLE: str(param_file), KEY_VARIABLE: key.reveal()}
            interpreter = shutil.which(python) or python
            started = os.path.abspath(interpreter) if os.sep in interpreter else interpreter  # noqa: PTH100 - a link to a venv's interpreter stays one
            latest = time.monotonic() + timeout
            ended = run_child(
                (started, *_answering(session.path, launch), app.program),
                folder=app.folder,
                environment=made,
                stdout=stdout,
                stop_when=lambda: time.monotonic() >= latest,
            )
            if ended.interrupted:
                raise KeyboardInterrupt
            if ended.stopped:
                raise GatepostError(
                    f"The app had not ended after {timeout:g} seconds, and was stopped",
                    why="It may wait for something that never comes",
                    remedy="Look at what it printed, or give it more time: --timeout",
                )
            return Finished(ended.exit_code, _message(session.out_path), _values(store, launch.requested))

    return run


def _answering(folder: Path, launch: Launch) -> tuple[str, ...]:
    """Return what runs a program with a profile's recorded answers: a copy, so that no module of gatepost is beside it."""
    if not launch.answers:
        return ()
    script, answers = folder / "answering.py", folder / "answers.json"
    shutil.copyfile(answering.__file__, script)
    answers.write_text(json.dumps(launch.answers), encoding="utf-8")
    return str(script), str(answers)


def _store(platform: ProfilePlatform, stack: contextlib.ExitStack) -> tuple[_Store, dict[str, Any]]:
    """Return a store for one run, and the inputs that name it."""
    context = str(uuid.uuid4())
    if platform.is_emulated:
        playbook = platform.emulator.playbook
        playbook.context = context
        return _Store(playbook.stage, lambda names: [playbook.raw.get(name) for name in names]), playbook.inputs(())
    from gatepost.emulator.redis import start_redis
    from gatepost.kvstore import RedisServer, RedisStore
    from gatepost.playbook.writing import Requested, VariableWriter

    server = start_redis()
    stack.callback(server.stop)
    redis = RedisStore(RedisServer("127.0.0.1", server.port), context)
    stack.callback(redis.close)
    writer = VariableWriter(redis, Requested(()))

    def stage(variables: Mapping[str, object]) -> None:
        writer.write([(name, None, value) for name, value in variables.items()], always=True)

    about = {"tc_kvstore_type": "Redis", "tc_kvstore_host": "127.0.0.1", "tc_kvstore_port": server.port}
    return _Store(stage, redis.read_many), {**about, "tc_playbook_kvstore_context": context}


class _Store(NamedTuple):
    """How this process reaches the variables of a run."""

    stage: Callable[[Mapping[str, object]], object]
    read_many: Callable[[Sequence[str]], list[bytes | None]]


def _values(store: _Store, requested: Sequence[str]) -> dict[str, Any]:
    found = zip(requested, store.read_many(requested), strict=True)
    return {text: read_value(text, data) for text, data in found if data is not None}


def _message(out_path: Path) -> str:
    """Return the message that an app left; empty when it left none."""
    try:
        return (out_path / MESSAGE_FILE).read_text(encoding="utf-8", errors="replace").removesuffix("\n")
    except OSError:
        return ""
