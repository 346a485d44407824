"""What the action Advanced Request reads (contract/inputs.md section 5, contract/install_json.md section 11)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gatepost.inputs import Inputs
from gatepost.inputs.fields import NullableKeyValue

__all__ = ["AdvancedRequestInputs"]


def _listed(value: Any) -> Any:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


class AdvancedRequestInputs(Inputs):
    """The inputs that the feature ``advancedRequest`` brings.

    Attributes:
        tc_adv_req_path: The path below the session's base URL, or a whole URL of its server.
        tc_adv_req_http_method: The method.
        tc_adv_req_params: The query.
        tc_adv_req_headers: Further headers.
        tc_adv_req_body: The body; bytes, or text that is sent as UTF-8.
        tc_adv_req_exclude_null_params: Whether parameters without a value are left out.
        tc_adv_req_urlencode_body: Whether the body is JSON that is sent as a form.
        tc_adv_req_fail_on_error: Whether the run fails for an answer of 400 and more.
    """

    tc_adv_req_path: str
    tc_adv_req_http_method: str = "GET"
    tc_adv_req_params: Annotated[list[NullableKeyValue], BeforeValidator(_listed)] = Field(default_factory=list)
    tc_adv_req_headers: Annotated[list[NullableKeyValue], BeforeValidator(_listed)] = Field(default_factory=list)
    tc_adv_req_body: Any = None
    tc_adv_req_exclude_null_params: bool = False
    tc_adv_req_urlencode_body: bool = False
    tc_adv_req_fail_on_error: bool = False
