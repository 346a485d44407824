"""The example that runs at the repository's root: what it is given, and what it does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from gatepost import App, Inputs, Runtime


class AppInputs(Inputs):
    """The example's own inputs, by their names in install.json."""

    owner_type: Literal["All", "Organization", "Community", "Source"]
    last_run: datetime | None = None


app = App(AppInputs, raise_for_status=True)


@app.job
def list_owners(runtime: Runtime[AppInputs]) -> str:
    """List the owners of the chosen type, and remember when that was."""
    inputs = runtime.inputs
    owners = runtime.session.get("/v2/owners").json()["data"]["owner"]
    chosen = [owner["name"] for owner in owners if inputs.owner_type in ("All", owner["type"])]
    runtime.log.info("owners", type=inputs.owner_type, names=chosen)
    runtime.results["last_run"] = datetime.now(UTC).isoformat(timespec="seconds")
    before = f", last listed {inputs.last_run:%Y-%m-%d %H:%M}" if inputs.last_run else ""
    return f"{len(chosen)} {'owner' if len(chosen) == 1 else 'owners'}{before}: {', '.join(chosen)}"
