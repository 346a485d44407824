"""The description of an app's typed code, as a process of its own gives it: what the app imports never runs in this one."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, UsageError
from gatepost.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gatepost.inputs.values import Value

__all__ = [
    "Action",
    "AppCode",
    "AppCodeError",
    "InputField",
    "NoAppCodeError",
    "OutputVariable",
    "PendingDescription",
    "RefusedInput",
    "describe",
    "start_describing",
]

TIMEOUT_SECONDS = 60.0
"""For importing an app; a module that takes longer does its work while it is imported."""

_LONGEST_TEXT = 500
"""Characters of the text of an app's own exception that are shown."""


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of the app's `gatepost.Inputs`.

    Attributes:
        name: Name of the input that the field reads first, as `gatepost.manifest.input_name` writes it.
        names: All names of inputs that may fill it, best first: its aliases, then its own.
        field: The field's name in the code.
        annotation: Its type as Python shows it.
        kinds: What it takes: ``text``, ``integer``, ``number``, ``boolean``, ``secret``, ``time``, ``binary``, ``choice``,
            ``key value``, ``entity``, ``any``, ``other``; more than one for a union.
        many: Whether it takes several values.
        optional: Whether it takes None.
        choices: The values of its ``Literal`` or ``Enum``, as texts.
        lenient: Whether a validator sees a value before its type does, so that it may take more than ``kinds`` says.
        required: Whether it has no default.
        default: Its default: text, number, boolean, None, or a list of them.
        default_known: Whether ``default`` says it: False for a factory, a secret, or an object.
        title: The title of pydantic's ``Field``.
        documentation: Its description, or the text that stands below it in the code.
        file: The file that declares it; empty when that is not known.
        line: The line there, from 1; 0 when that is not known.
    """

    name: str
    names: tuple[str, ...]
    field: str
    annotation: str
    kinds: frozenset[str]
    many: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    lenient: bool = False
    required: bool = False
    default: str | float | bool | list[Any] | None = None
    default_known: bool = True
    title: str = ""
    documentation: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutputVariable:
    """A variable that the app's code gives out; name and type together are its key."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a playbook app: a function that runs for a value of ``tc_action``.

    Attributes:
        name: The value of ``tc_action``.
        inputs: What it reads in place of the app's inputs; a model that extends theirs has those, too. None at all: the app's.
        outputs: What it gives out in place of the app's outputs. None at all: the app's.
        retry: Whether the platform may run it again after a failure; None leaves it to the manifest.
        documentation: The docstring of its function.
        file: The file that declares it.
        line: The line there, from 1.
    """

    name: str
    inputs: tuple[InputField, ...] = ()
    outputs: tuple[OutputVariable, ...] = ()
    documentation: str = ""
    file: str = ""
    line: int = 0
    retry: bool | None = None


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """What the model of the app's inputs refuses. There is no secret in it.

    Attributes:
        name: The input; ``inputs`` for several together.
        what: What is wrong with it, without its name and its value.
        remedy: What to do about it.
    """

    name: str
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class AppCode:
    """What an app's code declares.

    Attributes:
        kind: ``job``, ``playbook``; empty when the app does nothing yet, or something that this version does not know.
        inputs: The fields of its inputs.
        outputs: The variables that it gives out whatever its action.
        actions: Its actions.
        features: What it says of the manifest's ``features``.
        refused: What the model of its inputs refuses, where there were values to judge.
    """

    kind: str
    inputs: tuple[InputField, ...] = ()
    outputs: tuple[OutputVariable, ...] = ()
    actions: tuple[Action, ...] = field(default=())
    features: tuple[str, ...] = ()
    refused: tuple[RefusedInput, ...] = ()


class NoAppCodeError(UsageError):
    """The folder holds no app that is written with gatepost."""


class AppCodeError(GatepostError):
    """The app's code cannot be imported.

    Attributes:
        path: The app's own file where it stopped; empty when that is not known.
        line: The line there, from 1; 0 when that is not known.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", path: str = "", line: int = 0) -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.path = path
        self.line = line


