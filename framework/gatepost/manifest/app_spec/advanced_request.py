"""The action Advanced Request: the inputs and outputs that its feature brings (contract/install_json.md section 11)."""

from __future__ import annotations

from gatepost.manifest.app_spec.models import OutputData, SpecOutput, SpecParam
from gatepost.manifest.params import ParamType

__all__ = ["advanced_request_outputs", "advanced_request_params"]

_DISPLAY = "tc_action in ('Advanced Request')"
_METHODS = ("GET", "POST", "DELETE", "PUT", "HEAD", "PATCH", "OPTIONS")


def advanced_request_params() -> tuple[SpecParam, ...]:
    """Return the eight inputs of the action."""
    return (
        SpecParam(
            name="tc_adv_req_path",
            label="API Path",
            type=ParamType.STRING,
            required=True,
            note="Path of the request, below the address of the service.",
            valid_values=("${TEXT}",),
            playbook_data_type=("String",),
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_http_method",
            label="HTTP Method",
            type=ParamType.CHOICE,
            required=True,
            default="GET",
            note="Method of the request.",
            valid_values=_METHODS,
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_params",
            label="Query Parameters",
            type=ParamType.KEY_VALUE_LIST,
            note="Parameters of the request's address. What needs it is encoded.",
            valid_values=("${TEXT}",),
            playbook_data_type=("String", "StringArray"),
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_exclude_null_params",
            label="Leave out Empty Query Parameters",
            type=ParamType.BOOLEAN,
            note="Do not send parameters that have no value.",
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_headers",
            label="Headers",
            type=ParamType.KEY_VALUE_LIST,
            note="Headers of the request.",
            valid_values=("${TEXT}",),
            playbook_data_type=("String",),
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_body",
            label="Body",
            type=ParamType.STRING,
            note="Content of the request.",
            valid_values=("${TEXT}",),
            playbook_data_type=("String", "Binary"),
            view_rows=4,
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_urlencode_body",
            label="URL Encode Body",
            type=ParamType.BOOLEAN,
            note="Encode the body as a form.",
            display=_DISPLAY,
        ),
        SpecParam(
            name="tc_adv_req_fail_on_error",
            label="Fail on Error",
            type=ParamType.BOOLEAN,
            default=True,
            note="Fail when the service answers with an error.",
            display=_DISPLAY,
        ),
    )


def advanced_request_outputs(prefix: str) -> OutputData:
    """Return the seven outputs of the action.

    Args:
        prefix: What their names begin with.
    """
    types = {
        "content": "String",
        "content.binary": "Binary",
        "headers": "String",
        "ok": "String",
        "reason": "String",
        "status_code": "String",
        "url": "String",
    }
    outputs = tuple(SpecOutput(name=f"{prefix}.request.{name}", type=kind) for name, kind in types.items())
    return OutputData(display=_DISPLAY, output_variables=outputs)
