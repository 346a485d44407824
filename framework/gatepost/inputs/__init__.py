"""The inputs of a run: collected from every source, resolved, coerced, and checked against the app's own model."""

from __future__ import annotations
