"""What the app is given, and what it does."""

from __future__ import annotations

from gatepost import App, AppFailure, Inputs, Runtime


class AppInputs(Inputs):
    """The app's own inputs, by their names in install.json."""

    owner: str


app = App(AppInputs, raise_for_status=True)


@app.job
def count_owners(runtime: Runtime[AppInputs]) -> str:
    """Check that the app may work for its owner; the text that is returned is the run's message."""
    answer = runtime.session.get("/v2/owners").json()
    names = [owner["name"] for owner in answer["data"]["owner"]]
    runtime.log.info("owners", names=names)
    if runtime.inputs.owner not in names:
        raise AppFailure(f"{runtime.inputs.owner} is none of the {len(names)} owners that these credentials can see")
    return f"{runtime.inputs.owner} is one of {len(names)} owners"
