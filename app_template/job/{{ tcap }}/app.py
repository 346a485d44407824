"""What the app is given, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost import App, AppFailure, Inputs, Runtime

if TYPE_CHECKING:
    from requests import Response

HASH_TYPES = {32: "MD5", 64: "SHA256", 128: "SHA512"}


class AppInputs(Inputs):
    """The app's own inputs, by their names in install.json. Those of TCAP are read by ``runtime.service``."""

    hashes: list[str]


app = App(AppInputs, raise_for_status=True)


@app.job
def verify_hashes(runtime: Runtime[AppInputs]) -> str:
    """Ask TCAP which hashes of files it knows; the text that is returned is the run's message."""
    tcap = runtime.service("tcap")
    items = [{"hash_value": value, "hash_type": hash_type(value)} for value in runtime.inputs.hashes]
    # It changes nothing there, so it may be repeated after a fault.
    known = known_hashes(tcap.post("/hash-verification/api/v2", json=items, repeatable=True))
    runtime.log.info("known", hashes=known)
    return f"{len(known)} of {len(items)} hashes are known to TCAP"


def known_hashes(answer: Response) -> list[str]:
    """Return the hashes that TCAP knows. The form of its answer is not public: this is what the emulated TCAP answers."""
    try:
        return [result["hash_value"] for result in answer.json()["results"] if result["match"]]
    except (ValueError, LookupError, TypeError):
        raise AppFailure(f"TCAP's answer has another form than this app reads: {answer.text[:200]}") from None


def hash_type(value: str) -> str:
    """Return what kind of hash a text is."""
    if len(value) not in HASH_TYPES or set(value.lower()) - set("0123456789abcdef"):
        raise AppFailure(f"{value[:40]!r} is no MD5, SHA256 or SHA512")
    return HASH_TYPES[len(value)]
