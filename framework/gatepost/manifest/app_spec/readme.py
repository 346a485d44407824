"""The ``README.md`` that an ``app_spec.yml`` stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.manifest.app_spec.models import AppSpec, OutputData, SpecParam, SpecSection

__all__ = ["readme"]


def readme(spec: AppSpec, sections: tuple[SpecSection, ...], outputs: tuple[OutputData, ...]) -> str:
    """Return the text: what the app is for, its actions, inputs, outputs, labels, and what each version brought.

    Args:
        spec: The specification.
        sections: Its pages, with those that a feature brings.
        outputs: Its outputs, with those that a feature brings.
    """
    blocks = [f"# {spec.display_name or spec.package_name}"]
    if spec.note.strip():
        blocks.append(spec.note.strip())
    if spec.category:
        blocks.append(f"Category: {spec.category}")
    if spec.note_per_action:
        blocks += ["## Actions", *(f"### {entry.action}\n\n{entry.note.strip()}".rstrip() for entry in spec.note_per_action)]
    pages = [(section.section_name, [param for param in section.params if not param.disabled]) for section in sections]
    if any(params for _, params in pages):
        blocks.append("## Inputs")
        for title, params in pages:
            if params:
                blocks += [f"### {title}", "\n".join(_input(param) for param in params)]
    names = list(dict.fromkeys(_outputs(outputs)))
    if names:
        blocks += ["## Outputs", "\n".join(names)]
    if spec.labels:
        blocks += ["## Labels", "\n".join(f"- {label}" for label in spec.labels)]
    if spec.release_notes:
        blocks.append("## Release Notes")
        for release in spec.release_notes:
            blocks.append(f"### {release.version}")
            if release.notes:
                blocks.append("\n".join(f"- {note.strip()}" for note in release.notes))
    return "\n\n".join(blocks) + "\n"


def _input(param: SpecParam) -> str:
    marks = [param.type.value, *(["required"] if param.required else [])]
    # A default may be a secret.
    if param.default not in {None, ""} and not param.is_secret:
        marks.append(f"default: {str(param.default).lower() if isinstance(param.default, bool) else param.default}")
    note = " ".join(param.note.split())
    return f"- **{param.label or param.name}** ({', '.join(marks)})" + (f": {note}" if note else "")


def _outputs(outputs: tuple[OutputData, ...]) -> Iterator[str]:
    for group in outputs:
        for output in group.output_variables:
            if not output.disabled:
                yield f"- {output.name} ({output.type})"
