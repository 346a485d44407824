"""Asks TCAP which hashes of files it knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from requests import Response

from gatepost import App, AppFailure, Inputs, Runtime, Secret
from gatepost.atomic import write_atomically
from gatepost.auth import TcapAuth

HASH_TYPES = {32: "MD5", 64: "SHA256", 128: "SHA512"}
COLUMNS = ("hash_value", "hash_type", "match", "ideology", "file_type")
AT_ONCE = 500


class AppInputs(Inputs):
    """The app's own inputs, by their names in install.json."""

    tcap_url: str
    tcap_username: str
    tcap_password: Secret
    hashes: str = ""
    hash_file: str = "samples/hashes.txt"


app = App(AppInputs, raise_for_status=True)


@app.job
def verify(runtime: Runtime[AppInputs]) -> str:
    """Verify all hashes, write what came of each into a file, and say how many are known."""
    inputs = runtime.inputs
    items = list(read(inputs.hashes or content(Path(inputs.hash_file))))
    if not items:
        raise AppFailure("There are no hashes to verify: give some, or a file with some")
    auth = TcapAuth(inputs.tcap_username, inputs.tcap_password, base_url=inputs.tcap_url)
    tcap = runtime.external(inputs.tcap_url, auth=auth)
    results: list[dict[str, Any]] = []
    remaining = iter(items)
    while batch := list(islice(remaining, AT_ONCE)):
        # It changes nothing there, so that it may be repeated after a fault.
        answer = tcap.request("POST", "/hash-verification/api/v2", json=batch, repeatable=True)
        results += read_results(answer)
        runtime.log.info("verified", done=len(results), of=len(items))
    target = (runtime.options.out_path or Path()) / "tcap_hashes.csv"
    write_atomically(target, table(results).encode())
    matches = [result for result in results if result["match"]]
    for result in matches:
        runtime.log.warning("known", hash=result["hash_value"], ideology=result["ideology"])
    return f"{len(matches)} of {len(results)} hashes are known to TCAP; see {target.name}"


def content(file: Path) -> str:
    """Return what is in a file."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AppFailure(f"The file of hashes cannot be read: {error}") from None


def read(text: str) -> Iterator[dict[str, str]]:
    """Yield each hash once, with its type, from a text that has one a line; ``#`` starts a comment."""
    found = [line.partition("#")[0].strip().lower() for line in text.splitlines()]
    for value in dict.fromkeys(filter(None, found)):
        hash_type = HASH_TYPES.get(len(value))
        if hash_type is None or set(value) - set("0123456789abcdef"):
            raise AppFailure(f"{value[:40]!r} is no MD5, SHA256 or SHA512")
        yield {"hash_value": value, "hash_type": hash_type}


def read_results(answer: Response) -> list[dict[str, Any]]:
    """Return what TCAP says of each hash. The form of its answer is not public: this is what the emulated TCAP answers."""
    try:
        return [{**result, "hash_value": result["hash_value"], "match": result["match"]} for result in answer.json()["results"]]
    except (ValueError, LookupError, TypeError):
        raise AppFailure(f"TCAP's answer has another form than this app reads: {answer.text[:200]}") from None


def table(results: list[dict[str, Any]]) -> str:
    """Return results as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(results)
    return text.getvalue()


if __name__ == "__main__":
    app.run()
