"""How bytes are sent and read: budget, patience, sizes, and what ends it."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.api.clock import Clock, RealClock
from reconciler.api.limiter import Limiter
from reconciler.api.retry import RetryPolicy
from reconciler.errors import ContentError
from reconciler.transfer.connections import STALL_SECONDS, StorageConnection
from reconciler.transfer.lanes import Lanes

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.file_set import LocalFile
    from reconciler.transfer.hashing import Digest
    from reconciler.transfer.journal import Journal

MIB = 1 << 20
GRAIN = 256 * 1024  # every chunk of a resumable session but the last is a multiple (GCS)
WORKERS = 8
"""Connections of a run. One carries 10 to 50 MB/s to a distant storage whatever the line can do,
so eight fill a line of 1 to 3 Gbit/s; with 1 MiB each they hold 8 MiB of memory."""
RESUMABLE_FROM = 64 * MIB
"""Bytes from which a file goes resumably. A cut costs half a file on average: below this some
seconds, about what two more round trips and an entry in the journal cost for every file."""
CHUNK = 64 * MIB
"""Bytes of a chunk: at 50 MB/s and 20 ms the round trip after each is under 2 %. A cut inside one
costs only what the storage had not kept, for its status is asked then."""
SLICE = 32 * MIB
"""Bytes of a range of a parallel download; a kill costs at most one a connection."""
STORAGE_POLICY = RetryPolicy(tries=6)


def _unheard(_text: str) -> None:
    """Notices that nobody listens to."""


def _unkept(_file: LocalFile, _digest: Digest) -> None:
    """Digests that nobody wants to remember."""


@dataclass(frozen=True, slots=True)
class TransferOptions:
    """``stop`` ends every transfer within a block or a stall.

    ``allow_loopback``: signed URLs may name this machine (the platform is the emulator).
    ``workers``: connections, of all transfers with these options together. ``stall_seconds``:
    without a byte moving, after which a connection is given up. ``notice`` is told what saved work
    or could not; ``hashed``, from any thread, the digest of each file whose bytes are all in the
    storage; ``journal`` is None when no later run shall go on with unfinished uploads.
    ``lanes`` and ``pace`` are shared by all transfers: the budget, and the limiter that one 429 or
    503 of the storage slows for all.
    """

    allow_loopback: bool = False
    workers: int = WORKERS
    policy: RetryPolicy = STORAGE_POLICY
    stall_seconds: float = STALL_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Clock = field(default_factory=RealClock)
    jitter: Callable[[], float] = random.random
    resumable_from: int = RESUMABLE_FROM
    chunk: int = CHUNK
    slice: int = SLICE
    notice: Callable[[str], None] = _unheard
    hashed: Callable[[LocalFile, Digest], None] = _unkept
    journal: Journal | None = None
    lanes: Lanes = field(init=False, compare=False, repr=False)
    pace: Limiter = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.chunk <= 0 or self.chunk % GRAIN:
            raise ValueError(f"a chunk must be a multiple of {GRAIN} bytes, but was {self.chunk}")
        object.__setattr__(self, "lanes", Lanes(self.workers, self._connection))
        object.__setattr__(self, "pace", Limiter(self.clock))

    def _connection(self) -> StorageConnection:
        return StorageConnection(self.stall_seconds, self.stop)

    def require_going(self) -> None:
        """Raise ContentError when the run was asked to stop."""
        if self.stop.is_set():
            raise ContentError("stopped before every byte had moved", "run it again to go on")

    def heard(self, status: int, wait: float | None) -> None:
        """An answer of the storage: 429 and 503 slow everybody, any other lets all go again.

        ``wait``: what Retry-After asks for, in seconds. Without it a 503 means a request a second,
        not a pause of everybody for as long as one file waits.
        """
        if status in (429, 503):
            self.pace.throttled(wait or 0.0)
        else:
            self.pace.accepted()
