"""Reads the feeds of ``install.json``: on their own, since a step of a playbook has none and pays for what it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.manifest.feeds import Feed, FeedDeprecation, FirstRunParam
from gatepost.manifest.reading import ABSENT, Reading, as_text, build

if TYPE_CHECKING:
    from collections.abc import Collection

    from gatepost.manifest.documents.places import Place

__all__ = ["feed_fields", "read_feeds"]


def read_feeds(reading: Reading, value: object, place: Place) -> tuple[Feed, ...]:
    """Read ``feeds``."""
    return tuple(build(Feed, *feed_fields(Feed, reading, item, where)) for where, item in reading.read_objects(value, place))


def feed_fields(
    model: type[Feed], reading: Reading, data: dict[str, object], place: Place, *, elsewhere: Collection[str] = ()
) -> tuple[dict[str, object], dict[str, object]]:
    """Read a feed: its values by field name, and what stands under unknown keys.

    Args:
        model: `Feed`, or a kind of it.
        reading: Where to report what is off.
        data: The object.
        place: Where it stands.
        elsewhere: Keys that the caller reads by itself.
    """
    values, unknown = reading.fields(model, data, place, elsewhere={"deprecation", "firstRunParams", *elsewhere})
    if "deprecation" in data:
        values["deprecation"] = tuple(
            build(FeedDeprecation, *reading.fields(FeedDeprecation, item, where))
            for where, item in reading.read_objects(data["deprecation"], (*place, "deprecation"))
        )
    if "firstRunParams" in data:
        items = reading.read_objects(data["firstRunParams"], (*place, "firstRunParams"))
        params = (_first_run_param(reading, item, where) for where, item in items)
        values["first_run_params"] = tuple(param for param in params if param is not None)
    return values, unknown


def _first_run_param(reading: Reading, data: dict[str, object], place: Place) -> FirstRunParam | None:
    if not as_text(data.get("param")):
        reading.report("GP202", place, "this entry names no param; ignored", 'Add "param"')
        return None
    values, unknown = reading.fields(FirstRunParam, data, place)
    raw = data.get("value")
    if isinstance(raw, int) and not isinstance(raw, bool):
        values["value"] = raw
    elif "value" in data:
        text = reading.text(raw, (*place, "value"))
        if text is not ABSENT:
            values["value"] = text
    return build(FirstRunParam, values, unknown)
