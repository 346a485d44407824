"""Why credentials are refused, of the platform and of other services, and what a person can do about it."""
