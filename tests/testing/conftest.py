"""pytest inside pytest forgets what the inner run imports, and what is loaded twice is not the same class.

The compiled part of cryptography cannot even be loaded twice. So no inner run is the first to load what it needs.
"""

from __future__ import annotations

import gatepost.app.app
import gatepost.app.in_process
import gatepost.app.playbook
import gatepost.emulator.certificates
import gatepost.playbook.outputs
import gatepost.playbook.playbook
import gatepost.testing.profiles.running

for name in gatepost.__all__:
    getattr(gatepost, name)
