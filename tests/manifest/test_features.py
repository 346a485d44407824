"""Which features an app has once it is packaged."""

from __future__ import annotations

import pytest

from gatepost.manifest import FEATURES, RuntimeLevel, effective_features


@pytest.mark.parametrize(
    ("level", "listed", "has_layout", "features"),
    [
        (RuntimeLevel.ORGANIZATION, [], False, ("fileParams", "redisPasswordSupport")),
        (
            RuntimeLevel.PLAYBOOK,
            [],
            True,
            ("appBuilderCompliant", "fileParams", "layoutEnabledApp", "redisPasswordSupport", "runtimeVariables"),
        ),
        (RuntimeLevel.ORGANIZATION, ["advancedRequest", "aotExecutionEnabled"], True, ("fileParams", "redisPasswordSupport")),
        (
            RuntimeLevel.ORGANIZATION,
            ["FILEPARAMS", "newFeature", "", "CALSettings"],
            False,
            ("CALSettings", "fileParams", "newFeature", "redisPasswordSupport"),
        ),
        (
            RuntimeLevel.WEBHOOK_TRIGGER_SERVICE,
            ["webhookServiceEndpoint"],
            False,
            ("appBuilderCompliant", "fileParams", "redisPasswordSupport", "webhookServiceEndpoint"),
        ),
    ],
)
def test_defaults_are_added_and_what_an_app_cannot_have_is_dropped(
    level: RuntimeLevel, listed: list[str], has_layout: bool, features: tuple[str, ...]
) -> None:
    assert effective_features(level, listed, has_layout=has_layout) == features


def test_what_every_app_of_a_kind_gets_it_can_have() -> None:
    assert all(feature.default_of <= feature.levels and feature.meaning for feature in FEATURES.values())
