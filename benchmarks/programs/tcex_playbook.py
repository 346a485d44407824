"""The hello playbook as an app of ``tcex``. Runs in a folder with its install.json."""

import os
from pathlib import Path

from pydantic import BaseModel
from tcex import TcEx


class AppInputs(BaseModel):
    """The step's own input."""

    text: str


tcex = TcEx(
    config={
        "tc_api_path": os.environ["TC_API_PATH"],
        "tc_token": os.environ["TC_TOKEN"],
        "tc_token_expires": os.environ["TC_TOKEN_EXPIRES"],
        "tc_kvstore_type": "Redis",
        "tc_kvstore_host": os.environ["TC_KVSTORE_HOST"],
        "tc_kvstore_port": os.environ["TC_KVSTORE_PORT"],
        "tc_playbook_kvstore_context": os.environ["TC_PLAYBOOK_KVSTORE_CONTEXT"],
        "tc_playbook_out_variables": os.environ["TC_PLAYBOOK_OUT_VARIABLES"],
        "text": os.environ["APP_INPUT_TEXT"],
        **{f"tc_{name}_path": str(Path.cwd()) for name in ("in", "log", "out", "temp")},
    }
)
tcex.inputs.add_model(AppInputs)
tcex.app.playbook.create.string("demo.out", tcex.inputs.model.text.upper())
tcex.exit.exit(0, "done")
