"""Entries of ``feeds``: sources of intelligence that an app sets up (contract/install_json.md section 3)."""

from __future__ import annotations

from gatepost.manifest.part import Part

__all__ = ["Feed", "FeedDeprecation", "FirstRunParam"]


class FeedDeprecation(Part):
    """How the indicators of a feed lose confidence over time."""

    indicator_type: str = ""
    """The type of indicator."""
    interval_days: int | None = None
    """Days between two steps."""
    confidence_amount: int | None = None
    """Size of a step: points of confidence, or percent."""
    delete_at_minimum: bool = False
    """Delete the indicator when nothing is left."""
    percentage: bool = False
    """Whether ``confidence_amount`` is in percent."""
    action_at_minimum: str = ""
    """None, Delete or Inactive (older models only); empty means: as ``delete_at_minimum`` says."""


class FirstRunParam(Part):
    """A value that an input has in the first run of the feed's job."""

    param: str
    """Name of the input."""
    value: int | str = ""
    """Its value."""


class Feed(Part):
    """A source of intelligence that comes with the app."""

    source_name: str = ""
    """Name of the source. Unique."""
    feed_display_name: str = ""
    """What a person sees."""
    source_category: str = ""
    """Category of the source."""
    source_description: str = ""
    """What it is."""
    indicator_limit: int | None = None
    """Largest number of indicators."""
    document_storage_limit_mb: int | None = None
    """Space for documents, in MB."""
    job_file: str = ""
    """Name of the file in the package that describes the feed's job."""
    attributes_file: str = ""
    """Name of the file in the package that describes its attributes, JSON or CSV."""
    enable_bulk_json: bool = False
    """Offer the source as one JSON download."""
    deprecation: tuple[FeedDeprecation, ...] = ()
    """How its indicators lose confidence."""
    first_run_params: tuple[FirstRunParam, ...] = ()
    """Inputs of the first run."""
