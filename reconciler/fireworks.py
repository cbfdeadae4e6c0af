"""The platform as a Provider: the control plane and the byte edge, put together."""

from __future__ import annotations

import os
import threading
from functools import partial
from typing import TYPE_CHECKING

from reconciler.api.call import Call, Safety
from reconciler.api.client import ControlClient
from reconciler.api.clock import Clock, RealClock
from reconciler.api.control_plane import ControlPlane
from reconciler.api.deadline import still_moving
from reconciler.errors import AlreadyExists, AnswerLost, ContentError, ReconcilerError
from reconciler.transfer.direct import Multipart
from reconciler.transfer.download import download
from reconciler.transfer.options import TransferOptions
from reconciler.transfer.upload import upload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.api.connection import Connection
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.file_set import FileSet, LocalFile
    from reconciler.provider import ByteProgress

DIRECT_TRIES = 3


def connect(
    connection: Connection, *, read_only: bool, stop: threading.Event | None = None
) -> FireworksProvider:
    """A provider for the account; nothing is sent before its first call.

    ``stop``, once set, ends every wait and every upload of the provider within moments.
    """
    clock = RealClock(stop)
    client = ControlClient(connection, read_only=read_only, clock=clock)
    options = TransferOptions(
        allow_loopback=connection.loopback, stop=stop or threading.Event(), clock=clock
    )
    return FireworksProvider(connection, client, clock, options)


class FireworksProvider(ControlPlane):
    """The control plane, which knows the API key, and the byte edge, which never hears of it."""

    def __init__(
        self,
        connection: Connection,
        client: ControlClient,
        clock: Clock,
        options: TransferOptions,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(connection, client, clock, environ)
        self._options = options

    def send_content(
        self, kind: Kind, resource_id: str, files: FileSet, progress: ByteProgress
    ) -> bool:
        if kind.content is None:
            raise ReconcilerError(f"a {kind.name} has no content to send")
        limit = kind.content.direct_limit
        if limit is not None and len(files.files) == 1 and files.total_bytes < limit:
            self._send_direct(kind, resource_id, files.files[0], progress)
            return False
        ask = partial(self.upload_urls, kind, resource_id)
        try:
            upload(files.files, ask, progress, self._options)
        except AlreadyExists:
            return True  # its bytes are there already (fact sheet 3.4): validate decides
        return True

    def download_content(
        self, kind: Kind, resource_id: str, folder: Path, progress: ByteProgress
    ) -> tuple[Path, ...]:
        """Every file of the resource below ``folder``. Raises ContentError, ApiError."""
        ask = partial(self.download_urls, kind, resource_id)
        return download(ask, folder, progress, self._options)

    def _send_direct(
        self, kind: Kind, resource_id: str, file: LocalFile, progress: ByteProgress
    ) -> None:
        """One multipart POST; on doubt the state decides, for the content can only be the same."""
        for left in reversed(range(DIRECT_TRIES)):
            try:
                self._post_file(kind, resource_id, file, progress)
            except (AnswerLost, AlreadyExists):
                if self._is_ready(kind, resource_id):
                    return
                if not left:
                    raise
            else:
                return

    def _post_file(
        self, kind: Kind, resource_id: str, file: LocalFile, progress: ByteProgress
    ) -> None:
        def moved(sent: int) -> None:
            self._options.require_going()
            still_moving(self._options.stall_seconds)
            progress(file.key, sent, file.size)

        part = Multipart(file, moved)
        call = Call("POST", self._path(kind, resource_id, "upload"), safety=Safety.ONCE)
        answer = self._client.call(call, part.body, part.headers)
        stored = answer.get("bytes")
        if stored is not None and str(stored) != str(file.size):
            text = f"the platform took {stored} of the {file.size} bytes of {file.key}"
            raise ContentError(text)

    def _is_ready(self, kind: Kind, resource_id: str) -> bool:
        live = self.read(kind, resource_id)
        uploading = kind.content.uploading_state if kind.content else ""
        return live is not None and live.state not in ("", uploading)
