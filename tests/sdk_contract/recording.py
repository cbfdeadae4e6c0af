"""Watches every emulator of the test process: what our client asks, what anyone is answered.

A request counts as ours by its User-Agent, so tests may send any rubbish with a client of their
own; answers are judged whoever asked. What an emulator of another process hears is not seen.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.emulator.ledger import RecordedRequest

OUR_AGENT = re.compile(r"(fireworks-)?reconciler/")
SHOWN = 10
VARYING = re.compile(rb"[0-9a-f]{16,}|[0-9]+")
"""What differs from run to run: digests, signatures, and every number."""


@dataclass(slots=True)
class Traffic:
    """What was said to and by the emulators; judged later, not on the thread that answers.

    Of exchanges that differ in numbers, dates and digests alone one is kept: a sweep has hundreds
    of thousands in one test.
    """

    heard: list[tuple[RecordedRequest, bytes | None]] = field(default_factory=list)
    _known: set[bytes] = field(default_factory=set)

    def observe(self, request: RecordedRequest, answered: bytes | None) -> None:
        """Remember a request to the control plane and its answer, unless one like it was heard."""
        if request.plane != "control":
            return
        alike = _likeness(request, answered)
        if alike not in self._known:
            self._known.add(alike)
            self.heard.append((request, answered))

    def request_problems(self) -> list[str]:
        """What is wrong with our own requests, once each, in order."""
        ours = [
            request
            for request, answered in self.heard
            # A fault that strikes first leaves a body unread: there is nothing to judge.
            if is_ours(request) and not (answered is None and request.body is None)
        ]
        return _once(problem for request in ours for problem in judge_request(request))

    def answer_problems(self) -> list[str]:
        """What is wrong with the answers, whoever asked, once each, in order."""
        return _once(
            problem
            for request, answered in self.heard
            if answered is not None
            for problem in judge_answer(request, answered)
        )


def _likeness(request: RecordedRequest, answered: bytes | None) -> bytes:
    """The same for exchanges whose judgement is the same."""
    media = request.headers.get("content-type", "")
    said = (request.method, request.path, request.query, media, is_ours(request), request.status)
    parts = (repr(said).encode(), repr(request.body).encode(), repr(answered).encode())
    return hashlib.blake2b(VARYING.sub(b"0", b" ".join(parts)), digest_size=16).digest()


def is_ours(request: RecordedRequest) -> bool:
    """Whether our own client sent it."""
    return OUR_AGENT.match(request.headers.get("user-agent", "")) is not None


def judge_request(request: RecordedRequest) -> list[str]:
    """What is wrong with a request of ours."""
    # The SDK takes most of a second to import: only tests that talk pay for it.
    from tests.sdk_contract.contract import check_request

    media = request.headers.get("content-type", "")
    return check_request(request.method, request.path, request.query, request.body, media)


def judge_answer(request: RecordedRequest, answered: bytes) -> list[str]:
    """What is wrong with an answer of the emulator."""
    from tests.sdk_contract.contract import check_answer

    return check_answer(request.method, request.path, request.status, answered)


def shown(problems: list[str]) -> str:
    """The problems as a failing test shows them."""
    more = [f"... and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    title = "what the official SDK and the documents do not know:"
    return "\n  ".join([title, *problems[:SHOWN], *more])


def _once(problems: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(problems))


@contextmanager
def recorded() -> Iterator[Traffic]:
    """What is said to any emulator of this process inside the block.

    Raises AssertionError when somebody began to watch in the block and goes on: such a one hears,
    and keeps, everything to the end of the process.
    """
    traffic = Traffic()
    before = list(Emulator.observers)
    Emulator.observers.append(traffic.observe)
    try:
        yield traffic
    finally:
        left = [each for each in Emulator.observers if each not in (*before, traffic.observe)]
        Emulator.observers[:] = before
    assert not left, f"still watch every emulator: {left}"
