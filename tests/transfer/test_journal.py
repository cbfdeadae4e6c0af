"""Where unfinished uploads are remembered, and everything that may be wrong with it (F16)."""

from __future__ import annotations

import json
import os
import resource
import stat
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.transfer.journal import Journal, state_folder
from tests.transfer.against_emulator import Marks, journal_in
from tests.transfer.files import write_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.manifest.file_set import LocalFile

NAME = "accounts/acme/models/m"
URI = "https://storage.googleapis.com/b/o?upload_id=canary"


@pytest.fixture
def file(tmp_path: Path) -> LocalFile:
    return write_set(tmp_path / "in", {"f": b"12345"}).files[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "reconciler" / "uploads"


@pytest.fixture
def entry(file: LocalFile, folder: Path) -> Path:
    """The entry of an upload that is under way."""
    journal_in(folder).of(NAME, "t1").keep(file, URI)
    (path,) = folder.iterdir()
    return path


def _found(folder: Path | None, file: LocalFile, notices: list[str] | None = None) -> str | None:
    return journal_in(folder, notices).of(NAME, "t1").find(file)


def test_what_was_kept_is_found(entry: Path, folder: Path, file: LocalFile) -> None:
    assert entry.name.endswith(".json")
    assert URI == _found(folder, file)


def test_what_was_forgotten_is_gone(entry: Path, folder: Path, file: LocalFile) -> None:
    journal_in(folder).of(NAME, "t1").forget(file)

    assert not entry.exists()
    assert _found(folder, file) is None


def test_an_entry_and_its_folder_are_this_users_alone(entry: Path, folder: Path) -> None:
    assert (0o600, 0o700) == (
        stat.S_IMODE(entry.stat().st_mode),
        stat.S_IMODE(folder.stat().st_mode),
    )


@pytest.mark.usefixtures("entry")
def test_another_incarnation_account_or_file_finds_nothing(folder: Path, file: LocalFile) -> None:
    journal = journal_in(folder)
    older = replace(file, identity=replace(file.identity, mtime_ns=1)) if file.identity else file

    assert [None, None, None] == [
        journal.of(NAME, "t2").find(file),
        journal.of("accounts/other/models/m", "t1").find(file),
        journal.of(NAME, "t1").find(older),
    ]


@pytest.mark.fault("F16")
@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "",
        lambda _: "[1]",
        lambda _: "null",
        lambda _: "\0" * 100,
        lambda text: json.dumps({**json.loads(text), "version": 2}),
        lambda text: json.dumps({**json.loads(text), "sealed": 3}),
        lambda _: "[" * 30_000,
    ],
    ids=["torn", "empty", "list", "null", "zeros", "version", "type", "deep"],
)
def test_a_damaged_entry_is_passed_over_with_one_notice(
    entry: Path, folder: Path, file: LocalFile, damage: object
) -> None:
    entry.write_text(damage(entry.read_text()))  # type: ignore[operator]  # lambdas in a list
    notices: list[str] = []
    journal = journal_in(folder, notices).of(NAME, "t1")

    assert [None, None] == [journal.find(file), journal.find(file)]
    assert 1 == len(notices)


@pytest.mark.usefixtures("entry")
def test_another_key_finds_nothing_and_may_write_its_own(folder: Path, file: LocalFile) -> None:
    notices: list[str] = []
    other = journal_in(folder, notices, "other").of(NAME, "t1")

    assert other.find(file) is None
    other.keep(file, "https://storage.googleapis.com/other")
    assert "https://storage.googleapis.com/other" == other.find(file)
    assert 1 == len(notices)


def test_an_entry_of_another_upload_is_not_taken(
    entry: Path, folder: Path, file: LocalFile
) -> None:
    journal = journal_in(folder).of(NAME, "t2")
    journal.keep(file, "https://storage.googleapis.com/second")
    (second,) = (path for path in folder.iterdir() if path != entry)
    os.replace(second, entry)

    assert _found(folder, file) is None


def test_a_link_in_place_of_an_entry_is_not_followed(
    entry: Path, folder: Path, file: LocalFile, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere"
    entry.rename(moved)
    entry.symlink_to(moved)

    assert _found(folder, file) is None


def test_a_fifo_in_place_of_an_entry_does_not_hang(
    entry: Path, folder: Path, file: LocalFile
) -> None:
    entry.unlink()
    os.mkfifo(entry)

    assert _found(folder, file) is None


def test_a_folder_that_others_may_write_to_is_not_used(folder: Path, file: LocalFile) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    notices: list[str] = []
    journal_in(folder, notices).of(NAME, "t1").keep(file, URI)

    assert [] == list(folder.iterdir())
    assert ["alone" in text for text in notices] == [True]


def test_where_no_folder_can_be_made_there_is_one_notice(tmp_path: Path, file: LocalFile) -> None:
    (tmp_path / "state").write_text("a file in the way")
    notices: list[str] = []
    journal = journal_in(tmp_path / "state" / "uploads", notices).of(NAME, "t1")
    journal.keep(file, URI)
    journal.keep(file, URI)

    assert 1 == len(notices)


@contextmanager
def _full_disk() -> Iterator[None]:
    """Every write to a file fails, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.fault("F16")
def test_a_full_disk_leaves_no_half_entry(folder: Path, file: LocalFile) -> None:
    notices: list[str] = []
    journal = journal_in(folder, notices).of(NAME, "t1")
    with _full_disk():
        journal.keep(file, URI)

    assert [] == list(folder.iterdir())
    assert 1 == len(notices)


def test_without_a_home_there_is_one_notice(file: LocalFile) -> None:
    notices: list[str] = []
    journal = journal_in(None, notices).of(NAME, "t1")
    journal.keep(file, URI)

    assert journal.find(file) is None
    assert 1 == len(notices)


def test_entries_older_than_any_session_are_dropped(
    entry: Path, folder: Path, file: LocalFile
) -> None:
    os.utime(entry, (0, 0))
    journal_in(folder).of(NAME, "t2").keep(file, URI)

    assert not entry.exists()
    assert 1 == len(list(folder.iterdir()))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/reconciler/uploads"),
        ({"XDG_STATE_HOME": "s", "HOME": "/h"}, "/h/.local/state/reconciler/uploads"),
        ({"HOME": "/h"}, "/h/.local/state/reconciler/uploads"),
        ({"HOME": ""}, None),
        ({}, None),
    ],
)
def test_the_folder_follows_the_xdg_rules(environ: dict[str, str], expected: str | None) -> None:
    assert expected == (str(found) if (found := state_folder(environ)) else None)


def test_no_sealer_is_asked_before_something_is_kept(file: LocalFile, folder: Path) -> None:
    class Unasked(Marks):
        def seal(self, plain: bytes) -> bytes:
            raise AssertionError(plain)

    journal = Journal(folder, Unasked(), lambda _text: None)

    assert journal.of(NAME, "t1").find(file) is None
