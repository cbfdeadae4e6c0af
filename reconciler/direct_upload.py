"""A small dataset in one multipart POST to the control plane, which alone knows the API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.api.call import Call, Safety
from reconciler.api.deadline import still_moving
from reconciler.errors import AlreadyExists, AnswerLost, ContentError
from reconciler.transfer.direct import Multipart

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.api.client import ControlClient
    from reconciler.manifest.file_set import LocalFile
    from reconciler.provider import ByteProgress
    from reconciler.transfer.options import TransferOptions

TRIES = 3


def send_direct(
    client: ControlClient,
    path: str,
    file: LocalFile,
    progress: ByteProgress,
    options: TransferOptions,
    arrived: Callable[[], bool],
) -> None:
    """POST the file to ``path``; on doubt the state decides (``arrived``), for the content can only
    be the same. Raises ApiError, ContentError."""
    for left in reversed(range(TRIES)):
        try:
            _post(client, path, file, progress, options)
        except (AnswerLost, AlreadyExists):
            if arrived():
                return
            if not left:
                raise
        else:
            return


def _post(
    client: ControlClient,
    path: str,
    file: LocalFile,
    progress: ByteProgress,
    options: TransferOptions,
) -> None:
    def moved(sent: int) -> None:
        options.require_going()
        still_moving(options.stall_seconds)
        progress(file.key, sent, file.size)

    progress(file.key, 0, file.size)  # the first report says where it begins
    part = Multipart(file, moved)
    call = Call("POST", path, safety=Safety.ONCE)
    answer = client.call(call, part.body, part.headers)
    stored = answer.get("bytes")
    if stored is not None and str(stored) != str(file.size):
        raise ContentError(f"the platform took {stored} of the {file.size} bytes of {file.key}")
    progress(file.key, file.size, file.size, "size")
