"""The hello job: a manifest, typed inputs, one signed GET."""

from gatepost import App, Inputs, Runtime


class AppInputs(Inputs):
    """The job's own input."""

    owner: str = "Common Community"


app = App(AppInputs)


@app.job
def list_owners(runtime: Runtime[AppInputs]) -> str:
    """Count the owners that these credentials can see."""
    owners = runtime.session.get("/v2/owners").json()["data"]["owner"]
    runtime.log.info("owners", count=len(owners))
    return f"{len(owners)} owners"


if __name__ == "__main__":
    app.run()
