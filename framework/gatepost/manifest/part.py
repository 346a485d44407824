"""What all models of a manifest have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Part", "key_of"]


def key_of(name: str) -> str:
    """Return the JSON key of a field: ``runtime_level`` is ``runtimeLevel``."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


class Part(BaseModel):
    """A part of a manifest: keys in camelCase, unknown keys kept in ``model_extra``.

    The schema that pydantic validates with is built when somebody validates or dumps: `gatepost.manifest.load` fills the
    fields by itself, because it has to report what it repairs and runs at every launch.
    """

    model_config = ConfigDict(alias_generator=key_of, populate_by_name=True, extra="allow", frozen=True, defer_build=True)
