"""``gatepost inputs --from``: the typed model of a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_model"]


def write_model(source: Path, output: Path | None, *, force: bool, diff: bool, json: bool) -> None:
    """Write the typed model of a manifest, or say what would change.

    Args:
        source: The ``install.json``, or its folder.
        output: The module; None shows the model.
        force: Whether a module that says something else is replaced.
        diff: Whether to show what would change, and write nothing.
        json: Whether to print JSON.

    Raises:
        UsageError: The module says something else, or is no text; or there is none to compare with.
    """
    from gatepost.cli.output import print_json, print_note, print_text
    from gatepost.project.generating.writing_model import model_of, write_module

    if diff and output is None:
        raise UsageError("There is nothing to compare with", remedy="Name the module: -o app_inputs.py")
    model = model_of(source)
    before = write_module(output, model.text, force=force, write=not diff) if output is not None else None
    if json:
        written = output is not None and not diff and before != model.text
        print_json({"text": model.text, "written": written, "left_out": list(model.left_out)})
        return
    if output is None:
        print_text(model.text.rstrip("\n"))
    elif diff:
        from gatepost.cli.text_difference import difference

        print_text(difference(before or "", model.text, output.name).rstrip("\n") or f"{output} is as it would be written")
    else:
        print_text(f"{output} is as it was" if before == model.text else f"{output} is written")
    for what in model.left_out:
        print_note(f"left out: {what}")
