"""An account from another time: every answer damaged, and a plan made from it all the same."""

from __future__ import annotations

import json
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler import engine
from reconciler.api.client import ControlClient
from reconciler.api.clock import RealClock
from reconciler.api.connection import Connection
from reconciler.api.lean import httpx
from reconciler.api.retry import RetryPolicy
from reconciler.errors import ReconcilerError
from reconciler.fireworks import FireworksProvider
from reconciler.kinds.registry import all_kinds, kind
from reconciler.live.snapshot import take_snapshot
from reconciler.manifest.project import Policy, find_project
from reconciler.plan.context import PlanContext
from reconciler.report.json_plan import plan_json
from reconciler.report.status import render_status, status_json
from reconciler.report.style import Style
from reconciler.report.text_plan import render_plan
from reconciler.transfer.options import TransferOptions
from tests.fuzz.choices import Choices, damaged
from tests.hostile import unsafe_in_log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState

EXAMPLES = ("quickstart", "fine-tune-and-deploy", "lora-adapter", "dpo", "legacy-fine-tuning")
ACCOUNT = "acme"
WHEN = "2026-07-01T12:00:00Z"
ENVIRON = {"FIREWORKS_API_KEY": "fw_fuzz", "FIREWORKS_BASE_URL": "https://api.fireworks.ai"}


def account(data: bytes) -> None:
    """The plan is made or refused in words; nothing is written, whatever was answered."""
    choices = Choices(data)
    wanted = _desired(choices.pick(EXAMPLES))
    answers = _answers(wanted)
    for _ in range(1 + choices.below(3)):
        path = choices.pick(sorted(answers))
        answers = {**answers, path: damaged(answers[path], choices)}
    methods: list[str] = []
    with closing(_reader(answers, methods)) as reader:
        try:
            plan = engine.make_plan(wanted, reader, _context())
            live = take_snapshot(wanted, reader)
        except ReconcilerError:
            return
        finally:
            assert {"GET"} >= set(methods)
    for text in (render_plan(plan, Style()), plan_json(plan), status_json(wanted, live)):
        assert [] == unsafe_in_log(text)
    assert [] == unsafe_in_log(render_status(wanted, live, Style(), everything=True))


@cache
def _desired(example: str) -> DesiredState:
    root = Path("examples", example).resolve()
    project = find_project([], root, None)
    return engine.desire([], project, root, ACCOUNT)


def _context() -> PlanContext:
    return PlanContext(ENVIRON["FIREWORKS_BASE_URL"], "", WHEN, Policy())


def _answers(wanted: DesiredState) -> dict[str, Any]:
    """What the platform would answer, by path, if all of it had been applied."""
    answers: dict[str, Any] = {}
    for each in all_kinds().values():
        rows = [_row(r.ref.kind, r.name, r.spec) for r in wanted.resources.values() if r.name]
        mine = [row for row in rows if f"/{each.collection}/" in row["name"]]
        path = f"/v1/accounts/{ACCOUNT}/{each.collection}"
        answers[path] = {each.collection: mine, "totalSize": len(mine), "nextPageToken": ""}
        answers |= {f"/v1/{row['name']}": row for row in mine}
    return answers


def _row(kind_name: str, name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    ready = [state for state, meaning in kind(kind_name).states.items() if meaning.value == "ready"]
    server = {"name": name, "state": ready[0], "createTime": WHEN, "updateTime": WHEN}
    return {**json.loads(json.dumps(spec)), **server, "status": {"code": "OK", "message": ""}}


def _reader(answers: Mapping[str, Any], methods: list[str]) -> FireworksProvider:
    def handle(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        if request.url.path not in answers:
            return httpx.Response(404, json={"code": 5, "message": "not found"})
        text = json.dumps(answers[request.url.path])
        return httpx.Response(200, text=text, headers={"content-type": "application/json"})

    connection = Connection.from_environment(ENVIRON["FIREWORKS_BASE_URL"], ACCOUNT, ENVIRON)
    once = RetryPolicy(base=0.0, cap=0.0, tries=1, connect_tries=1)
    transport = httpx.MockTransport(handle)
    client = ControlClient(connection, read_only=True, policy=once, transport=transport)
    return FireworksProvider(connection, client, RealClock(), TransferOptions, ENVIRON)
