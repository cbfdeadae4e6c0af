"""What earlier runs worked out, kept on this machine: it only saves work and may go at any time."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

VERSION = 1
"""Of the file's layout; it stands in the file's name too, so that versions leave each other be."""

MOST_ROWS = 200_000  # some 50 MB; the oldest go first
LOCKED_SECONDS = 0.25  # another run is writing: to work without it costs less than to wait
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Cache(Protocol):
    """Texts by area and key. A cache never fails: what it cannot do it silently leaves undone."""

    def get(self, area: str, key: str) -> str | None: ...

    def put(self, area: str, key: str, value: str) -> None:
        """Kept at the next ``flush``; seen by ``get`` at once."""

    def flush(self) -> None: ...


class NoCache:
    """Knows nothing and keeps nothing."""

    def get(self, area: str, key: str) -> str | None:  # noqa: ARG002 - the protocol's
        return None

    def put(self, area: str, key: str, value: str) -> None:
        pass

    def flush(self) -> None:
        pass


def open_cache(environ: Mapping[str, str]) -> Cache:
    """The user's cache below ``$XDG_CACHE_HOME`` or ``~/.cache``; nothing is opened yet."""
    base = environ.get("XDG_CACHE_HOME", "")
    home = environ.get("HOME", "")
    if not os.path.isabs(base):  # the XDG specification: relative ones are to be ignored
        base = os.path.join(home, ".cache") if os.path.isabs(home) else ""
    return SqliteCache(Path(base, "reconciler", f"facts-{VERSION}.sqlite3")) if base else NoCache()


class SqliteCache:
    """One table in one file of mode 0600. Unreadable, locked, torn, of another version, in a
    folder that cannot be written: then nothing is known, and the run takes longer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._given_up = False
        self._new: dict[tuple[str, str], str] = {}

    def get(self, area: str, key: str) -> str | None:
        with self._lock:
            if (area, key) in self._new:
                return self._new[area, key]
            rows = self._run("SELECT value FROM facts WHERE area = ? AND key = ?", [(area, key)])
            value = rows[0][0] if rows else None
            return value if isinstance(value, str) else None

    def put(self, area: str, key: str, value: str) -> None:
        with self._lock:
            self._new[area, key] = value

    def flush(self) -> None:
        """Everything new in one transaction, or nothing of it."""
        with self._lock:
            rows = [(area, key, value) for (area, key), value in self._new.items()]
            self._new.clear()
            if rows:
                self._run("BEGIN IMMEDIATE")
                self._run("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)
                oldest = "SELECT max(rowid) FROM facts"  # what is replaced gets a new number
                self._run(f"DELETE FROM facts WHERE rowid <= ({oldest}) - {MOST_ROWS}")  # noqa: S608
                self._run("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._give_up()

    def _run(self, statement: str, rows: Sequence[Sequence[str]] = ((),)) -> list[Any]:
        """What the statement answers for the last of ``rows``; [] once anything has failed."""
        database = self._opened()
        if database is None:
            return []
        import sqlite3

        found: list[Any] = []
        try:
            for row in rows:
                found = database.execute(statement, row).fetchall()
        except sqlite3.Error as error:
            self._give_up()
            self._remove_if_torn(error)
            return []
        return found

    def _opened(self) -> sqlite3.Connection | None:
        if self._database is None and not self._given_up:
            self._given_up = True  # until it is open
            if _private_file(self._path):
                self._database = self._connect()
                self._given_up = self._database is None
        return self._database

    def _connect(self) -> sqlite3.Connection | None:
        import sqlite3  # costs a start-up some 15 ms: only who has files pays for it

        try:
            database = sqlite3.connect(
                self._path, LOCKED_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error:
            return None
        try:
            return database if _is_ours(database) else None
        except sqlite3.Error as error:
            database.close()
            self._remove_if_torn(error)
            return None

    def _remove_if_torn(self, error: Exception) -> None:
        """Make room for a new one. A locked or full disk is an OperationalError, not this."""
        import sqlite3

        if type(error) is sqlite3.DatabaseError:
            with suppress(OSError):
                self._path.unlink()

    def _give_up(self) -> None:
        self._given_up = True
        if self._database is not None:
            self._database.close()
            self._database = None


def _is_ours(database: sqlite3.Connection) -> bool:
    """Whether the layout is this version's; a new file gets it. Raises sqlite3.Error."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "CREATE TABLE IF NOT EXISTS facts"
            " (area TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (area, key))"
        )
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    return version in (0, VERSION)


def _private_file(path: Path) -> bool:
    """Whether a regular file is there, made if need be, that nobody else can read or write: what
    another user may write there would pass for what we have seen."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, _FLAGS, 0o600)
    except OSError:
        return False
    try:
        found, folder = os.fstat(handle), path.parent.stat()
    finally:
        os.close(handle)
    ours = found.st_uid == folder.st_uid == os.geteuid()
    private = not found.st_mode & 0o077 and not folder.st_mode & 0o022
    return stat.S_ISREG(found.st_mode) and ours and private
