"""Tests of reconciler.report.file_lines."""

from __future__ import annotations

from pathlib import Path

from reconciler.live.state import StoredFile
from reconciler.live.verdicts import FileVerdict, Verdict
from reconciler.manifest.file_set import LocalFile
from reconciler.report.file_lines import MOST, file_lines

LOCAL = LocalFile("a", Path("/p/a"), 91, crc32c="AAAAAA==")
STORED = StoredFile(91, "AAAAAA==")


def equal(key: str) -> FileVerdict:
    return FileVerdict(key, Verdict.HASH, LOCAL, STORED)


def test_nothing_compared_is_nothing_said() -> None:
    assert [] == list(file_lines(()))


def test_what_differs_stands_first_with_both_sides() -> None:
    changed = FileVerdict("b", Verdict.CHANGED, LOCAL, StoredFile(90, "BBBBBB=="))
    missing = FileVerdict("c", Verdict.MISSING, LOCAL)

    assert [
        "files: 1 equal by hash, 1 changed, 1 missing",
        "b: changed: 91 bytes, crc32c AAAAAA== | 90 bytes, crc32c BBBBBB==",
        "c: missing: 91 bytes, crc32c AAAAAA== | -",
        "a: equal by hash: 91 bytes, crc32c AAAAAA== | 91 bytes, crc32c AAAAAA==",
    ] == list(file_lines([equal("a"), missing, changed]))


def test_what_could_not_be_compared_says_why() -> None:
    local = LocalFile("a", Path("/p/a"), 91)
    found = FileVerdict("a", Verdict.UNVERIFIABLE, local, StoredFile(), "it did not answer")

    assert (
        "a: unverifiable (it did not answer): 91 bytes | size not known"
        == list(file_lines([found]))[1]
    )


def test_of_many_files_the_equal_ones_are_counted() -> None:
    changed = FileVerdict("z", Verdict.CHANGED, LOCAL, StoredFile(90, "BBBBBB=="))
    lines = list(file_lines([*(equal(f"{n:04}") for n in range(1000)), changed]))

    assert (f"… and {1001 - MOST} more", True) == (lines[-1], lines[1].startswith("z: changed"))


def test_a_name_with_a_line_break_stays_on_its_line() -> None:
    assert all("\n" not in line for line in file_lines([equal("a\n::error::")]))
