"""The entry of the command line: the one place where an error becomes words and an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_EXTRA_PACKAGES = ("typer", "rich", "click", "shellingham")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process.

    Exit codes: 0 success; 1 an error that is explained on stderr; 2 wrong usage; 130 interrupted by Ctrl-C. ``gatepost run`` has
    the exit code of the app; ``gatepost doctor`` 0 only when the platform accepted the credential.

    Args:
        arguments: The command line without the program's name; default is the process's own.
    """
    try:
        import rich  # noqa: F401 - typer does without, the reports do not

        from gatepost.cli.application import application
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA_PACKAGES:
            raise
        sys.stderr.write(
            f"gatepost: the command line needs the package {package}. "
            "Install gatepost with its extra: pip install 'gatepost[cli]'\n"
        )
        sys.exit(1)
    from gatepost.errors import GatepostError

    try:
        application(args=arguments, prog_name="gatepost")
    except GatepostError as error:
        from gatepost.cli.output import print_error

        print_error(error)
        sys.exit(1)
    sys.exit(0)
