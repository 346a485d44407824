"""Integration apps for security platforms."""
