"""Starts the app: ``python run.py`` in its folder, as the platform does, or ``gatepost run``."""

import sys
from pathlib import Path

DEPENDENCIES = Path(__file__).resolve().with_name("deps")

# Before anything else is imported: the platform has the standard library only, and what the app brings along comes first.
if DEPENDENCIES.is_dir():
    sys.path.insert(0, str(DEPENDENCIES))

if __name__ == "__main__":
    try:
        from app import app
    except ModuleNotFoundError as error:
        python = ".".join(map(str, sys.version_info[:2]))
        reason = "does not hold it for this Python" if DEPENDENCIES.is_dir() else "is missing"
        sys.exit(
            f"The app cannot start: {error}. Its folder of dependencies {reason}: {DEPENDENCIES}\n"
            f"To do: in the app's folder, with Python {python}: python -m pip install --target deps -r requirements.txt"
        )
    app.run()
