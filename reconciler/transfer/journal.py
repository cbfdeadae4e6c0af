"""Remembers where unfinished uploads go on, for a later run on this machine; never needed.

A session's address lets whoever knows it write to the storage for a week, so it is sealed before
it touches the disk. A journal that is lost, foreign, torn or unwritable costs work, never truth:
the file is sent from its start, and what is resumed is hashed again from its first byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.manifest.file_set import LocalFile

VERSION = 1
LONGEST = 64 * 1024  # bytes of an entry that are read; ours have about one thousand
OLDEST_SECONDS = 30 * 24 * 3600.0  # sessions live a week; a wrong clock here only costs work
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Sealer(Protocol):
    """Makes bytes unreadable for all but the holder of some key that the journal never sees."""

    def seal(self, plain: bytes) -> bytes: ...

    def unseal(self, sealed: bytes) -> bytes:
        """Raises ValueError for what was not sealed by the same key."""


def state_folder(environ: Mapping[str, str]) -> Path | None:
    """Where entries are kept (XDG base directories: relative ones do not count), or None."""
    state = environ.get("XDG_STATE_HOME", "")
    home = environ.get("HOME", "")
    if os.path.isabs(state):
        return Path(state, "reconciler", "uploads")
    if os.path.isabs(home):
        return Path(home, ".local", "state", "reconciler", "uploads")
    return None


class Journal:
    """One file an upload in ``folder`` (None: none can be kept); says one notice when it fails."""

    def __init__(self, folder: Path | None, sealer: Sealer, notice: Callable[[str], None]) -> None:
        self._folder = folder
        self._sealer = sealer
        self._notice = notice
        self._lock = threading.Lock()
        self._said = False

    def of(self, resource: str, create_time: str) -> ResourceJournal:
        """The entries of one incarnation of a resource, by its full name."""
        return ResourceJournal(self, resource, create_time)

    def find(self, key: Mapping[str, Any]) -> str | None:
        """The session's address kept under this key, None when there is none that can be read."""
        if self._folder is None:
            return None
        try:
            return self._opened(_read(self._folder / _name(key)), key)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._say(f"the journal of uploads cannot be read: {error.strerror or error}")
        except (ValueError, KeyError, TypeError, RecursionError):
            self._say(
                "an entry in the journal of uploads is incomplete, or of another key or version"
            )
        return None

    def keep(self, key: Mapping[str, Any], uri: str) -> None:
        """Write the entry, whole or not at all."""
        if self._folder is None:
            self._say("there is no folder for the journal of uploads: HOME is not set")
            return
        plain = json.dumps({"key": key, "uri": uri}).encode()
        entry = {"version": VERSION, "sealed": self._sealer.seal(plain).decode()}
        try:
            _prepare(self._folder)
            _write(self._folder, _name(key), json.dumps(entry).encode())
        except OSError as error:
            self._say(f"the journal of uploads cannot be written: {error.strerror or error}")

    def forget(self, key: Mapping[str, Any]) -> None:
        if self._folder is not None:
            with suppress(OSError):
                os.unlink(self._folder / _name(key))

    def _opened(self, data: bytes, key: Mapping[str, Any]) -> str:
        entry = json.loads(data)
        if entry["version"] != VERSION:
            raise ValueError("another version")
        plain = json.loads(self._sealer.unseal(str(entry["sealed"]).encode()))
        if plain["key"] != key or not isinstance(plain["uri"], str):
            raise ValueError("another upload's")
        uri: str = plain["uri"]
        return uri

    def _say(self, text: str) -> None:
        """Once a run: every file would say the same."""
        with self._lock:
            said, self._said = self._said, True
        if not said:
            self._notice(f"{text}; unfinished uploads start anew in the next run")


@dataclass(frozen=True, slots=True)
class ResourceJournal:
    """Entries are bound to the resource's incarnation and to the file as it was scanned."""

    journal: Journal
    resource: str
    create_time: str

    def find(self, file: LocalFile) -> str | None:
        return self.journal.find(self._key(file))

    def keep(self, file: LocalFile, uri: str) -> None:
        self.journal.keep(self._key(file), uri)

    def forget(self, file: LocalFile) -> None:
        self.journal.forget(self._key(file))

    def _key(self, file: LocalFile) -> dict[str, Any]:
        identity = asdict(file.identity) if file.identity else None
        return {
            "resource": self.resource,
            "createTime": self.create_time,
            "file": file.key,
            "identity": identity,
        }


def _name(key: Mapping[str, Any]) -> str:
    text = json.dumps(key, sort_keys=True).encode()
    return f"{hashlib.sha256(text).hexdigest()[:32]}.json"


def _read(path: Path) -> bytes:
    """Raises OSError, also for what is no regular file of our own."""
    with open(os.open(path, _READ), "rb", buffering=0) as raw:
        seen = os.fstat(raw.fileno())
        if not stat.S_ISREG(seen.st_mode) or seen.st_uid != os.geteuid():
            raise OSError("it is not a file of this user")
        return raw.read(LONGEST) or b""


def _prepare(folder: Path) -> None:
    """Make the folder, drop what is too old. Raises OSError when others could write into it."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    seen = os.lstat(folder)
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_mode & stat.S_IWOTH:
        raise OSError("its folder is not this user's alone")
    oldest = time.time() - OLDEST_SECONDS
    for entry in os.scandir(folder):
        with suppress(OSError):
            if entry.stat(follow_symlinks=False).st_mtime < oldest:
                os.unlink(entry.path)


def _write(folder: Path, name: str, data: bytes) -> None:
    """Under another name first: nobody ever reads half an entry. Raises OSError."""
    draft = folder / f".{name}.{secrets.token_hex(8)}"
    try:
        with open(os.open(draft, _NEW, _FILE_MODE), "wb", buffering=0) as raw:
            if raw.write(data) != len(data):
                raise OSError("the disk is full")
            os.fsync(raw.fileno())
        os.rename(draft, folder / name)
    except OSError:
        with suppress(OSError):
            os.unlink(draft)
        raise
