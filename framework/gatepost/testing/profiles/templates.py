"""Templates in profiles: ``${env:NAME}`` and its kind, which are filled in when a file is read, and JMESPath after staging.

* ``${env:NAME}``, ``${env:NAME=default}``: the environment (and the app's ``.env``), then the vault; ``${envs:…}`` is a secret.
* ``${local:NAME}``: the environment alone. ``${remote:/company/product/key}``: the vault alone.
* A name may be a path in the vault: ``/company/product/key`` is ``COMPANY_PRODUCT_KEY`` in the environment, and
  ``…/threatconnect/tc/tc_x`` is ``TC_X``.
* ``${tc.indicators.name1.id}``, ``${env.my_var}``, ``${vault.app.token}``: a JMESPath expression over what was staged.

The contract says that the first kind is replaced "textually": here it is in texts, keys included, so that no value of an
environment can break a file's JSON.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gatepost.manifest.documents.places import Place
    from gatepost.testing.profiles.profile import Profile
    from gatepost.testing.profiles.vault import Vault

__all__ = ["Variables", "evaluate", "fill_in", "variable_name"]

_TEMPLATE = re.compile(r"\$\{(env|envs|local|remote):([^}=]*)(?:=([^}]*))?\}")
_ROOT = re.compile(r"\$\{\s*(?:env|tc|vault)\.")


def variable_name(name: str) -> str:
    """Return the environment variable for a name that may be a path in the vault."""
    parts = [part for part in name.strip().split("/") if part]
    if len(parts) >= 3 and [part.lower() for part in parts[-3:-1]] == ["threatconnect", "tc"]:
        return parts[-1].upper()
    if len(parts) > 1:
        return re.sub(r"\W", "_", "_".join(parts)).upper()
    return parts[0] if parts else ""


class Variables:
    """What templates may stand for.

    Args:
        environment: The environment variables, those of the app's ``.env`` included.
        vault: The vault; None where none is configured.

    Attributes:
        secrets: The secrets that were filled in. They are masked as long as they are kept here.
    """

    def __init__(self, environment: Mapping[str, str], vault: Vault | None = None) -> None:
        self.environment = environment
        self.vault = vault
        self.secrets: list[Secret] = []

    def look_up(self, kind: str, name: str, default: str | None) -> str:
        """Return the text of a template.

        Raises:
            GatepostError: There is none, and no default; or the vault cannot be asked.
        """
        text = None
        if kind != "remote":
            names = (variable_name(name), variable_name(name).upper())
            text = next((self.environment[each] for each in names if each in self.environment), None)
        if text is None and kind != "local" and "/" in name and (self.vault is not None or kind == "remote"):
            text = self._from_vault(name, default)
        elif text is not None and kind == "envs":
            self.secrets.append(Secret(text))
        if text is None and default is None and kind == "remote" and "/" not in name:
            raise GatepostError(f"{name!r} is no path in a vault", remedy="Write ${remote:/company/product/key}")
        if text is None and default is None:
            raise GatepostError(
                f"${{{kind}:{name}}} has no value",
                why=f"{variable_name(name)} is not set" if kind != "remote" else "The vault has no such key",
                remedy=f"Set {variable_name(name)}, or write a default: ${{{kind}:{name}=text}}",
            )
        return text if text is not None else default or ""

    def _from_vault(self, path: str, default: str | None) -> str | None:
        if self.vault is None:
            if default is not None:
                return None
            raise GatepostError(
                f"{path} cannot be read from a vault", why="VAULT_ADDR and VAULT_TOKEN are not set", remedy="Set both"
            )
        folder, _, key = path.strip().rstrip("/").rpartition("/")
        found = self.vault.read(folder, missing_ok=True).get(key)
        if found is None:
            return None
        text = found if isinstance(found, str) else json.dumps(found)
        self.secrets.append(Secret(text))
        return text


def fill_in(profile: Profile, value: Any, variables: Variables, place: Place) -> Any:
    """Fill in the templates of the first kind in all texts of a value.

    Raises:
        ProfileError: One has no value; says its line.
    """

    def one(match: re.Match[str]) -> str:
        return variables.look_up(match[1], match[2].strip(), match[3])

    def text(part: str, where: Place) -> str:
        try:
            return _TEMPLATE.sub(one, part)
        except GatepostError as error:
            raise profile.error(where, error.what, why=error.why, remedy=error.remedy) from None

    return _walk(value, place, text)


def evaluate(profile: Profile, value: Any, staged: Mapping[str, Any], place: Place) -> Any:
    """Evaluate the JMESPath expressions in all texts of a value; what they find becomes part of the text.

    Raises:
        ProfileError: One is not right, finds nothing, or the extra ``testing`` is not installed; says its line.
    """

    def text(part: str, where: Place) -> str:
        pieces, at = [], 0
        for start, end in _expressions(part):
            pieces += [part[at:start], _found(profile, part[start + 2 : end - 1].strip(), staged, where)]
            at = end
        return "".join([*pieces, part[at:]])

    return _walk(value, place, text)


def _expressions(text: str) -> list[tuple[int, int]]:
    """Return where expressions stand; braces inside of them are theirs."""
    spans: list[tuple[int, int]] = []
    for match in _ROOT.finditer(text):
        if spans and match.start() < spans[-1][1]:
            continue
        depth = 0
        for index in range(match.start() + 1, len(text)):
            depth += {"{": 1, "}": -1}.get(text[index], 0)
            if depth == 0:
                spans.append((match.start(), index + 1))
                break
    return spans


def _found(profile: Profile, expression: str, staged: Mapping[str, Any], place: Place) -> str:
    try:
        import jmespath
        from jmespath.exceptions import JMESPathError
    except ModuleNotFoundError:
        raise profile.error(
            place,
            f"${{{expression}}} needs the package jmespath",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[testing]'",
        ) from None
    try:
        found = jmespath.search(expression, staged)
    except (JMESPathError, ValueError) as error:
        raise profile.error(place, f"${{{expression}}} is no JMESPath expression", why=str(error).splitlines()[0]) from None
    if found is None:
        known = ", ".join(_known(staged)) or "nothing"
        raise profile.error(
            place, f"${{{expression}}} finds nothing", why=f"Staged is: {known}", remedy="Stage it, or correct the name"
        )
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _known(staged: Mapping[str, Any]) -> list[str]:
    names = [f"vault.{name}" for name in staged.get("vault", {})]
    return names + [f"tc.{type}.{name}" for type, objects in staged.get("tc", {}).items() for name in objects]


def _walk(value: Any, place: Place, text: Callable[[str, Place], str]) -> Any:
    if isinstance(value, str):
        return text(value, place) if "${" in value else value
    if isinstance(value, dict):
        return {text(key, place) if "${" in key else key: _walk(item, (*place, key), text) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(item, (*place, number), text) for number, item in enumerate(value)]
    return value
