"""Odd JSON that looks like a manifest: known keys with values of every kind, repeats, nulls, and what nobody expects."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gatepost.manifest.models import Manifest, RuntimeLevel
from gatepost.manifest.params import Param, ParamType
from gatepost.manifest.part import key_of
from gatepost.manifest.playbook import DATA_TYPES

_WORDS = [
    *(level.value for level in RuntimeLevel),
    *(kind.value for kind in ParamType),
    *DATA_TYPES,
    "choice",
    "string_array",
    "python",
    "run.py",
    "3.11.0",
    "v1",
    "1.2",
    "true",
    "False",
    "${OWNERS}",
    "${TEXT}",
    "tc_action",
    "api_secret_key",
    "a.b",
    "{{ x }}",
    "",
    "|",
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(_WORDS),
    st.text(max_size=5),
)
_KEYS = st.sampled_from([key_of(name) for model in (Manifest, Param) for name in model.model_fields]) | st.text(max_size=4)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=5
)


def _objects(**fields: Any) -> st.SearchStrategy[Any]:
    """Objects with some of the fields; one field in six holds anything."""
    optional = {key: st.one_of(*[value] * 5, anything) for key, value in fields.items()}
    return st.fixed_dictionaries({}, optional=optional)


def _some(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(item, max_size=4), st.lists(item, max_size=4), item)


_names = st.sampled_from(["a", "b", "My Param", "tc_action", "api_secret_key", "", "é"])
params = _objects(
    name=_names,
    label=scalars,
    type=st.sampled_from([*(kind.value for kind in ParamType), "string", "MULTI_choice", "Text"]),
    default=scalars,
    required=st.booleans() | st.sampled_from(["true", "no"]),
    sequence=st.integers(0, 4) | st.just("2"),
    validValues=_some(st.sampled_from(["a", "b", "${OWNERS}", "${TEXT}", "${X}"])),
    playbookDataType=_some(st.sampled_from([*DATA_TYPES, "string"])),
    encrypt=st.booleans(),
    hidden=st.booleans(),
)
outputs = _objects(name=_names, type=st.sampled_from([*DATA_TYPES, "string", "User"]))
feeds = _objects(
    sourceName=_names,
    jobFile=st.sampled_from(["job.json", "../job.json", "install.json", "a\0b", "x" * 300]),
    attributesFile=st.sampled_from(["attributes.json", "attributes.csv"]),
    deprecation=_some(_objects(indicatorType=_names, intervalDays=scalars)),
    firstRunParams=_some(_objects(param=_names, value=scalars)),
)
manifests = _objects(
    appId=st.sampled_from(["4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34", "no", None]),
    displayName=scalars,
    features=_some(st.sampled_from(["fileParams", "FILEparams", "advancedRequest", "layoutEnabledApp", "x"])),
    languageVersion=st.sampled_from(["3.11", "3.6.x", "JS", 3.6, "7"]),
    listDelimiter=st.sampled_from(["|", ",", "", None]),
    params=_some(params),
    playbook=_objects(type=scalars, outputVariables=_some(outputs), retry=_objects(allowed=scalars, actions=_some(_names))),
    feeds=_some(feeds),
    programLanguage=st.sampled_from(["PYTHON", "python", "Java", "x"]),
    programMain=st.sampled_from(["run", "run.py", "main", "", "../x", "a\0"]),
    programVersion=st.sampled_from(["1.0.0", "v1", "1.2", 2, "x"]),
    runtimeLevel=st.sampled_from([*(level.value for level in RuntimeLevel), "playbook", "N/A", "CustomTriggerService"]),
    minServerVersion=scalars,
    displayPath=scalars,
    service=_objects(discoveryTypes=_some(_names)),
    repeatingMinutes=_some(scalars),
)
layouts = _objects(
    inputs=_some(
        _objects(
            title=scalars,
            sequence=scalars,
            parameters=_some(
                _objects(name=_names, display=st.sampled_from(["a = 'b'", "b in (", "'x' != 'x'", "tc_action"]) | st.text())
            ),
        )
    ),
    outputs=_some(_objects(name=_names, display=scalars)),
)
