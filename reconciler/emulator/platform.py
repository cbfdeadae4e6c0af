"""What all collections share: rows, objects, time, options, faults, signed URLs."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.emulator.clock import Clock, Stamps
from reconciler.emulator.errors import failed_precondition, not_found
from reconciler.emulator.faults import Faults
from reconciler.emulator.ids import full_name
from reconciler.emulator.storage.blobs import Blob, Blobs
from reconciler.emulator.storage.sign import Signer
from reconciler.emulator.store import Record, Store
from reconciler.emulator.views import Views

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.emulator.options import Options

BUCKET = "/storage/fireworks-models-emulator/"
PUBLIC_ACCOUNT = "fireworks"


@dataclass(slots=True)
class Platform:
    """The state of one emulator; whoever touches `store` holds `lock`."""

    account: str
    key: str
    clock: Clock
    options: Options
    faults: Faults
    store: Store
    blobs: Blobs
    signer: Signer
    stamps: Stamps
    seconds_per_job: float = 0.0
    base_url: str = ""
    views: Views = field(default_factory=Views)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def email(self) -> str:
        """Who the key belongs to."""
        return f"ci@{self.account}.example"

    def add(self, name: str, fields: dict[str, object]) -> Record:
        """A new record with its times and incarnation number."""
        now = self.stamps.next()
        times = {"createTime": now, "updateTime": now}
        meta = {"uid": self.store.next_uid(), "born": self.clock.now()}
        record = Record(name, {**fields, "name": name, **times}, meta)
        self.store.save(record)
        return record

    def touch(self, record: Record) -> None:
        """Save a changed record with a new updateTime."""
        record.fields["updateTime"] = self.stamps.next()
        self.store.save(record)

    def remove(self, record: Record) -> None:
        """The record and its objects are gone."""
        lags = self.options.list_lag_seconds or self.options.link_lag_seconds
        self.store.drop(record.name, self.clock.now() if lags else 0.0)
        self.blobs.drop(f"{record.name}/{record.meta['uid']}/")

    def loaded(self) -> list[Record]:
        """What counts as loaded: while links lag, also what was unloaded a moment ago."""
        since = self.clock.now() - self.options.link_lag_seconds
        late = [ghost.record for ghost in self.store.ghosts if ghost.died > since]
        gone = [record for record in late if record.parent.endswith("/deployedModels")]
        return [*self.store.segment("deployedModels"), *gone]

    def reference(self, value: str, segment: str, *, ready: bool = False) -> Record:
        """The record that a field refers to by full name or bare id.

        Raises ApiError: 404 when there is none, 400 (code 9) when it must be READY and is not.
        """
        name = full_name(value, self.account, segment)
        record = self.store.find(name)
        if record is None or record.parent.rsplit("/", 1)[-1] != segment:
            raise not_found(name)
        if ready and record.fields.get("state") != "READY":
            raise failed_precondition(f"{name} is not READY")
        return record

    def file_key(self, record: Record, filename: str) -> str:
        """The key of one of a record's files."""
        return f"{record.name}/{record.meta['uid']}/{filename}"

    def files(self, record: Record) -> dict[str, Blob]:
        """A record's stored files by name."""
        prefix = self.file_key(record, "")
        found = {key[len(prefix) :]: self.blobs.find(key) for key in self.blobs.keys(prefix)}
        return {name: blob for name, blob in found.items() if blob is not None}

    def signed_url(self, method: str, key: str, headers: dict[str, str] | None = None) -> str:
        """A signed URL for one request on an object; `headers` are signed besides host."""
        path = BUCKET + quote(key)
        host = self.base_url.split("//", 1)[1]
        signed = {"host": host, **(headers or {})}
        query = self.signer.query(method, path, signed, self.options.url_lifetime_seconds)
        return f"{self.base_url}{path}?{query}"

    def download_urls(self, record: Record) -> dict[str, str]:
        """Signed GET URLs of a record's files."""
        keys = {name: self.file_key(record, name) for name in self.files(record)}
        return {name: self.signed_url("GET", key) for name, key in keys.items()}


def new_platform(
    account: str, key: str, clock: Clock, options: Options, folder: Path | None, keep: int | None
) -> Platform:
    """An empty platform. folder: where objects are kept on disk; keep: see Blobs."""
    secret = hashlib.sha256(f"{account}/{key}".encode()).digest()
    return Platform(
        account,
        key,
        clock,
        options,
        Faults(),
        Store(),
        Blobs(clock, folder, keep),
        Signer(secret, clock),
        Stamps(clock),
    )
