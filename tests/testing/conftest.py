"""pytest inside pytest forgets what the inner run imports, and the compiled part of cryptography cannot be loaded twice."""

from __future__ import annotations

import gatepost.emulator.certificates  # noqa: F401 - so that no inner run is the first to load it
