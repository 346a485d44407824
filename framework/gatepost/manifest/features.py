"""The known ``features``: who can have each, and which ones every app of a kind gets (contract/install_json.md section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.manifest.models import RuntimeLevel
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FEATURES", "Feature", "effective_features"]

_ALL = frozenset(RuntimeLevel)
_NONE: frozenset[RuntimeLevel] = frozenset()
_PLAYBOOK = frozenset({RuntimeLevel.PLAYBOOK})
_WEBHOOK = frozenset({RuntimeLevel.WEBHOOK_TRIGGER_SERVICE})
_STEPS = _PLAYBOOK | _WEBHOOK | {RuntimeLevel.TRIGGER_SERVICE}
_API = frozenset({RuntimeLevel.API_SERVICE, RuntimeLevel.FEED_API_SERVICE})


class Feature(NamedTuple):
    """A feature of apps.

    Attributes:
        meaning: What it means.
        levels: The kinds of apps that can have it.
        default_of: The kinds of apps that always get it.
        dropped: Whether packaging removes it.
    """

    meaning: str
    levels: frozenset[RuntimeLevel] = _ALL
    default_of: frozenset[RuntimeLevel] = _NONE
    dropped: bool = False


FEATURES: dict[str, Feature] = {
    "fileParams": Feature("inputs come in an encrypted file", _ALL, _ALL),
    "secureParams": Feature("inputs come over the API"),
    "redisPasswordSupport": Feature("the app understands Redis with TLS, a user and a password", _ALL, _ALL),
    "runtimeVariables": Feature("the app puts in the values of variables such as &{TC:TEXT:…} by itself", _ALL, _PLAYBOOK),
    "appBuilderCompliant": Feature("the app can be edited in the App Builder", _STEPS, _STEPS),
    "layoutEnabledApp": Feature("the form follows layout.json", _STEPS),
    "advancedRequest": Feature("the app has the action Advanced Request", _PLAYBOOK),
    "aotExecutionEnabled": Feature("the app is launched ahead of time (deprecated)", dropped=True),
    "CALSettings": Feature("the platform hands over its settings of the content analysis"),
    "smtpSettings": Feature("the platform hands over its settings for mail; needs secureParams"),
    "linkApiPath": Feature("paths of services are linked (not documented)", _API),
    "webhookResponseMarshall": Feature("the app may write the HTTP response anew after the playbook ran", _WEBHOOK),
    "webhookServiceEndpoint": Feature("one address for the service instead of one for each trigger", _WEBHOOK),
    "webhookDeactivateResponse": Feature("not documented", _WEBHOOK),
    "restrictAppBuilder": Feature("not documented"),
    "embeddedExecutionEnabled": Feature("not documented"),
    **{
        f"{verb}{noun}": Feature(f"{verb.lower()} a {noun.lower()}: keeps the app from starting itself for ever", _PLAYBOOK)
        for verb in ("Creates", "Deletes")
        for noun in ("Indicator", "Group", "Tag", "SecurityLabel", "Victim")
    },
}
"""The known features by name. Others are kept, since newer platforms may know them."""

_NAME_OF = {name.casefold(): name for name in FEATURES}


def effective_features(level: RuntimeLevel, listed: Iterable[str], *, has_layout: bool = False) -> tuple[str, ...]:
    """Return the features of an app as they are packaged, sorted.

    Every app of its kind's defaults are added, and ``layoutEnabledApp`` where there is a ``layout.json``; features that apps of
    this kind cannot have and ``aotExecutionEnabled`` are dropped; unknown ones are kept.

    Args:
        level: The kind of app.
        listed: What the developer listed.
        has_layout: Whether the app has a ``layout.json``.
    """
    names = {_NAME_OF.get(name.casefold(), name) for name in listed if name}
    names.update(name for name, feature in FEATURES.items() if level in feature.default_of)
    if has_layout:
        names.add("layoutEnabledApp")
    return tuple(
        sorted(name for name in names if name not in FEATURES or (level in FEATURES[name].levels and not FEATURES[name].dropped))
    )
