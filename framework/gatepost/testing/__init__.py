"""Testing apps: a pytest plugin with an emulated platform.

pytest finds the plugin by itself once gatepost is installed; see `gatepost.testing.plugin` for its fixtures.
"""
