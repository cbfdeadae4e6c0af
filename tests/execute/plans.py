"""Small plans, written down as values."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.desired.resource import Resource
from reconciler.diagnostic import SourceLocation
from reconciler.diff.change import Action, Change, FieldChange, Reason
from reconciler.execute.execute import execute
from reconciler.execute.options import ExecuteOptions, Wait
from reconciler.kinds.registry import kind
from reconciler.manifest.file_set import FileIdentity, FileSet, LocalFile
from reconciler.manifest.manifest import Manifest
from reconciler.plan.plan import Plan, PlannedChange, Step, Verb
from reconciler.ref import ResourceRef
from tests.execute.fake_provider import ACCOUNT, FakeProvider

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.execute.event import Event
    from reconciler.execute.outcome import Outcome
    from reconciler.live.state import LiveResource

DATASET, MODEL = kind("Dataset"), kind("Model")
JOB, OLD_JOB = kind("SupervisedFineTuningJob"), kind("FineTuningJob")
SEND = (Verb.CREATE, Verb.UPLOAD, Verb.VALIDATE, Verb.WAIT)
REPAIR = (Verb.UPLOAD, Verb.VALIDATE, Verb.WAIT)


def files(*keys: str, present: bool = True) -> FileSet:
    identity = FileIdentity(1, 1, 10, 1) if present else None
    absent = None if present else "Git LFS pointer"
    local = [LocalFile(k, Path("/data") / k, 10, "0" * 64, identity, absent) for k in keys]
    return FileSet(tuple(local), rows=3)


def resource(
    ref: str,
    spec: Mapping[str, Any] | None = None,
    *,
    sends: FileSet | None = None,
    makes: str | None = None,
    absent: bool = False,
) -> Resource:
    parsed = ResourceRef.parse(ref)
    name = f"accounts/{ACCOUNT}/{kind(parsed.kind).collection}/{parsed.name}"
    place = SourceLocation("manifests/all.yaml", 3, 1)
    manifest = Manifest(parsed, spec or {}, place, files=sends, absent=absent)
    made = f"accounts/{ACCOUNT}/models/{makes}" if makes else None
    return Resource(parsed, name, spec or {}, manifest, output_model=made)


def planned(
    action: Action,
    wanted: Resource,
    *verbs: Verb,
    live: LiveResource | None = None,
    after: Iterable[str] = (),
    blocked_by: tuple[str, ...] = (),
    fields: tuple[FieldChange, ...] = (),
) -> PlannedChange:
    change = Change(wanted, action, Reason("test", "because of a test"), live, fields)
    steps = tuple(Step(verb, verb.value) for verb in verbs)
    return PlannedChange(change, steps, tuple(map(ResourceRef.parse, after)), blocked_by)


def dataset(name: str = "rows", **more: Any) -> PlannedChange:
    """A dataset to be created and sent."""
    wanted = resource(f"Dataset/{name}", {"format": "CHAT"}, sends=files("rows.jsonl"))
    return planned(Action.CREATE, wanted, *SEND, **more)


def job(name: str = "tune", **more: Any) -> PlannedChange:
    """A training job to be run on the dataset ``rows``."""
    spec = {"dataset": f"accounts/{ACCOUNT}/datasets/rows", "epochs": 1}
    wanted = resource(f"SupervisedFineTuningJob/{name}", spec, makes=f"{name}-model")
    return planned(Action.RUN, wanted, Verb.CREATE, **more)


def old_job(name: str = "tune") -> PlannedChange:
    """A job of the older collection, whose records the platform may name itself."""
    spec = {
        "dataset": f"accounts/{ACCOUNT}/datasets/rows",
        "baseModel": "accounts/fireworks/models/base",
        "modelId": f"{name}-model",
        "textCompletion": {"inputTemplate": "{q}", "outputTemplate": "{a}"},
    }
    wanted = resource(f"FineTuningJob/{name}", spec, makes=f"{name}-model")
    return planned(Action.RUN, wanted, Verb.CREATE)


def plan_of(*changes: PlannedChange) -> Plan:
    return Plan(ACCOUNT, "http://127.0.0.1", "", "2026-01-01T00:00:00Z", changes)


class Applied:
    """One run: its outcomes by ref, and the events it told."""

    def __init__(self, outcomes: tuple[Outcome, ...], events: list[Event]) -> None:
        self.all = outcomes
        self.events = events

    def __getitem__(self, ref: str) -> Outcome:
        return next(outcome for outcome in self.all if str(outcome.ref) == ref)

    @property
    def only(self) -> Outcome:
        (outcome,) = self.all
        return outcome

    def texts(self, type_: str) -> list[str]:
        return [event.text for event in self.events if event.type.value == type_]


def apply(
    provider: FakeProvider,
    *changes: PlannedChange,
    wait: Wait | None = None,
    timeout: float = 3600.0,
    parallelism: int = 4,
    stop: threading.Event | None = None,
    grace: float = 4.0,
) -> Applied:
    events: list[Event] = []
    options = ExecuteOptions(
        parallelism=parallelism,
        wait=wait,
        timeout_seconds=timeout,
        listener=events.append,
        stop=stop or threading.Event(),
        clock=provider.clock,
        grace_seconds=grace,
    )
    return Applied(execute(plan_of(*changes), provider, options), events)
