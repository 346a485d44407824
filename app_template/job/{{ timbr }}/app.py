"""What the app is given, and what it does."""

from __future__ import annotations

from gatepost import App, Inputs, Runtime
from gatepost.transport import timbr_data


class AppInputs(Inputs):
    """The app's own inputs, by their names in install.json. Those of Timbr are read by ``runtime.service``."""

    ontology: str
    query: str


app = App(AppInputs, raise_for_status=True)


@app.job
def run_query(runtime: Runtime[AppInputs]) -> str:
    """Run a query on Timbr; the text that is returned is the run's message."""
    timbr = runtime.service("timbr")
    question = {"ontology_name": runtime.inputs.ontology, "query": runtime.inputs.query}
    # It changes nothing there, so it may be repeated after a fault.
    answer = timbr.post("/timbr/api/query/", json=question, headers={"nested": "false"}, repeatable=True)
    rows = timbr_data(answer)
    for row in rows[:10]:
        runtime.log.info("row", **row)
    return f"{len(rows)} rows from {runtime.inputs.ontology}"
