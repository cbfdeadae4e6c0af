"""Keeps the account on disk: one JSON line for each change, read again at the next start."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from reconciler.emulator.storage.blobs import Blob
from reconciler.emulator.store import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.emulator.platform import Platform


class Diary:
    """The log `account.jsonl` of a data folder."""

    def __init__(self, folder: Path) -> None:
        """folder: has `blobs/`, where the bytes are; created by the caller."""
        self._path = folder / "account.jsonl"
        self._blobs = folder / "blobs"
        self._lock = threading.Lock()
        self._file: TextIO | None = None

    def load(self, platform: Platform) -> None:
        """Replay the log into an empty platform; what it says last of a thing holds."""
        last: dict[tuple[str, str], dict[str, Any]] = {}
        for entry in self._entries():
            kind = "blob" if "blob" in entry else "row"
            last[kind, entry[kind]] = entry
        alive = [entry for entry in last.values() if entry["is"] is not None]
        for entry in alive:
            value = entry["is"]
            if "blob" in entry:
                platform.blobs.restore(entry["blob"], self._blob(value))
            else:
                record = Record(entry["row"], value["fields"], value["meta"])
                platform.store.restore(record)
        self._compact(alive)

    def _compact(self, entries: list[dict[str, Any]]) -> None:
        """What was overwritten or deleted since need not be read again."""
        fresh = self._path.with_suffix(".new")
        lines = [json.dumps(entry, separators=(",", ":")) + "\n" for entry in entries]
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._path)

    def _entries(self) -> Iterator[dict[str, Any]]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").split("\n"):
            try:
                yield json.loads(line)
            except ValueError:
                # The last line of a process that was killed while it wrote.
                continue

    def _blob(self, entry: dict[str, Any]) -> Blob:
        content = self._blobs / entry["file"] if entry["file"] else None
        crc, md5 = b64decode(entry["crc32c"]), b64decode(entry["md5"])
        return Blob(entry["size"], crc, md5, entry["generation"], content, entry["updated"])

    def open(self) -> None:
        """Begin to write, after what is there."""
        self._file = self._path.open("a", encoding="utf-8")

    def row(self, name: str, record: Record | None) -> None:
        """Note a record's change."""
        value = {"fields": record.fields, "meta": record.meta} if record else None
        self._write({"row": name, "is": value})

    def blob(self, key: str, blob: Blob | None) -> None:
        """Note an object's change."""
        self._write({"blob": key, "is": _entry(blob) if blob else None})

    def _write(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, separators=(",", ":")) + "\n"
        with self._lock:
            if self._file is not None:
                self._file.write(line)
                self._file.flush()

    def close(self) -> None:
        """Stop writing."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def _entry(blob: Blob) -> dict[str, Any]:
    return {
        "size": blob.size,
        "crc32c": b64encode(blob.crc32c).decode(),
        "md5": b64encode(blob.md5).decode(),
        "generation": blob.generation,
        "updated": blob.updated,
        "file": blob.content.name if isinstance(blob.content, Path) else "",
    }
