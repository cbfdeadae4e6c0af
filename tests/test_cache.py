"""The cache keeps texts between runs, and whatever is wrong with it only costs time."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reconciler.cache import NoCache, SqliteCache, open_cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "reconciler" / "facts.sqlite3"


def kept(place: Path) -> Path:
    """A cache that holds one text."""
    cache = SqliteCache(place)
    cache.put("files", "a", "1")
    cache.flush()
    cache.close()
    return place


def found(place: Path) -> str | None:
    cache = SqliteCache(place)
    try:
        return cache.get("files", "a")
    finally:
        cache.close()


def works(place: Path) -> bool:
    """Whether the next run keeps what it is told."""
    return found(kept(place)) == "1"


def test_what_is_kept_is_found_by_the_next_run(place: Path) -> None:
    assert "1" == found(kept(place))


def test_areas_do_not_mix(place: Path) -> None:
    cache = SqliteCache(kept(place))

    assert cache.get("stored", "a") is None


def test_what_is_new_is_seen_before_it_is_written(place: Path) -> None:
    cache = SqliteCache(place)
    cache.put("files", "b", "2")

    assert "2" == cache.get("files", "b")


def test_the_later_text_counts(place: Path) -> None:
    cache = SqliteCache(kept(place))
    cache.put("files", "a", "2")
    cache.flush()
    cache.close()

    assert "2" == found(place)


def test_the_file_and_its_folder_are_private(place: Path) -> None:
    kept(place)

    assert (0o600, 0o700) == (
        stat.S_IMODE(place.stat().st_mode),
        stat.S_IMODE(place.parent.stat().st_mode),
    )


def test_nothing_is_opened_before_it_is_needed(place: Path) -> None:
    SqliteCache(place)

    assert not place.exists()


@pytest.mark.parametrize("text", [b"no database", b"SQLite format 3\0" + b"\0" * 500])
def test_a_torn_file_is_cold_and_the_next_run_begins_a_new_one(place: Path, text: bytes) -> None:
    place.parent.mkdir()
    place.write_bytes(text)
    place.chmod(0o600)

    assert found(place) is None
    assert works(place)


def test_a_file_torn_in_the_middle_is_cold(place: Path) -> None:
    cache = SqliteCache(place)
    for number in range(1000):
        cache.put("files", f"k{number}", "x" * 100)
    cache.flush()
    cache.close()
    with place.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(place.stat().st_size - 8192))
    again = SqliteCache(place)

    assert {None} >= {again.get("files", f"k{number}") for number in (5, 500, 999)}


def test_another_layout_is_cold_and_left_alone(place: Path) -> None:
    with closing(sqlite3.connect(kept(place))) as database:
        database.execute("PRAGMA user_version = 99")

    assert found(place) is None
    assert place.exists()


def test_a_locked_file_is_cold(place: Path) -> None:
    with closing(sqlite3.connect(kept(place), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        assert found(place) is None

    assert "1" == found(place)


def test_a_lock_while_writing_loses_what_is_new_and_nothing_else(place: Path) -> None:
    cache = SqliteCache(kept(place))

    assert "1" == cache.get("files", "a")

    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        cache.put("files", "a", "2")
        cache.flush()

    assert "1" == found(place)


@pytest.mark.parametrize("mode", [0o644, 0o620, 0o666])
def test_a_file_that_others_may_use_is_not_trusted(place: Path, mode: int) -> None:
    kept(place).chmod(mode)

    assert found(place) is None


def test_a_folder_that_others_may_write_is_not_trusted(place: Path) -> None:
    kept(place).parent.chmod(0o777)

    assert found(place) is None


def test_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    kept(place).rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")

    assert found(place) is None


def test_a_fifo_does_not_hang(place: Path) -> None:
    place.parent.mkdir()
    os.mkfifo(place, 0o600)

    assert found(place) is None


def test_a_folder_that_cannot_be_made_is_cold(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert not works(tmp_path / "file" / "reconciler" / "facts.sqlite3")


def test_it_lies_where_the_xdg_specification_says(tmp_path: Path) -> None:
    cache = open_cache({"XDG_CACHE_HOME": str(tmp_path), "HOME": "/nowhere"})
    cache.put("files", "a", "1")
    cache.flush()

    assert ["facts-1.sqlite3"] == [path.name for path in (tmp_path / "reconciler").iterdir()]


def test_without_xdg_it_lies_in_the_home(tmp_path: Path) -> None:
    cache = open_cache({"XDG_CACHE_HOME": "relative", "HOME": str(tmp_path)})
    cache.put("files", "a", "1")
    cache.flush()

    assert (tmp_path / ".cache/reconciler/facts-1.sqlite3").is_file()


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_without_a_home_there_is_none(environ: dict[str, str]) -> None:
    assert isinstance(open_cache(environ), NoCache)


def test_the_oldest_rows_go_when_there_are_too_many(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.cache.MOST_ROWS", 3)
    cache = SqliteCache(place)
    for key in "abcdef":
        cache.put("files", key, key)
    cache.flush()

    assert [None, "f"] == [cache.get("files", "a"), cache.get("files", "f")]
