"""The types of groups: the same on every platform (contract/rest_v3.md section 6)."""

from __future__ import annotations

__all__ = ["GROUP_TYPES"]

GROUP_TYPES = (
    "Adversary",
    "Attack Pattern",
    "Campaign",
    "Course of Action",
    "Document",
    "Email",
    "Event",
    "Incident",
    "Intrusion Set",
    "Malware",
    "Report",
    "Signature",
    "Tactic",
    "Task",
    "Threat",
    "Tool",
    "Vulnerability",
)
"""As the platform writes them."""
