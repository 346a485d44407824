"""``layout.json``: which inputs and outputs a person sees when (contract/install_json.md section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gatepost.manifest.documents.document import read_document
from gatepost.manifest.file_model import FileModel, build_file, missing
from gatepost.manifest.part import Part
from gatepost.manifest.reading import Reading, as_text, build

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place

__all__ = ["Layout", "LayoutInput", "LayoutOutput", "LayoutParameter", "load_layout", "read_layout"]


class LayoutParameter(Part):
    """A param on a page of the form."""

    name: str
    """Name of the param, as ``install.json`` has it."""
    display: str = ""
    """When it is shown: an SQL expression over the inputs, ``tc_action in ('Append')``. Empty: always.

    Values are compared as texts, booleans are ``'true'`` and ``'false'``, double quotes are ignored. ``'hidden' != 'hidden'`` is
    never.
    """


class LayoutInput(Part):
    """A page of the form."""

    title: str = ""
    """Title of the page, 3 to 100 characters."""
    sequence: int = 0
    """Place among the pages, from 1; `load_layout` fills in the place in the file when there is none."""
    parameters: tuple[LayoutParameter, ...] = ()
    """What is on it; at least one for the vendor's Java packager."""


class LayoutOutput(Part):
    """An output variable that depends on inputs."""

    name: str
    """Name of the output variable, as ``install.json`` has it."""
    display: str = ""
    """When it is there, as for `LayoutParameter`. Empty: always."""


Named = TypeVar("Named", LayoutParameter, LayoutOutput)


class Layout(FileModel):
    """The form that asks for an app's inputs: what ``layout.json`` says."""

    inputs: tuple[LayoutInput, ...] = ()
    """The pages, in the order of the file."""
    outputs: tuple[LayoutOutput, ...] = ()
    """The output variables, in the order of the file."""

    @property
    def parameters(self) -> Iterator[LayoutParameter]:
        """The params of all pages."""
        return (parameter for page in self.inputs for parameter in page.parameters)

    def parameter(self, name: str) -> LayoutParameter | None:
        """Return the first entry of a param, or None when no page has it."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


def load_layout(path: str | os.PathLike[str]) -> Layout:
    """Read an app's ``layout.json`` as it is; what is off is in its ``findings``.

    Args:
        path: The file, or the folder that contains it.

    Raises:
        ManifestError: There is no such file, it cannot be read, is no JSON even after repair, or holds no object.
    """
    return read_layout(read_document(path, name="layout.json"))


def read_layout(document: Document, reading: Reading | None = None) -> Layout:
    """Make a layout of a document that was read before.

    Args:
        document: The document.
        reading: Where to report what is off; default is a new one.
    """
    reading = reading or Reading()
    data = document.data
    missing(reading, data, (), ("inputs",))
    values, unknown = reading.fields(Layout, data, (), elsewhere={"inputs", "outputs"})
    if "inputs" in data:
        items = reading.read_objects(data["inputs"], ("inputs",))
        values["inputs"] = tuple(_page(reading, item, where, number) for number, (where, item) in enumerate(items, 1))
    if "outputs" in data:
        outputs = (
            _named(LayoutOutput, reading, item, where) for where, item in reading.read_objects(data["outputs"], ("outputs",))
        )
        values["outputs"] = tuple(output for output in outputs if output is not None)
    return build_file(Layout, document, reading, values, unknown)


def _page(reading: Reading, data: dict[str, object], place: Place, number: int) -> LayoutInput:
    missing(reading, data, place, ("title", "sequence", "parameters"))
    values, unknown = reading.fields(LayoutInput, data, place, elsewhere={"parameters"})
    values.setdefault("sequence", number)
    if "parameters" in data:
        items = reading.read_objects(data["parameters"], (*place, "parameters"))
        parameters = (_named(LayoutParameter, reading, item, where) for where, item in items)
        values["parameters"] = tuple(parameter for parameter in parameters if parameter is not None)
    return build(LayoutInput, values, unknown)


def _named(model: type[Named], reading: Reading, data: dict[str, object], place: Place) -> Named | None:
    if not as_text(data.get("name")):
        reading.report("GP202", place, "this entry has no name; ignored", 'Add "name"')
        return None
    return build(model, *reading.fields(model, data, place))
