"""Emulated services beside the platform: TCAP, Timbr, and a general one by OAuth 2 and other common schemes."""

__all__: list[str] = []
