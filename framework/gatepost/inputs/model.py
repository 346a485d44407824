"""The app's own typed inputs, and one error that says everything that is wrong with them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, ValidationError

from gatepost.inputs.declared import declared_params
from gatepost.inputs.environment import input_name
from gatepost.inputs.standard import STANDARD_INPUTS, canonical_name
from gatepost.inputs.values import InvalidInputs, Problem, Source, Value
from gatepost.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pydantic.fields import FieldInfo

    from gatepost.inputs.declared import DeclaredParam
    from gatepost.inputs.fields.context import FieldContext
    from gatepost.inputs.protocols import ManifestLike
    from gatepost.inputs.values import Finding

__all__ = ["Inputs", "build", "bytes_names", "input_names"]


class Inputs(BaseModel):
    """Base class of an app's inputs: one field for each input that the app reads.

    A field's name (or alias) is the name of the input, in any case. Inputs without a field are ignored, since the platform
    sends dozens that only the framework reads. An input that is not set leaves the field's default. Objects do not change
    after they were made. Encrypted params need fields of type `Secret`.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, populate_by_name=True, defer_build=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Let rules that make a field required look at its default, too; they would not be asked about it otherwise."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            if any(getattr(part, "checks_default", False) for part in field.metadata):
                field.validate_default = True
                if not cls.model_config.get("defer_build"):
                    cls.model_rebuild(force=True)


_INSTANCE_BRANCH = "is-instance[Secret]"
_ONE_FOR_A_LIST = "Give a list, or let the field make one of a single value: Annotated[list[…], always_array()]"
"""Where pydantic reports that a value for a field of type `Secret` is no `Secret`; it reports it as no text, too."""

ModelType = TypeVar("ModelType", bound=BaseModel)


def build(
    model: type[ModelType],
    values: Mapping[str, Value],
    *,
    manifest: ManifestLike | None = None,
    problems: Iterable[Problem] = (),
    findings: Iterable[Finding] = (),
    expand: Callable[[str], Sequence[str]] | None = None,
) -> ModelType:
    """Make the app's inputs of resolved and coerced values.

    Args:
        model: The app's model.
        values: Values by input name.
        manifest: The app's manifest, for better remedies.
        problems: What coercing and resolving refused. Problems of inputs that the model does not read, and that are not
            standard inputs, stop nothing.
        findings: What collecting noticed; those about an input that is missing are told with it.
        expand: Asks the platform for the names behind a magic value such as ``${OWNERS}``, for fields that are choices; called
            only when a value is not found among what the manifest says itself. Its errors pass through.

    Returns:
        The inputs.

    Raises:
        InvalidInputs: All problems at once, one line each: the input, what is wrong, where the value came from, and what
            to do. No secret is in the text.
    """
    fields = {field: _input_names(field, information) for field, information in model.model_fields.items()}
    wanted = {name for names in fields.values() for name in names}
    known = [problem for problem in problems if problem.name in wanted or problem.name in STANDARD_INPUTS]
    refused = {problem.name for problem in known}
    data: dict[str, Any] = {}
    origins: dict[str, Value] = {}
    for field, names in fields.items():
        information = model.model_fields[field]
        found = _choose([values[name] for name in names if name in values], required=information.is_required())
        if found is not None:
            data[_key(field, information)] = found.value if not found.empty else None
            origins[field] = found
    if model.model_config.get("extra") == "allow":
        others = values.keys() - wanted - STANDARD_INPUTS.keys()
        data.update((name, values[name].value) for name in sorted(others) if not values[name].empty)
    declared = declared_params(manifest)
    instance, errors = _validate(model, data, _context(fields, origins, declared, expand))
    if instance is not None and not known:
        return instance
    explain = _Explanation(model, fields, origins, declared, tuple(findings))
    own = [explain.problem(error) for error in errors if _INSTANCE_BRANCH not in error["loc"]]
    raise InvalidInputs([*known, *(problem for problem in own if problem.name not in refused)])


def _context(
    fields: Mapping[str, tuple[str, ...]],
    origins: Mapping[str, Value],
    declared: Mapping[str, DeclaredParam],
    expand: Callable[[str], Sequence[str]] | None,
) -> FieldContext | None:
    """Return what fields may ask while they are checked; None for a model without such fields."""
    # Fields that ask have imported it; the others need not pay for it.
    if "gatepost.inputs.fields.context" not in sys.modules:
        return None
    from gatepost.inputs.fields.context import FieldContext

    params = {}
    for field, names in fields.items():
        origin = origins.get(field)
        name = next((name for name in (*([origin.name] if origin is not None else []), *names) if name in declared), None)
        if name is not None:
            params[field] = declared[name]
    return FieldContext(params, expand)


def _validate(model: type[ModelType], data: dict[str, Any], context: FieldContext | None) -> tuple[ModelType | None, list[Any]]:
    """Validate; errors come back as data, so that no exception with the inputs in it hangs on the one that is raised."""
    try:
        return model.model_validate(data, context=context), []
    except ValidationError as error:
        return None, list(error.errors(include_url=False, include_context=False, include_input=False))


