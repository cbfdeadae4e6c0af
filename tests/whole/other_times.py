"""A platform from another time: one field of one kind of answer dropped, nulled, retyped, renamed.

A cell is a route, a field of its answers and a mutation; it lasts for a whole plan and apply, as an
older or a newer server would. The judge looks at what was raised, said, written and paid.
"""

from __future__ import annotations

import copy
import json
import re
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler import engine
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.errors import ReconcilerError
from reconciler.execute.exit_code import exit_code
from reconciler.execute.options import ExecuteOptions, Wait
from reconciler.live.content_wish import ContentMode, ContentWish
from reconciler.live.snapshot import list_account
from reconciler.manifest.project import Policy
from reconciler.plan.build import PlanContext
from reconciler.report.drifted import drift_json, render_drift
from reconciler.report.json_plan import plan_json
from reconciler.report.status import render_status, status_json
from reconciler.report.style import Style
from reconciler.report.text_plan import render_plan
from tests.execute.against_emulator import Account
from tests.execute.fake_clock import FakeClock
from tests.export.exporting import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.emulator.ledger import RecordedRequest
    from reconciler.plan.plan import Plan

Path = tuple[str, ...]
EACH = "[]"
"""A step of a path that means each item of a list, or each member of a map of URLs."""

ENUM = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
MUTATIONS = ("dropped", "nulled", "retyped", "renamed")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """``route`` is a method and a regex of paths, as a fault takes them."""

    example: str
    method: str
    route: str
    path: Path
    mutation: str

    @property
    def name(self) -> str:
        short = self.route.replace("/v1/accounts/acme/", "").replace("[^/:]+", "ID").strip("^ $")
        return f"{self.example}: {self.method} {short} {'.'.join(self.path)} {self.mutation}"

    @property
    def lot(self) -> int:
        """The same on every machine and every day, and of no pattern."""
        return zlib.crc32(self.name.encode())

    def mangle(self, answer: Any) -> Any:
        """The answer as that server would give it."""
        spoiled = copy.deepcopy(answer)
        for holder, key in _places(spoiled, self.path):
            if self.mutation == "dropped":
                del holder[key]
            else:
                holder[key] = _MADE[self.mutation](holder[key])
        return spoiled


def _retyped(value: Any) -> Any:
    if isinstance(value, str):
        return 7
    if isinstance(value, bool) or value is None:
        return "maybe"
    if isinstance(value, int | float):
        return [str(value)]
    return {"was": "a list"} if isinstance(value, list) else ["was an object"]


_MADE: dict[str, Callable[[Any], Any]] = {
    "nulled": lambda _value: None,
    "retyped": _retyped,
    "renamed": lambda _value: "FROM_ANOTHER_TIME",
}


def _places(node: Any, path: Path) -> Iterator[tuple[Any, Any]]:
    if not path:
        return
    first, rest = path[0], path[1:]
    if first == EACH:
        keys: Iterable[Any] = list(node) if isinstance(node, dict) else range(len(node or ()))
    else:
        keys = [first] if isinstance(node, dict) and first in node else []
    for key in reversed(list(keys)):
        if rest:
            yield from _places(node[key], rest)
        else:
            yield node, key


def cells(example: str) -> list[Cell]:
    """Every cell of an example's plan, apply and second plan."""
    found: set[Cell] = set()
    with Emulator() as emulator, _recorded(emulator) as told:
        account = Account(example, emulator)
        for _ in ("empty lists", "full ones"):
            _use(account)
    for request, answer in told:
        route = f"^{request.method} {_template(request.path)}$"
        for field, value in _fields(answer, ()):
            for mutation in MUTATIONS:
                if mutation != "renamed" or _is_enum(value):
                    found.add(Cell(example, request.method, route, field, mutation))
    return sorted(found)


def _template(path: str) -> str:
    """``/v1/accounts/acme/datasets`` as it is, behind it any id; a verb stays."""
    *parent, last = path.split("/")
    return path if len(parent) < 5 else "/".join([*parent, re.sub(r"^[^:]+", "[^/:]+", last)])


