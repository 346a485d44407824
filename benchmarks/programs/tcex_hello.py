"""The hello job as an app of ``tcex``: typed inputs, one signed GET. Runs in a folder with its install.json."""

import os
from pathlib import Path

from pydantic import BaseModel
from tcex import TcEx


class AppInputs(BaseModel):
    """The job's own input."""

    owner: str = "Common Community"


tcex = TcEx(
    config={
        "tc_api_path": os.environ["TC_API_PATH"],
        "tc_api_access_id": os.environ["API_ACCESS_ID"],
        "tc_api_secret_key": os.environ["API_SECRET_KEY"],
        **{f"tc_{name}_path": str(Path.cwd()) for name in ("in", "log", "out", "temp")},
    }
)
tcex.inputs.add_model(AppInputs)
owners = tcex.session.tc.get("/v2/owners").json()["data"]["owner"]
tcex.log.info("owners=%s, owner=%s", len(owners), tcex.inputs.model.owner)
tcex.exit.exit(0, f"{len(owners)} owners")