def _choose(found: list[Value], *, required: bool) -> Value | None:
    """Choose what fills a field: of its names the first that is set; a default of the model beats one of the framework.

    A field without a default also takes an unset input, so that ``owner: str | None`` may be ``None``.
    """
    for value in found:
        if not value.empty and (required or value.source != Source.STANDARD):
            return value
    return found[0] if required and found else None


def _key(field: str, information: FieldInfo) -> str:
    """Return the key by which pydantic takes a field."""
    alias = information.validation_alias
    if isinstance(alias, str):
        return alias
    if isinstance(alias, AliasChoices):
        return next((choice for choice in alias.choices if isinstance(choice, str)), field)
    return field


def input_names(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of all inputs that a model reads: only these are worth resolving."""
    fields = model.model_fields.items()
    return frozenset(name for field, information in fields for name in _input_names(field, information))


def bytes_names(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the inputs whose fields hold bytes."""
    fields = model.model_fields.items()
    return frozenset(
        name for field, information in fields if _holds_bytes(information.annotation) for name in _input_names(field, information)
    )


def _holds_bytes(annotation: Any) -> bool:
    return annotation is bytes or any(_holds_bytes(part) for part in getattr(annotation, "__args__", ()))


def _input_names(field: str, information: FieldInfo) -> tuple[str, ...]:
    """Return the names of the inputs that may fill a field, best first."""
    alias = information.validation_alias
    written: list[str] = []
    if isinstance(alias, str):
        written = [alias]
    elif isinstance(alias, AliasChoices):
        written = [choice for choice in alias.choices if isinstance(choice, str)]
    names = [canonical_name(name) for name in (*written, field)]
    return tuple(dict.fromkeys(name for name in names if name))


class _Explanation:
    """Turns pydantic's errors into problems."""

    def __init__(
        self,
        model: type[BaseModel],
        fields: Mapping[str, tuple[str, ...]],
        origins: Mapping[str, Value],
        declared: Mapping[str, DeclaredParam],
        findings: tuple[Finding, ...],
    ) -> None:
        self.fields = fields
        self.origins = origins
        self.declared = declared
        self.findings = findings
        self.keys = {_key(field, information): field for field, information in model.model_fields.items()}
        self.secrets = sorted(
            {text for value in origins.values() for text in _secret_texts(value.value) if text}, key=len, reverse=True
        )

    def problem(self, error: Mapping[str, Any]) -> Problem:
        location: tuple[int | str, ...] = error["loc"]
        if not location:
            return Problem("inputs", self.masked(str(error["msg"])), "", "Correct the combination of inputs")
        field = self.keys.get(str(location[0]), str(location[0]))
        names = self.fields.get(field, (field,))
        origin = self.origins.get(field)
        name = origin.name if origin is not None else names[0]
        if origin is None or origin.empty:
            return self.missing(name)
        place = f"{origin.source.label}: {origin.place}" if origin.place else origin.source.label
        if origin.secret and error["type"] in ("string_type", "bytes_type"):
            remedy = f"Declare the field as {field}: Secret, and call reveal() where its text is needed"
            return Problem(name, "is a secret, and the model's field is not", place, remedy)
        inner = ".".join(str(part) for part in location[1:] if "[" not in str(part))
        what = self.message(error, origin)
        remedy = _ONE_FOR_A_LIST if error["type"] == "list_type" and len(location) == 1 else self.correct(name)
        return Problem(name, f"at {inner}: {what}" if inner else what, place, remedy)

    def message(self, error: Mapping[str, Any], origin: Value) -> str:
        """Return pydantic's words without anything secret; its own texts never quote the input, a validator's may."""
        text = str(error["msg"])
        own = [secret for secret in _secret_texts(origin.value) if secret]
        if any(secret in text for secret in own):
            return f"was refused ({error['type']})"
        text = self.masked(text)
        return text[:1].lower() + text[1:]

    def masked(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text

    def missing(self, name: str) -> Problem:
        reasons = "; ".join(finding.what for finding in self.findings if finding.name == name)
        what = f"is missing: {reasons}" if reasons else "is missing"
        return Problem(name, what, "", f"Set it: {self.ways(name)}")

    def correct(self, name: str) -> str:
        param = self.declared.get(name)
        if param is not None and param.choices:
            return f"Choose one of: {', '.join(param.choices)}"
        return "Correct the value"

    @staticmethod
    def ways(name: str) -> str:
        """Say how an input is set outside the platform."""
        variable = name.upper() if input_name(name) == name else f"APP_INPUT_{name.upper()}"
        return f"on the platform in the app's form, elsewhere with --{name} or {variable}"


def _secret_texts(value: object) -> list[str]:
    if isinstance(value, Secret):
        return [value.reveal()]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _secret_texts(item)]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _secret_texts(item)]
    return []
