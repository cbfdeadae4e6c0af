"""Tests of reconciler.transfer.stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import ContentError
from reconciler.transfer.hashing import Digest, StoredFacts
from reconciler.transfer.options import TransferOptions
from reconciler.transfer.stored import stored_by
from tests.transfer.files import scan

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.manifest.file_set import LocalFile

CONTENT = b"stored"


def digest_of(content: bytes) -> Digest:
    digest = Digest(md5=True)
    digest.update(content)
    return digest


FACTS = StoredFacts(len(CONTENT), digest_of(CONTENT).crc32c, digest_of(CONTENT).md5)


@pytest.fixture
def file(tmp_path: Path) -> LocalFile:
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    return scan(path)


@pytest.fixture
def read() -> list[str]:
    """The files that were hashed."""
    return []


@pytest.fixture
def options(read: list[str]) -> TransferOptions:
    return TransferOptions(hashed=lambda file, _digest: read.append(file.key))


@pytest.mark.parametrize(
    ("facts", "by"),
    [
        (FACTS, "crc32c"),
        (replace(FACTS, crc32c=None), "md5"),
        (replace(FACTS, crc32c=None, md5=None), ""),
        (replace(FACTS, crc32c="AAAAAA=="), ""),
        (replace(FACTS, size=1), ""),
    ],
)
def test_a_file_is_stored_only_by_size_and_hash(
    file: LocalFile, options: TransferOptions, facts: StoredFacts, by: str
) -> None:
    assert by == stored_by(file, facts, options)


def test_a_file_whose_crc32c_is_known_is_not_read_for_it(
    file: LocalFile, options: TransferOptions, read: list[str]
) -> None:
    known = replace(file, crc32c=FACTS.crc32c)

    assert ("crc32c", []) == (stored_by(known, FACTS, options), read)


def test_a_file_that_is_not_the_planned_one_is_not_taken_for_stored(
    file: LocalFile, options: TransferOptions
) -> None:
    known = replace(file, crc32c=FACTS.crc32c)
    file.path.unlink()
    with pytest.raises(ContentError, match="changed since the plan"):
        stored_by(known, FACTS, options)


def test_bytes_that_are_not_planned_are_not_taken_for_stored(
    file: LocalFile, options: TransferOptions, read: list[str]
) -> None:
    other = replace(file, sha256="0" * 64)

    assert ("", []) == (stored_by(other, FACTS, options), read)
