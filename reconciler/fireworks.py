"""The platform as a Provider: the control plane and the byte edge, put together.

The byte edge is imported where bytes move: a plan that moves none does not pay for it.
"""

from __future__ import annotations

import os
import threading
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from reconciler.api.client import ControlClient
from reconciler.api.clock import Clock, RealClock
from reconciler.api.control_plane import ControlPlane
from reconciler.errors import (
    ApiError,
    ContentError,
    ReconcilerError,
)
from reconciler.live.state import StoredFile
from reconciler.tempo import tempo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reconciler.api.connection import Connection
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.manifest.file_set import FileSet, LocalFile
    from reconciler.provider import ByteProgress
    from reconciler.transfer.earlier import Earlier
    from reconciler.transfer.hashing import Digest, StoredFacts
    from reconciler.transfer.journal import ResourceJournal
    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.probe import Found


def connect(
    connection: Connection,
    *,
    read_only: bool,
    stop: threading.Event | None = None,
    notice: Callable[[str], None] = lambda _text: None,
    hashed: Callable[[LocalFile, Digest], None] = lambda _file, _digest: None,
) -> FireworksProvider:
    """A provider for the account; nothing is sent before its first call.

    ``stop``, once set, ends every wait and every upload of the provider within moments. ``notice``
    is told, from any thread, what saved an upload work or could not: resumed, already complete;
    ``hashed`` the digest of each file whose bytes have all arrived.
    """
    clock = RealClock(stop)
    client = ControlClient(connection, read_only=read_only, clock=clock)

    def options() -> TransferOptions:
        from reconciler.api.sealer import KeySealer
        from reconciler.transfer.connections import STALL_SECONDS
        from reconciler.transfer.journal import Journal, state_folder
        from reconciler.transfer.options import TransferOptions

        return TransferOptions(
            allow_loopback=connection.loopback,
            stall_seconds=STALL_SECONDS / tempo(),
            stop=stop or threading.Event(),
            clock=clock,
            notice=notice,
            hashed=hashed,
            journal=Journal(state_folder(os.environ), KeySealer(connection.key), notice),
        )

    return FireworksProvider(connection, client, clock, options)


class FireworksProvider(ControlPlane):
    """The control plane, which knows the API key, and the byte edge, which never hears of it."""

    def __init__(
        self,
        connection: Connection,
        client: ControlClient,
        clock: Clock,
        options: Callable[[], TransferOptions],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(connection, client, clock, environ)
        self._make_options = options
        self._created: set[str] = set()
        self._probed = 0
        self._lock = threading.Lock()

    @cached_property
    def _options(self) -> TransferOptions:
        """Made when bytes are first to be moved: most runs move none."""
        return self._make_options()

    @property
    def requests_sent(self) -> int:
        """Those of the control plane, tries included, and one for each stored file looked at."""
        return super().requests_sent + self._probed

    def create(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        live = super().create(kind, resource_id, spec)
        self._created.add(f"{kind.collection}/{resource_id}")
        return live

    def send_content(
        self, kind: Kind, resource_id: str, files: FileSet, progress: ByteProgress
    ) -> bool:
        from reconciler.transfer.upload import upload

        if kind.content is None:
            raise ReconcilerError(f"a {kind.name} has no content to send")
        limit = kind.content.direct_limit
        if limit is not None and len(files.files) == 1 and files.total_bytes < limit:
            from reconciler.direct_upload import send_direct

            path = self._path(kind, resource_id, "upload")
            arrived = partial(self._has_arrived, kind, resource_id)
            send_direct(self._client, path, files.files[0], progress, self._options, arrived)
            return False
        ask = partial(self.upload_urls, kind, resource_id)
        ask_resumable = partial(ask, resumable=True) if kind.content.resumable else None
        earlier = self._earlier(kind, resource_id, files)
        upload(files.files, ask, progress, self._options, ask_resumable, earlier)
        return True

    def _has_arrived(self, kind: Kind, resource_id: str) -> bool:
        live = self.read(kind, resource_id)
        uploading = kind.content.uploading_state if kind.content else ""
        return live is not None and live.state not in ("", uploading)

    def _earlier(self, kind: Kind, resource_id: str, files: FileSet) -> Earlier:
        """What earlier runs have left of a large upload: for a small one, asking costs as much."""
        from reconciler.transfer.earlier import Earlier, News

        if files.total_bytes < self._options.resumable_from:
            return Earlier()
        news = News(f"{kind.name}/{resource_id}", self._options.notice)
        return Earlier(self._stored(kind, resource_id), self._journal(kind, resource_id), news)

    def _stored(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFacts]:
        """What the storage holds already. No document says that a record which still waits for
        files gives URLs to look: a refusal only means that everything is sent."""
        from reconciler.transfer.hashing import StoredFacts
        from reconciler.transfer.probe import probe

        if f"{kind.collection}/{resource_id}" in self._created:
            return {}
        ask = partial(self.download_urls, kind, resource_id)
        try:
            found = probe(ask, self._options)
        except (ApiError, ContentError):
            self._options.require_going()
            return {}
        return {key: each for key, each in found.items() if isinstance(each, StoredFacts)}

    def _journal(self, kind: Kind, resource_id: str) -> ResourceJournal | None:
        """Bound to this incarnation; without its createTime (reads may lag) nothing is kept."""
        live = self.read(kind, resource_id) if self._options.journal else None
        if self._options.journal is None or live is None or not live.create_time:
            return None
        return self._options.journal.of(live.name, live.create_time)

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]:
        from reconciler.transfer.probe import probe

        ask = partial(self.download_urls, kind, resource_id)
        facts = {key: _stored(found) for key, found in probe(ask, self._options).items()}
        with self._lock:
            self._probed += len(facts)
        return facts

    def download_content(
        self, kind: Kind, resource_id: str, folder: Path, progress: ByteProgress
    ) -> tuple[Path, ...]:
        """Every file of the resource below ``folder``. Raises ContentError, ApiError."""
        from reconciler.transfer.download import download

        ask = partial(self.download_urls, kind, resource_id)
        return download(ask, folder, progress, self._options)

    def download_metrics(
        self, kind: Kind, job_id: str, folder: Path, progress: ByteProgress
    ) -> Path:
        """The file of a job's loss curve, below ``folder``. Raises ReconcilerError when there is no
        such job or no file yet, ContentError, ApiError."""
        from reconciler.api.metrics import metrics_url

        ask = partial(metrics_url, self, self._client, kind, job_id)
        return self._download_one(ask, folder, progress)

    def download_log(self, kind: Kind, job_id: str, folder: Path, progress: ByteProgress) -> Path:
        """What a job's trainer wrote, below ``folder``. Raises as ``download_metrics``."""
        from reconciler.api.metrics import log_url

        return self._download_one(partial(log_url, self, kind, job_id), folder, progress)

    def _download_one(
        self, ask: Callable[[], Mapping[str, str]], folder: Path, progress: ByteProgress
    ) -> Path:
        from reconciler.transfer.download import download

        (path,) = download(ask, folder, progress, self._options)
        return path


def _stored(found: Found) -> StoredFile | None:
    from reconciler.transfer.probe import Gone, Untold

    if isinstance(found, Gone):
        return None
    if isinstance(found, Untold):
        return StoredFile(why=found.why)
    return StoredFile(found.size, found.crc32c, found.md5)
