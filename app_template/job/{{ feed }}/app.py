"""What the app is given, and what it does."""

from __future__ import annotations

from gatepost import App, Inputs, Runtime
from gatepost.sessions import OffsetPages, read_pages


class AppInputs(Inputs):
    """The app's own inputs, by their names in install.json. Those of the feed are read by ``runtime.service``."""

    search: str = ""


app = App(AppInputs, raise_for_status=True)


@app.job
def count_items(runtime: Runtime[AppInputs]) -> str:
    """Count the feed's items whose names have the text in them; what is returned is the run's message."""
    feed = runtime.service("feed")
    # How the service splits its answers, and where they have their items: see its documentation.
    pages = read_pages(feed, "/items", OffsetPages(size=100), items="items", total="total", label="items")
    found = sum(runtime.inputs.search.lower() in item["name"].lower() for item in pages)
    return f"{found} of {pages.items_read} items"