def describe(
    folder: str | Path = ".",
    *,
    python: str = sys.executable,
    timeout: float = TIMEOUT_SECONDS,
    environment: Mapping[str, str] | None = None,
    values: Iterable[Value] = (),
) -> AppCode:
    """Say what an app's code declares. Its modules are imported in a process of their own; the app is not run.

    That process has none of the caller's ``TC_*``, ``API_*`` and proxy variables: who describes an app needs no credentials.

    Args:
        folder: The app's folder.
        python: The app's interpreter; it finds gatepost, or the app's ``deps`` holds it.
        timeout: Seconds that importing may take.
        environment: The caller's environment; default is this process's.
        values: What was collected for the app's inputs; its model says which it would refuse.

    Raises:
        AppCodeError: The code cannot be imported: says the app's own file and line.
        NoAppCodeError: There is no app that is written with gatepost.
        GatepostError: The interpreter cannot be started.
    """
    with start_describing(folder, python=python, timeout=timeout, environment=environment, values=values) as pending:
        return pending.result()


def start_describing(
    folder: str | Path = ".",
    *,
    python: str = sys.executable,
    timeout: float = TIMEOUT_SECONDS,
    environment: Mapping[str, str] | None = None,
    values: Iterable[Value] = (),
) -> PendingDescription:
    """Do as `describe`, and return while the other process still works.

    Raises:
        NoAppCodeError: There is no app that is written with gatepost.
        GatepostError: The interpreter cannot be started.
    """
    from gatepost.project.judging_values import hand_over
    from gatepost.project.launching.made_environment import made_environment

    place = Path(folder).absolute()
    modules = _modules(place)
    if not modules:
        raise NoAppCodeError(
            f"There is no code of an app in {place} that is written with gatepost",
            why="None of the Python files there mentions gatepost",
            remedy="Make an app with `gatepost new job NAME`, or come from another framework: see the documentation",
        )
    # Not what the app prints while it is imported: the answer has a file of its own.
    answer = tempfile.TemporaryFile()  # noqa: SIM115 - closed by PendingDescription
    interpreter = shutil.which(python) or python
    interpreter = os.path.abspath(interpreter) if os.sep in interpreter else interpreter  # noqa: PTH100 - a link to a venv's interpreter stays one
    # -P: the modules beside that file are not the app's.
    command = (interpreter, "-P", str(Path(__file__).with_name("describing.py")))
    try:
        process = subprocess.Popen(  # noqa: S603 - importing the developer's code is the purpose
            (*command, str(place), ",".join(modules), str(answer.fileno())),
            cwd=place,
            env=made_environment(os.environ if environment is None else environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(answer.fileno(),),
            process_group=0,
        )
    except OSError as error:
        answer.close()
        raise GatepostError(
            f"{python} cannot be started", why=error.strerror or str(error), remedy="Name a Python interpreter: --python"
        ) from None
    hand_over(values, process.stdin)
    return PendingDescription(process, answer, place, timeout)


class PendingDescription:
    """A description that is being made. As a context manager it leaves no process behind."""

    def __init__(self, process: subprocess.Popen[bytes], answer: Any, folder: Path, timeout: float) -> None:
        self._process = process
        self._answer = answer
        self._folder = folder
        self._timeout = timeout

    def __enter__(self) -> PendingDescription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the other process, whatever it does."""
        if self._process.poll() is None:
            self._kill()
        self._process.wait()
        self._answer.close()

    def _kill(self) -> None:
        import contextlib

        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def result(self) -> AppCode:
        """Wait for the other process, and return what it says.

        Raises:
            AppCodeError: The code cannot be imported, or says nothing in time.
            NoAppCodeError: The code makes no app.
        """
        try:
            code = self._process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            self._kill()
            raise AppCodeError(
                f"The code of the app in {self._folder} was not imported within {self._timeout:g} seconds",
                why="It works, or waits, while it is imported",
                remedy="Move what it does into the app's function, or below `if __name__ == '__main__':`",
            ) from None
        self._answer.seek(0)
        raw = self._answer.read()
        if not raw:
            raise AppCodeError(
                f"The code of the app in {self._folder} ended its process while it was imported",
                why=f"The exit code is {code}",
                remedy="Look at what `import app` does in the app's folder",
            )
        try:
            said = json.loads(raw)
        except ValueError:
            raise AppCodeError(
                f"The code of the app in {self._folder} cannot be described",
                why="Its process became several while it was imported, or wrote into a file that is not its own",
                remedy="Move what it does into the app's function, or below `if __name__ == '__main__':`",
            ) from None
        if "error" in said:
            raise _import_error(self._folder, said["error"])
        if "nothing" in said:
            raise NoAppCodeError(
                f"The code in {self._folder} makes no App",
                why="No module variable of app.py or the program holds one",
                remedy="Write `app = App(AppInputs)` in app.py",
            )
        return _app_code(said)


def _modules(folder: Path) -> list[str]:
    """Return the modules that may make the app: ``app``, then the program; none when nothing there mentions gatepost."""
    from gatepost.manifest.documents.document import read_document

    try:
        main = read_document(folder / "install.json").data.get("programMain")
    except GatepostError:
        main = None
    names = ["app", *([main.removesuffix(".py")] if isinstance(main, str) else []), "run"]
    present = [name for name in dict.fromkeys(names) if name.isidentifier() and (folder / f"{name}.py").is_file()]
    if not any(_mentions(path, rb"gatepost") for path in folder.glob("*.py")):
        return []
    # A program that makes no app does its work while it is imported.
    return [name for name in present if name == "app" or _mentions(folder / f"{name}.py", rb"\bApp[(\[]")]


def _mentions(path: Path, pattern: bytes) -> bool:
    try:
        return re.search(pattern, path.read_bytes()) is not None
    except OSError:
        return False


def _import_error(folder: Path, said: Mapping[str, Any]) -> AppCodeError:
    file, line = str(said["file"]), int(said["line"])
    text = redact(str(said["text"]))[:_LONGEST_TEXT]
    shown = os.path.relpath(file, folder) if file else ""
    where = f"{shown}, line {line}: " if shown and line else ""
    remedy = "Correct it there, or look at what `import app` says in the app's folder"
    if said.get("module"):
        remedy = f"Install what the app needs into the interpreter that describes it ({said['module']}), or name one: --python"
    return AppCodeError(
        "The app's code cannot be imported",
        why=f"{where}{said['type']}: {text}".rstrip(": "),
        remedy=remedy,
        path=file,
        line=line,
    )


def _app_code(said: Mapping[str, Any]) -> AppCode:
    return AppCode(
        said["kind"],
        _fields(said["inputs"]),
        _variables(said["outputs"]),
        tuple(map(_action, said["actions"])),
        tuple(said.get("features", ())),
        tuple(RefusedInput(**item) for item in said.get("refused", ())),
    )


def _action(said: Mapping[str, Any]) -> Action:
    return Action(
        said["name"],
        _fields(said["inputs"]),
        _variables(said["outputs"]),
        said["documentation"],
        said["file"],
        said["line"],
        said.get("retry"),
    )


def _variables(said: list[dict[str, str]]) -> tuple[OutputVariable, ...]:
    return tuple(OutputVariable(variable["name"], variable["type"]) for variable in said)


def _fields(said: list[dict[str, Any]]) -> tuple[InputField, ...]:
    from gatepost.inputs.standard import canonical_name

    fields = []
    for item in said:
        names = tuple(dict.fromkeys(name for name in map(canonical_name, item["names"]) if name))
        lists = {"names": names, "kinds": frozenset(item["kinds"]), "choices": tuple(item["choices"])}
        fields.append(InputField(name=names[0] if names else item["field"], **{**item, **lists}))
    return tuple(fields)
