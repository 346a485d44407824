"""Launching an app as its own process, as the platform does, and what surrounds it: folder, environment, emulated platform."""
