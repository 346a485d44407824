"""Rules about ``features`` (contract/install_json.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.features import FEATURES
from gatepost.manifest.findings import Severity
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject

_REDIS = "redisPasswordSupport"
_BY_FOLDED_NAME = {name.casefold(): feature for name, feature in FEATURES.items()}


@rule("GP413", Severity.NOTE)
def unknown_feature(app: Subject) -> Iterator[Problem]:
    """A feature that is not known.

    It is kept when the app is packaged, since newer platforms may know it. Features are compared without regard to case.
    """
    for index, name in enumerate(app.manifest.features):
        if name.casefold() not in _BY_FOLDED_NAME:
            yield Problem(f"{quoted(name)} is no known feature", "Check its spelling", ("features", index))


@rule("GP414", Severity.WARNING)
def feature_of_another_level(app: Subject) -> Iterator[Problem]:
    """A feature that apps of this kind do not have.

    Packaging drops it. ``advancedRequest`` and the loop prevention (``CreatesIndicator`` and so on) are for playbook apps,
    ``linkApiPath`` for API services, ``webhook…`` for webhook triggers, ``appBuilderCompliant`` and ``layoutEnabledApp`` for
    playbook apps and both kinds of triggers.
    """
    for index, name in enumerate(app.manifest.features):
        feature = _BY_FOLDED_NAME.get(name.casefold())
        if feature is not None and app.level not in feature.levels:
            yield Problem(f"{quoted(name)} is no feature of the level {app.level.value}", "Remove it", ("features", index))


@rule("GP415", Severity.WARNING)
def deprecated_feature(app: Subject) -> Iterator[Problem]:
    """The feature aotExecutionEnabled is deprecated.

    Packaging drops it: platforms no longer launch apps ahead of time.
    """
    for index, name in enumerate(app.manifest.features):
        feature = _BY_FOLDED_NAME.get(name.casefold())
        if feature is not None and feature.dropped:
            yield Problem(f"{quoted(name)} is deprecated", "Remove it", ("features", index))


@rule("GP416", Severity.WARNING)
def mail_without_secure_params(app: Subject) -> Iterator[Problem]:
    """The feature smtpSettings is there without secureParams.

    The platform hands out the password of its mail server only to apps that read their inputs by ``secureParams``.
    """
    if app.manifest.has_feature("smtpSettings") and not app.manifest.has_feature("secureParams"):
        yield Problem("smtpSettings needs the feature secureParams", 'Add "secureParams"', ("features",))


@rule("GP417", Severity.NOTE)
def missing_feature(app: Subject) -> Iterator[Problem]:
    """A feature is missing that packaging adds for apps of this kind.

    All apps get ``fileParams``; playbook apps and triggers ``appBuilderCompliant`` and ``redisPasswordSupport``, which some
    packagers give to jobs, too, that have no use for it; playbook apps ``runtimeVariables``.
    """
    if not app.manifest.features or not (app.level.is_job or app.level.is_service or app.is_playbook):
        return
    missing = [
        name
        for name, feature in FEATURES.items()
        if app.level in feature.default_of and not app.manifest.has_feature(name) and (name != _REDIS or app.has_outputs)
    ]
    if missing:
        yield Problem(f"the features lack {', '.join(missing)}", "Add them, as packaging does", ("features",))


@rule("GP418", Severity.ERROR)
def layout_feature(app: Subject) -> Iterator[Problem]:
    """The feature layoutEnabledApp and the file layout.json do not come together.

    With the feature and without the file the platform has nothing to show; with the file and without the feature it does not look
    at the file.
    """
    has_file = app.has_file("layout.json")
    if app.manifest.has_feature("layoutEnabledApp") and not has_file:
        yield Problem(
            "layoutEnabledApp is declared, and there is no layout.json", "Write layout.json, or remove the feature", ("features",)
        )
    if has_file and app.has_outputs and not app.manifest.has_feature("layoutEnabledApp"):
        yield Problem(
            "there is a layout.json, and the feature layoutEnabledApp is missing", 'Add "layoutEnabledApp"', ("features",)
        )


@rule("GP419", Severity.NOTE)
def feature_twice(app: Subject) -> Iterator[Problem]:
    """A feature is listed twice."""
    seen: set[str] = set()
    for index, name in enumerate(app.manifest.features):
        if name.casefold() in seen:
            yield Problem(f"{quoted(name)} is listed twice", "Remove one", ("features", index))
        seen.add(name.casefold())
