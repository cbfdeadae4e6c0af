"""A storage of resumable sessions as plain values, which misbehaves as a list of words tells it.

One thing it does not do: store other bits and tell no hash. Nobody could see that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.transfer.hashing import Digest
from reconciler.transfer.resumable_session import Chunk, ResumableSession, Start, Verify
from reconciler.transfer.session import Answer, AskUrl, Done

GRAIN = 256 * 1024
URL = "https://storage.googleapis.com/b/o?X-Goog-Signature=s"
SESSION = "https://storage.googleapis.com/b/o?upload_id="
BEHAVIOURS = (
    "good", "unheard", "lost", "half", "less", "nothing", "busy", "throttled", "error", "gone",
    "cancelled", "not found", "expired", "refused", "flip", "absurd", "garbled", "early", "bare",
)  # fmt: skip


def digest_of(content: bytes) -> Digest:
    digest = Digest()
    digest.update(content)
    return digest


@dataclass(slots=True)
class ModelStorage:
    """``blob`` is the finished object, ``sessions`` what each holds, ``received`` bytes in all."""

    behaviours: list[str]
    size: int
    sessions: dict[str, bytearray] = field(default_factory=dict)
    blob: bytes | None = None
    received: int = 0
    spoiled: bool = False

    def next_behaviour(self) -> str:
        return self.behaviours.pop(0) if self.behaviours else "good"

    def start(self) -> Answer | None:
        """None: the connection broke."""
        behaviour = self.next_behaviour()
        if behaviour in ("unheard", "half"):
            return None
        bad = _error(behaviour)
        if bad is not None:
            return bad
        uri = f"{SESSION}{len(self.sessions)}"
        self.sessions[uri] = bytearray()
        return None if behaviour == "lost" else Answer(201, {"location": uri})

    def put(self, chunk: Chunk, body: bytes) -> tuple[Answer | None, int]:
        """The answer, None when the connection broke, and how much of the body had gone out."""
        behaviour = self.next_behaviour()
        if behaviour == "unheard":
            return None, 0
        bad = _error(behaviour)
        if bad is not None:
            return bad, len(body)
        return self._store(chunk, body, behaviour)

    def _store(self, chunk: Chunk, body: bytes, behaviour: str) -> tuple[Answer | None, int]:
        held = self.sessions.get(chunk.uri)
        if held is None:
            return _error("not found"), 0
        if behaviour == "early" and self.size:
            return Answer(200, {}), len(body) // 2
        taken = body[: _taken(len(body), behaviour)]
        self.received += len(taken)
        assert not body or chunk.start <= len(held), "a chunk left a gap"
        if self.blob is None or len(held) < self.size:
            held += self._spoiled(taken[max(0, len(held) - chunk.start) :], behaviour)
        return self._answer(held, behaviour), len(body)

    def _spoiled(self, content: bytes, behaviour: str) -> bytes:
        if behaviour != "flip" or not content:
            return content
        self.spoiled = True
        return bytes([content[0] ^ 1]) + content[1:]

    def _answer(self, held: bytearray, behaviour: str) -> Answer | None:
        if behaviour == "nothing":
            held.clear()
        whole = len(held) == self.size
        if whole:
            self.blob = bytes(held)
        if behaviour in ("lost", "half"):
            return None
        if whole:
            hashed = {"x-goog-hash": f"crc32c={digest_of(bytes(held)).crc32c}"}
            bare = behaviour == "bare" and not self.spoiled
            return Answer(200, {} if bare else hashed)
        if behaviour == "absurd":
            return Answer(308, {"range": f"bytes=0-{self.size + 5}"})
        if behaviour == "garbled":
            return Answer(308, {"range": "bytes 7"})
        return Answer(308, {"range": f"bytes=0-{len(held) - 1}"} if held else {})


def _taken(length: int, behaviour: str) -> int:
    return length // 2 // GRAIN * GRAIN if behaviour in ("half", "less") else length


def _error(behaviour: str) -> Answer | None:
    expired = b"<Error><Code>ExpiredToken</Code></Error>"
    known = {
        "busy": Answer(503, {}),
        "throttled": Answer(429, {"retry-after": "1"}),
        "error": Answer(500, {}, b"<html>"),
        "gone": Answer(410, {}),
        "cancelled": Answer(499, {}),
        "not found": Answer(404, {}),
        "expired": Answer(400, {}, expired),
        "refused": Answer(403, {}, b"<Error><Code>AccessDenied</Code></Error>"),
    }
    return known.get(behaviour)


def drive(session: ResumableSession, content: bytes, storage: ModelStorage) -> None:
    """Do what the session says until it is done. Raises what it raises."""
    for _ in range(1000):
        command = session.next()
        if isinstance(command, Done):
            return
        _do(command, session, content, storage)
    raise AssertionError("it never ends")


def _do(command: object, session: ResumableSession, content: bytes, storage: ModelStorage) -> None:
    match command:
        case AskUrl():
            session.url(URL)
        case Verify():
            session.verified(digest_of(content))
        case Start():
            answer = storage.start()
            session.broken("cut") if answer is None else session.started(answer)
        case Chunk() as chunk:
            answer, sent = storage.put(chunk, content[chunk.start : chunk.stop])
            if answer is None:
                session.broken("cut")
            else:
                session.answered(answer, chunk, sent)