@contextmanager
def _recorded(emulator: Emulator) -> Iterator[list[tuple[RecordedRequest, Any]]]:
    """What is asked and answered within the block: observers hear every emulator of the process."""
    told: list[tuple[RecordedRequest, Any]] = []

    def watch(request: RecordedRequest, answered: bytes | None) -> None:
        if request.plane == "control" and answered:
            told.append((request, json.loads(answered)))

    emulator.observers.append(watch)
    try:
        yield told
    finally:
        emulator.observers.remove(watch)


def _fields(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, node
    if isinstance(node, dict) and path[-1:] == ("filenameToSignedUrls",):
        yield from ((place, v) for n in node.values() for place, v in _fields(n, (*path, EACH)))
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _fields(child, (*path, key))
    elif isinstance(node, list):
        for item in node:
            yield from _fields(item, (*path, EACH))


def _is_enum(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 1 and ENUM.fullmatch(value) is not None


def judged(cell: Cell) -> list[str]:
    """What is wrong with how we take such a server; empty: nothing."""
    with Emulator() as emulator:
        account = Account(cell.example, emulator)
        fault = Fault("rewrite", cell.method, cell.route, times=None, rewrite=cell.mangle)
        wrong: list[str] = []
        for run in ("first", "clean", "last"):
            emulator.faults.clear()
            if run != "clean":
                emulator.faults.add(fault)
            made = len(_creates(emulator))
            wrong += [f"{run} run: {said}" for said in _run(account)]
            again = _creates(emulator)[made:] if run == "last" else ()
            wrong += [f"last run: creates again what is there: {path}" for path in again]
        wrong += _bought(account)
        if fault not in emulator.faults.consumed:
            wrong.append("the fault did not strike")
    return wrong


def _run(account: Account) -> Iterator[str]:
    try:
        _use(account)
    except ReconcilerError as error:
        if error.exit_code not in (1, 4, 6, 7) or not error.message.strip():
            yield f"ends with {error.exit_code}: {error.message!r}"
    except Exception as error:  # whatever else is raised is a traceback for a user
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at else ""
        yield f"{type(error).__name__} at {place}: {error}"
    yield from ()


def _use(account: Account) -> None:
    """Plan, look at everything in every form, apply. Raises what the commands would."""
    emulator, before = account.emulator, len(account.emulator.writes)
    plan = _plan(account)
    for text in (render_plan(plan, Style()), plan_json(plan), render_drift(plan, Style())):
        assert text
    drift_json(plan)
    live = list_account(account.provider())
    for everything in (True, False):
        render_status(account.desired, live, Style(), everything=everything)
        status_json(account.desired, live, everything=everything)
    Desk(emulator).export()
    assert before == len(emulator.writes), "a read has written"
    if any(not change.blocked_by for change in plan.pending):
        options = ExecuteOptions(
            parallelism=1, wait=Wait.READY, clock=FakeClock(), timeout_seconds=300
        )
        outcomes = engine.apply(plan, account.provider(), options)
        assert exit_code(outcomes, plan) in (0, 1, 4, 6, 7)
        unexpected = [str(one.ref) for one in outcomes if type(one.error) is ReconcilerError]
        assert not unexpected, [one.detail for one in outcomes]
        unread = {change.ref for change in plan.changes if change.change.reason.code == "not-read"}
        assert not any(one.wrote for one in outcomes if one.ref in unread), "written unread"


def _plan(account: Account) -> Plan:
    context = PlanContext(account.emulator.url, "", "2026-01-01T00:00:00Z", Policy())
    content = ContentWish(ContentMode.ALL)
    return engine.make_plan(account.desired, account.provider(), context, content=content)


def _creates(emulator: Emulator) -> list[str]:
    """The collections to which a create was sent that made something, or that only our look before
    it keeps from making a second one: of loads the platform itself refuses those."""
    return [
        request.path
        for request in emulator.writes
        if request.method == "POST" and request.path.count("/") == 4
        if request.status == 200 or not request.path.endswith("/deployedModels")
    ]


def _bought(account: Account) -> Iterator[str]:
    """Paid things are made once each, over all runs."""
    paid = ("Jobs", "/deployments")
    made = [r for r in account.emulator.writes if r.method == "POST" and r.status == 200]
    for end in paid:
        paths = [r.path for r in made if r.path.endswith(end)]
        if len(paths) > 1:
            yield f"{len(paths)} creates of {paths[0]} were paid"
