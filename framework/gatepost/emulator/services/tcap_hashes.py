"""The hashes that an emulated TCAP knows, and what it takes for a match.

What an emulated service knows is made up: the hashes of texts that say so (`sample_content`). Each of them is there by MD5,
SHA256 and SHA512, and an image by PDQ as well.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gatepost.emulator.clock import PlatformClock
from gatepost.errors import UsageError

__all__ = ["IDEOLOGIES", "HashQuery", "HashStore", "KnownHash", "hash_problem", "sample_content"]

IDEOLOGIES = ("far-right", "islamist")
HEXADECIMAL_DIGITS = {"MD5": 32, "SHA256": 64, "SHA512": 128, "PDQ": 64}
PERCEPTUAL = ("PDQ", "TMK")
HASH_TYPES = (*HEXADECIMAL_DIGITS, "TMK")
DEFAULT_CONFIDENCE = 1 - 31 / 256
_PDQ_BITS = 256
_LONGEST_TMK = 1 << 20
_FILE_TYPES = ("image", "video", "document")
_FIRST_ID = 10_001
_SECONDS_BETWEEN_SAMPLES = 3607.25


def sample_content(number: int) -> bytes:
    """Return a content that an emulated TCAP knows: its hashes match.

    Args:
        number: Which one, from 0; so many as the setting ``samples`` says are known.
    """
    return f"This is sample content number {number} of an emulated TCAP. It is harmless.\n".encode()


@dataclass(frozen=True, slots=True)
class KnownHash:
    """One hash that the service knows.

    Attributes:
        id: Its number.
        hash_digest: The hash; hexadecimal digits in lower case, of TMK base64.
        algorithm: ``MD5``, ``SHA256``, ``SHA512``, ``PDQ`` or ``TMK``.
        ideology: ``far-right`` or ``islamist``.
        file_type: ``image``, ``video``, ``document``, say.
        created_on: When it came to be known, in epoch seconds of the service's clock.
        updated_on: When something about it changed last.
        deleted: Whether it was taken back. It stays in lists, so that who copied it learns of that, and matches nothing.
    """

    id: int
    hash_digest: str
    algorithm: str
    ideology: str
    file_type: str
    created_on: float
    updated_on: float
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class HashQuery:
    """One hash that somebody asks about, checked.

    Attributes:
        hash_value: The hash as it was sent.
        hash_type: Its type.
        confidence: How alike a perceptual hash must be, 0 to 1.
    """

    hash_value: str
    hash_type: str
    confidence: float = DEFAULT_CONFIDENCE

    def likeness(self, known: KnownHash) -> float:
        """Return how alike two hashes are, 0 to 1: of PDQ the part of equal bits, of the others all or nothing."""
        if self.hash_type != known.algorithm:
            return 0.0
        if self.hash_type == "PDQ":
            return 1 - (int(self.hash_value, 16) ^ int(known.hash_digest, 16)).bit_count() / _PDQ_BITS
        return 1.0 if _normal(self.hash_value, self.hash_type) == known.hash_digest else 0.0


def hash_problem(item: Any) -> str:
    """Return what is wrong with an item of a request; empty when it is a query (contract/tcap_timbr.md).

    Unknown are the service's own limits: a ``TMK`` hash is base64 of a mebibyte at most, ``confidence`` with another type than
    ``PDQ`` and ``TMK`` is refused, and so are members that are not known.
    """
    if not isinstance(item, Mapping):
        return "It is not an object"
    if unknown := sorted(set(item) - {"hash_value", "hash_type", "confidence"}):
        return f"{unknown[0]!r} is not a known field"
    hash_type, value = item.get("hash_type"), item.get("hash_value")
    if hash_type not in HASH_TYPES:
        return f"hash_type must be one of {', '.join(HASH_TYPES)}"
    if not isinstance(value, str) or (problem := _value_problem(value, hash_type)):
        return "hash_value must be text" if not isinstance(value, str) else problem
    if "confidence" not in item:
        return ""
    if hash_type not in PERCEPTUAL:
        return f"confidence is for {' and '.join(PERCEPTUAL)} only"
    confidence = item["confidence"]
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        return "confidence must be a number from 0 to 1"
    return ""


class HashStore:
    """What one TCAP knows. Safe to use from many threads.

    Args:
        clock: The service's clock.
        samples: How many contents are known at the start, from number 0.
    """

    def __init__(self, clock: PlatformClock, samples: int) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hashes: dict[int, KnownHash] = {}
        start = clock.now() - (samples + 1) * _SECONDS_BETWEEN_SAMPLES
        for number in range(samples):
            content = sample_content(number)
            file_type = _FILE_TYPES[number % len(_FILE_TYPES)]
            # The emulator tells contents apart; it does not look at pictures.
            digests = {"MD5": hashlib.md5(content, usedforsecurity=False).hexdigest()}
            digests |= {"SHA256": hashlib.sha256(content).hexdigest(), "SHA512": hashlib.sha512(content).hexdigest()}
            if file_type == "image":
                digests["PDQ"] = hashlib.sha256(b"picture of " + content).hexdigest()
            for algorithm, digest in digests.items():
                moment = round(start + (number + 1) * _SECONDS_BETWEEN_SAMPLES, 6)
                self._add(digest, algorithm, IDEOLOGIES[number % len(IDEOLOGIES)], file_type, moment)

    def add(self, hash_value: str, hash_type: str, ideology: str, file_type: str) -> KnownHash:
        """Add a hash.

        Raises:
            UsageError: It is no hash of that type, or the ideology is none of `IDEOLOGIES`.
        """
        problem = hash_problem({"hash_value": hash_value, "hash_type": hash_type})
        if problem:
            raise UsageError("The hash cannot be known", why=problem)
        if ideology not in IDEOLOGIES:
            raise UsageError(f"There is no ideology {ideology!r}", remedy=f"Use one of {', '.join(IDEOLOGIES)}")
        with self._lock:
            return self._add(_normal(hash_value, hash_type), hash_type, ideology, file_type, round(self._clock.now(), 6))

    def delete(self, number: int) -> None:
        """Take a hash back.

        Raises:
            UsageError: There is none of that number.
        """
        with self._lock:
            known = self._hashes.get(number)
            if known is None:
                raise UsageError(f"There is no hash with the id {number}")
            self._hashes[number] = replace(known, deleted=True, updated_on=round(self._clock.now(), 6))

    def all(self) -> tuple[KnownHash, ...]:
        """Return all hashes, deleted ones included, by the time of their last change."""
        with self._lock:
            return tuple(sorted(self._hashes.values(), key=lambda known: (known.updated_on, known.id)))

    def best(self, query: HashQuery, ideologies: Collection[str]) -> tuple[KnownHash | None, float]:
        """Return the known hash that is most alike, and how alike; None and 0 when none is alike enough."""
        found: KnownHash | None = None
        most = 0.0
        for known in self.all():
            if known.deleted or known.ideology not in ideologies:
                continue
            likeness = query.likeness(known)
            if likeness > most and likeness >= query.confidence:
                found, most = known, likeness
        return found, most

    def _add(self, digest: str, algorithm: str, ideology: str, file_type: str, moment: float) -> KnownHash:
        number = max(self._hashes, default=_FIRST_ID - 1) + 1
        self._hashes[number] = KnownHash(number, digest, algorithm, ideology, file_type, moment, moment)
        return self._hashes[number]


def _normal(value: str, hash_type: str) -> str:
    return value.lower() if hash_type in HEXADECIMAL_DIGITS else value


def _value_problem(value: str, hash_type: str) -> str:
    digits = HEXADECIMAL_DIGITS.get(hash_type)
    if digits is not None:
        return (
            ""
            if re.fullmatch(rf"[0-9a-fA-F]{{{digits}}}", value)
            else f"hash_value of {hash_type} has {digits} hexadecimal digits"
        )
    try:
        good = 0 < len(value) <= _LONGEST_TMK and bool(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        good = False
    return "" if good else f"hash_value of TMK is base64, of {_LONGEST_TMK} characters at most"
