"""The steps of certainty: hash, then size, then nothing is concluded."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.kinds.registry import kind
from reconciler.live.state import StoredContent, StoredFile
from reconciler.live.verdicts import Verdict, judge, verdicts
from reconciler.manifest.file_set import FileIdentity, FileSet, LocalFile

HERE = FileIdentity(1, 1, 10, 1)
CRC, MD5, OTHER = "AAAAAA==", "1B2M2Y8AsgTpgAmY7PhCfg==", "BBBBBB=="


def local(
    key: str = "a", *, crc32c: str | None = CRC, md5: str | None = None, size: int = 10
) -> LocalFile:
    return LocalFile(key, Path("/p") / key, size, identity=HERE, crc32c=crc32c, md5=md5)


POINTER = LocalFile("a", Path("/p/a"), 10, "f" * 64, None, "Git LFS pointer")
MISSING = LocalFile("a", Path("/p/a"), 0, "f" * 64, None, "missing file")


@pytest.mark.parametrize(
    ("ours", "stored", "expected"),
    [
        (local(), StoredFile(10, CRC), Verdict.HASH),
        (local(), StoredFile(10, OTHER), Verdict.CHANGED),
        (local(), StoredFile(11, CRC), Verdict.CHANGED),
        (local(crc32c=None), StoredFile(11), Verdict.CHANGED),
        (local(md5=MD5), StoredFile(10, None, MD5), Verdict.HASH),
        (local(md5=MD5), StoredFile(10, None, OTHER), Verdict.CHANGED),
        (local(md5=MD5), StoredFile(10, CRC, OTHER), Verdict.CHANGED),
        (local(md5=None), StoredFile(10, CRC, MD5), Verdict.HASH),
        (local(), StoredFile(None, CRC), Verdict.HASH),
        (local(), StoredFile(10), Verdict.SIZE),
        (local(), StoredFile(10, None, MD5), Verdict.SIZE),
        (local(crc32c=None), StoredFile(10, CRC), Verdict.SIZE),
        (local(), StoredFile(), Verdict.UNVERIFIABLE),
        (local(crc32c=None), StoredFile(None, CRC), Verdict.UNVERIFIABLE),
        (local(size=0, crc32c=None), StoredFile(0), Verdict.SIZE),
        (POINTER, StoredFile(10, CRC), Verdict.SIZE),
        (POINTER, StoredFile(11, CRC), Verdict.CHANGED),
        (MISSING, StoredFile(10, CRC), Verdict.UNVERIFIABLE),
    ],
)
def test_one_file_is_judged_by_the_most_certain_step(
    ours: LocalFile, stored: StoredFile, expected: Verdict
) -> None:
    assert expected is judge(ours, stored)


def model(content: StoredContent | None, *keys: str) -> list[tuple[str, Verdict]]:
    files = FileSet(tuple(local(key) for key in keys))
    return [(each.key, each.verdict) for each in verdicts(files, content, kind("Model"))]


SAME = StoredFile(10, CRC)


def test_a_file_that_the_storage_lacks_is_missing() -> None:
    assert [("a", Verdict.MISSING), ("b", Verdict.HASH)] == model(
        StoredContent({"a": None, "b": SAME}), "a", "b"
    )


def test_a_file_that_is_not_named_beside_others_is_missing() -> None:
    assert [("a", Verdict.HASH), ("b", Verdict.MISSING)] == model(
        StoredContent({"a": SAME}), "a", "b"
    )


def test_a_file_that_is_not_declared_is_extra() -> None:
    assert [("a", Verdict.HASH), ("z", Verdict.EXTRA)] == model(
        StoredContent({"a": SAME, "z": SAME}), "a"
    )


def test_where_no_file_is_named_nothing_is_concluded() -> None:
    assert [("a", Verdict.UNVERIFIABLE)] == model(StoredContent({}), "a")


def test_what_nobody_asked_for_is_not_checked() -> None:
    assert [("a", Verdict.NOT_CHECKED)] == model(None, "a")


def test_the_reason_why_nothing_is_known_is_kept() -> None:
    files = FileSet((local("a"),))
    found = verdicts(files, StoredContent({}, "no right to ask"), kind("Model"))

    assert ["no right to ask"] == [each.why for each in found]


def test_the_one_file_of_a_dataset_is_compared_whatever_its_name() -> None:
    files = FileSet((local("rows.jsonl"),), 3)
    found = verdicts(files, StoredContent({"dataset.jsonl": SAME}), kind("Dataset"))

    assert [("rows.jsonl", Verdict.HASH)] == [(each.key, each.verdict) for each in found]
