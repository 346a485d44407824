"""Rules about what the platform must not store and show in clear. GP310 is about the platform's own credentials."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.params import SECRET_NAMES, ParamType
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.services import secrets_of_services
from gatepost.project.validation.subject import Subject
from gatepost.secret_names import is_secret_input


@rule("GP329", Severity.WARNING)
def secret_by_its_name(app: Subject) -> Iterator[Problem]:
    """A param is called like a secret, and is not encrypted.

    The platform stores and shows it as plain text. Meant are names that end with ``password``, ``passphrase``, ``secret``,
    ``api_key``, ``secret_key``, ``private_key``, ``access_key`` or ``token``. Where it is no secret, ignore the rule for its
    place.
    """
    known = app.once(secrets_of_services)
    for place, param in app.params:
        named = param.name not in SECRET_NAMES and param.name not in known and is_secret_input(param.name)
        if named and param.type in {ParamType.STRING, ParamType.STRING_MIXED} and not param.encrypt:
            yield Problem(f"{quoted(param.name)} looks like a secret, and is not encrypted", 'Add "encrypt": true', place)


@rule("GP330", Severity.ERROR)
def secret_of_a_service(app: Subject) -> Iterator[Problem]:
    """The secret of another service is not encrypted.

    A param ``<service>_auth`` declares a service and names its scheme; what the scheme needs that is secret,
    ``<service>_password`` for example, has ``encrypt``.
    """
    for place, param in app.params:
        service = app.once(secrets_of_services).get(param.name)
        if service is not None and not param.encrypt:
            yield Problem(
                f"{quoted(param.name)} is a secret of {quoted(service)}, and not encrypted", 'Add "encrypt": true', place
            )
