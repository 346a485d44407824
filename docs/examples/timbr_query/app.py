"""Runs a query on Timbr, shows the rows, and writes them into a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from gatepost import App, AppFailure, Inputs, Runtime
from gatepost.atomic import write_atomically
from gatepost.transport import timbr_data

SHOWN = 20


class AppInputs(Inputs):
    """The app's own inputs. Those that begin with ``timbr_`` are read by ``runtime.service``."""

    ontology: str
    query: str


app = App(AppInputs, raise_for_status=True)


@app.job
def run_query(runtime: Runtime[AppInputs]) -> str:
    """Run the query; the rows go to the output and to a file."""
    timbr = runtime.service("timbr")
    ontologies = timbr_data(timbr.get("/timbr/api/get_ontologies/"))
    if runtime.inputs.ontology not in ontologies:
        raise AppFailure(f"There is no ontology {runtime.inputs.ontology}: there are {', '.join(ontologies)}")
    question = {"ontology_name": runtime.inputs.ontology, "query": runtime.inputs.query}
    rows = timbr_data(timbr.request("POST", "/timbr/api/query/", json=question, headers={"nested": "false"}, repeatable=True))
    text = table(rows)
    print("".join(text.splitlines(keepends=True)[: SHOWN + 1]), end="")
    target = (runtime.options.out_path or Path()) / "rows.csv"
    write_atomically(target, text.encode())
    return f"{len(rows)} rows from {runtime.inputs.ontology}; see {target.name}"


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV; nothing for no rows, of which no column is known."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    app.run()
