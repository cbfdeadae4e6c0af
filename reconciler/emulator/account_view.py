"""What a test in the same process sees of the account, and may change behind the API's back."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from reconciler.emulator.job_results import put_file
from reconciler.emulator.lifecycle import tick
from reconciler.emulator.resources.registry import arrivals

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record


class AccountView:
    """In-process access to rows and objects; names are full resource names."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def get(self, name: str) -> Json | None:
        """The stored fields (camelCase, unset ones absent), or None."""
        with self._platform.lock:
            tick(self._platform, arrivals())
            record = self._platform.store.find(name)
            return copy.deepcopy(record.fields) if record else None

    def put(self, name: str, fields: Json) -> None:
        """Make the resource be just this, whatever the rules; times are added if absent.

        An existing resource keeps its files and incarnation, but loses its further life.
        """
        with self._platform.lock:
            found = self._platform.store.find(name)
            record = found or self._platform.add(name, {})
            times = {k: record.fields[k] for k in ("createTime", "updateTime")}
            record.fields = {**times, **copy.deepcopy(fields), "name": name}
            record.meta.pop("script", None)
            self._platform.store.save(record)

    def delete(self, name: str) -> None:
        """The resource and its files are gone."""
        with self._platform.lock:
            record = self._platform.store.find(name)
            if record is not None:
                self._platform.remove(record)

    def names(self, collection: str) -> list[str]:
        """Sorted names of a collection: "models", or "accounts/fireworks/models"."""
        parent = f"accounts/{self._platform.account}/{collection}"
        with self._platform.lock:
            tick(self._platform, arrivals())
            rows = self._platform.store.children(collection if "/" in collection else parent)
            return sorted(record.name for record in rows)

    def blob(self, name: str, filename: str) -> bytes | None:
        """A stored file's bytes; None when absent or not kept."""
        record = self._platform.store.find(name)
        blob = self._platform.files(record).get(filename) if record else None
        return None if blob is None or blob.content is None else b"".join(blob.read())

    def files(self, name: str) -> dict[str, int]:
        """The stored files of a resource with their sizes."""
        record = self._platform.store.find(name)
        found = self._platform.files(record) if record else {}
        return {filename: blob.size for filename, blob in found.items()}

    def put_blob(self, name: str, filename: str, data: bytes) -> None:
        """Store a file of an existing resource. Raises KeyError."""
        with self._platform.lock:
            record: Record | None = self._platform.store.find(name)
            if record is None:
                raise KeyError(name)
            put_file(self._platform, record, filename, data)
