"""Tests of reconciler.transfer.proof."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.manifest.file_set import LocalFile
from reconciler.transfer.hashing import Digest
from reconciler.transfer.proof import disproved, proof_of

CONTENT, OTHER = b"planned", b"altered"
PLAIN = LocalFile("a", Path("/a"), len(CONTENT))
HASHED = replace(PLAIN, sha256=hashlib.sha256(CONTENT).hexdigest())


def crc32c(content: bytes) -> str:
    digest = Digest()
    digest.update(content)
    return digest.crc32c


BOTH = replace(HASHED, crc32c=crc32c(CONTENT))
PINNED = replace(BOTH, pinned=True)


def fed(file: LocalFile, content: bytes) -> Digest:
    digest = proof_of(file)
    digest.update(content)
    return digest


@pytest.mark.parametrize(
    ("file", "computed"), [(PLAIN, False), (HASHED, True), (BOTH, False), (PINNED, True)]
)
def test_sha256_is_computed_where_it_is_pinned_or_alone_known(
    file: LocalFile, computed: bool
) -> None:
    assert computed == (proof_of(file).sha256 is not None)


@pytest.mark.parametrize("file", [PLAIN, HASHED, BOTH, PINNED])
def test_the_planned_bytes_are_not_disproved(file: LocalFile) -> None:
    assert disproved(file, fed(file, CONTENT)) is None


@pytest.mark.parametrize(("file", "by"), [(HASHED, "sha256"), (BOTH, "crc32c"), (PINNED, "sha256")])
def test_other_bytes_are_disproved_by_what_is_known(file: LocalFile, by: str) -> None:
    assert f"its {by} was" in (disproved(file, fed(file, OTHER)) or "")


def test_a_pin_is_held_against_a_forged_crc32c() -> None:
    forged = replace(PINNED, crc32c=crc32c(OTHER))

    assert "its sha256 was" in (disproved(forged, fed(forged, OTHER)) or "")
