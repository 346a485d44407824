"""The software bill of materials of a package, in CycloneDX: the same text from the same contents."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gatepost.version import __version__

if TYPE_CHECKING:
    from gatepost.manifest import Manifest
    from gatepost.project.package.dependencies import Dependencies
    from gatepost.project.package.target import Target

__all__ = ["bill_of_materials"]

_NAMESPACE = uuid.UUID("5f2e1a52-6f0c-5c7e-9b0b-6c1a1f1f8d11")


def bill_of_materials(name: str, manifest: Manifest, dependencies: Dependencies, target: Target, *, moment: int) -> bytes:
    """Return what a package is made of, as CycloneDX 1.6 in JSON.

    The app is the component that it is about; each package in ``deps`` is a component with its package URL and its licence;
    who needs whom is in the dependency graph. The serial number is made of the content: the same package has the same one.

    Args:
        name: The package's name.
        manifest: What the app declares.
        dependencies: What is in ``deps``.
        target: The Python that the package is for.
        moment: The time that it tells, epoch seconds.

    Raises:
        GatepostError: The extra ``package`` is not installed.
    """
    try:
        from cyclonedx.model import Property
        from cyclonedx.model.bom import Bom, BomMetaData
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
        from cyclonedx.model.tool import ToolRepository
        from cyclonedx.output.json import JsonV1Dot6
        from packageurl import PackageURL
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("cyclonedx", "packageurl"):
            raise
        from gatepost.project.package.requirement_set import missing_extra

        raise missing_extra("cyclonedx-python-lib") from None

    app = Component(
        name=name, type=ComponentType.APPLICATION, version=manifest.program_version or None,
        description=manifest.display_name or None,
        bom_ref=name,
        properties=[
            Property(name="gatepost:app_id", value=manifest.app_id),
            Property(name="gatepost:python", value=target.python),
            Property(name="gatepost:platform", value=target.platform),
        ],
    )  # fmt: skip
    components = {}
    for item in dependencies.distributions:
        url = PackageURL("pypi", None, item.name, item.version)
        license: list[LicenseExpression | DisjunctiveLicense] = []
        if item.license:
            # Only what the package itself calls an SPDX expression is one.
            expression = item.license_is_expression
            license.append(LicenseExpression(item.license) if expression else DisjunctiveLicense(name=item.license))
        components[item.name] = Component(
            name=item.name, type=ComponentType.LIBRARY, version=item.version, bom_ref=str(url), purl=url,
            description=item.summary or None, licenses=license,
        )  # fmt: skip
    bom = Bom(
        components=components.values(),
        metadata=BomMetaData(
            component=app,
            timestamp=datetime.fromtimestamp(moment, UTC),
            tools=ToolRepository(components=[Component(name="gatepost", type=ComponentType.APPLICATION, version=__version__)]),
        ),
    )
    bom.register_dependency(app, [components[root] for root in dependencies.roots if root in components])
    for item in dependencies.distributions:
        bom.register_dependency(components[item.name], [components[need] for need in item.requires if need in components])
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    document.pop("serialNumber", None)
    document["serialNumber"] = uuid.uuid5(_NAMESPACE, json.dumps(document, sort_keys=True)).urn
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
