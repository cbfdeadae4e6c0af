"""What an account must look like once a run went wrong and another has finished the work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.lab import KEY, WANDB
from tests.faults.stories import BYSTANDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.emulator.ledger import RecordedRequest
    from tests.faults.lab import Kept, Lab
    from tests.faults.stories import Undisturbed
    from tests.whole.program import Ran

PAID = ("Jobs", "/deployments", "/deployedModels")
CODES = (0, 1, 4, 7)
OF_TIME = ("Time", "SignedUrl", "name")
"""Fields that differ from run to run by their nature; names that the server chose among them."""


@dataclass(frozen=True, slots=True)
class Struck:
    """The run that a fault struck, its requests, and the one exit code it must have; None: any
    that the contract knows for a run that went wrong."""

    ran: Ran
    requests: list[RecordedRequest]
    code: int | None = None


def problems(it: Lab, struck: Struck, expected: Undisturbed) -> Iterator[str]:
    """What is wrong after a struck run and the clean one that followed it."""
    if not it.emulator.faults.consumed:
        yield "the fault did not strike"
    yield from _of_its_end(struck)
    yield from standing(it, it.emulator.requests.index(struck.requests[0]), expected)


def standing(it: Lab, begun: int, expected: Undisturbed) -> Iterator[str]:
    """What is wrong with the account, the last run and all that was said; nothing when the story
    ended as it does without faults. ``begun``: how many requests were made before it."""
    clean = it.said[-1]
    again = it.run("plan", "--detailed-exitcode")
    if clean.code != 0:
        yield f"the clean run ended with {clean.code}: {clean.err}"
    if again.code != 0:
        yield f"the second plan is not empty: {again.out}{again.err}"
    if (bill := paid(it.emulator.requests[begun:])) != expected.paid:
        yield f"paid for {bill} instead of {expected.paid}"
    yield from _of_the_account(it.account(), expected)
    yield from _of_words(it)


def paid(requests: Iterable[RecordedRequest]) -> dict[str, int]:
    """How often each thing that costs money was made: creates that were carried out, whether or
    not their answers arrived."""
    return dict(Counter(_entry(r) for r in requests if _makes_paid(r) and r.status == 200))


def _makes_paid(request: RecordedRequest) -> bool:
    return request.is_write and request.method == "POST" and request.path.endswith(PAID)


def _entry(request: RecordedRequest) -> str:
    ids = (value for key, (value, *_) in request.query.items() if key.endswith("Id"))
    return "/".join((request.path.rpartition("/")[2], *ids))


def _of_its_end(struck: Struck) -> Iterator[str]:
    ran = struck.ran
    if ran.code not in (CODES if struck.code is None else (struck.code,)):
        yield f"the struck run ended with {ran.code}: {ran.err}"
    requests = (r for r in struck.requests if r.plane == "control")
    if ran.code == 1 and any(r.is_write and r.status == 200 for r in requests):
        yield f"the struck run ended with 1 though it had written: {ran.out}{ran.err}"
    if ran.code > 0 and not (ran.err or "failed" in ran.out):
        yield f"the struck run ended with {ran.code} and no word why: {ran.out}"


def _of_the_account(found: Kept, expected: Undisturbed) -> Iterator[str]:
    differing = {str(one) for one in _steady(found)} ^ {str(one) for one in _steady(expected.after)}
    if differing:
        yield f"the account differs: {sorted(differing)}"
    for name in BYSTANDERS:
        if found.get(name) != expected.before[name]:
            yield f"{name} was touched"


def _of_words(it: Lab) -> Iterator[str]:
    words = [text for ran in it.said for text in (ran.out, ran.err)]
    signatures = {
        value
        for request in it.emulator.requests
        for name, values in request.query.items()
        if name.lower() == "x-goog-signature"
        for value in values
    }
    for secret in (KEY, WANDB, *signatures):
        if any(secret in text for text in words):
            yield f"a secret was printed: {secret[:12]}"
    if any("Traceback" in text or "unexpected" in text for text in words):
        yield f"a failure of ours was printed: {words}"
    storage = (r.headers for r in it.emulator.requests if r.plane == "storage")
    if any("authorization" in headers for headers in storage):
        yield "the storage was told the key"


def _steady(kept: Kept) -> list[object]:
    """The account without what differs from run to run, such as names that the server chose."""
    return [(_name(name), _fields(fields), files) for name, (fields, files) in kept.items()]


def _name(name: str) -> str:
    return name.rpartition("/")[0] if "/deployedModels/" in name else name


def _fields(value: object) -> object:
    if isinstance(value, dict):
        return {k: _fields(v) for k, v in sorted(value.items()) if not k.endswith(OF_TIME)}
    return value
