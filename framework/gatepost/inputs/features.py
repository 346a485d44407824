"""Inputs that come with a feature or an action, to inherit from (contract/inputs.md sections 4 and 5).

```python
class AppInputs(SmtpInputs):
    recipient: str
```
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from gatepost.inputs.fields.choices import EditChoice
from gatepost.inputs.fields.validators import always_array
from gatepost.inputs.model import Inputs
from gatepost.secret import Secret

__all__ = ["AdvancedRequestInputs", "CalInputs", "SmtpInputs"]


class CalInputs(Inputs):
    """Inputs of an app with the feature ``CALSettings``; the platform gives all of them.

    Attributes:
        tc_cal_host: Host of CAL.
        tc_cal_token: Token for CAL.
        tc_cal_timestamp: Timestamp of the token.
    """

    tc_cal_host: str
    tc_cal_token: Secret
    tc_cal_timestamp: int


class SmtpInputs(Inputs):
    """Inputs of an app with the feature ``smtpSettings``; the platform gives all of them, by secure params.

    Attributes:
        tc_smtp_host: Host of the mail server.
        tc_smtp_port: Its port.
        tc_smtp_username: User there.
        tc_smtp_password: Password there.
        tc_sys_email: Sender of the system's mails.
    """

    tc_smtp_host: str
    tc_smtp_port: int
    tc_smtp_username: str
    tc_smtp_password: Secret
    tc_sys_email: str


class AdvancedRequestInputs(Inputs):
    """Inputs of the action ``Advanced Request``.

    Attributes:
        tc_adv_req_path: Path of the request.
        tc_adv_req_http_method: Its method, one of the param's choices.
        tc_adv_req_params: Keys and values of its query; empty where there are none.
        tc_adv_req_headers: Keys and values of its headers; empty where there are none.
        tc_adv_req_body: Its body; None for none.
        tc_adv_req_exclude_null_params: Whether params without a value are left out.
        tc_adv_req_urlencode_body: Whether the body is sent as a form.
        tc_adv_req_fail_on_error: Whether an answer that is an error fails the run.
    """

    tc_adv_req_path: str
    tc_adv_req_http_method: Annotated[str, EditChoice()]
    tc_adv_req_params: Annotated[list[Any], always_array()] = Field(default_factory=list)
    tc_adv_req_headers: Annotated[list[Any], always_array()] = Field(default_factory=list)
    tc_adv_req_body: Any = None
    tc_adv_req_exclude_null_params: bool = False
    tc_adv_req_urlencode_body: bool = False
    tc_adv_req_fail_on_error: bool = False
