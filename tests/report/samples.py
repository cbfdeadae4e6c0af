"""One plan, its outcomes and a project as values: what every renderer is shown."""

from __future__ import annotations

from dataclasses import replace

from reconciler.desired.resource import DesiredState, Resource
from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.diff.change import Action, Change, FieldChange, Reason
from reconciler.errors import ReconcilerError
from reconciler.execute.outcome import Outcome, Status
from reconciler.graph import Graph
from reconciler.live.state import LiveResource, LiveState
from reconciler.manifest.manifest import Manifest
from reconciler.plan.plan import Cost, Plan, PlannedChange, Step, Verb
from reconciler.ref import ResourceRef

ACCOUNT = "acme"
COLLECTIONS = {
    "Dataset": "datasets",
    "Model": "models",
    "SupervisedFineTuningJob": "supervisedFineTuningJobs",
}
ROWS = ResourceRef("Dataset", "support-chat")
TUNE = ResourceRef("SupervisedFineTuningJob", "support-bot")
BASE = ResourceRef("Model", "support-base")
ROUTER = ResourceRef("Model", "router")
OLD = ResourceRef("Dataset", "support-2024")
SAME = ResourceRef("Dataset", "eval")


def resource(
    ref: ResourceRef, line: int, *, needs: tuple[ResourceRef, ...] = (), makes: str | None = None
) -> Resource:
    place = SourceLocation("manifests/support.yaml", line, 1)
    name = f"accounts/{ACCOUNT}/{COLLECTIONS[ref.kind]}/{ref.name}"
    made = f"accounts/{ACCOUNT}/models/{makes}" if makes else None
    return Resource(ref, name, {}, Manifest(ref, {}, place), needs, made)


def live(ref: ResourceRef, state: str, **body: object) -> LiveResource:
    name = f"accounts/{ACCOUNT}/{COLLECTIONS[ref.kind]}/{ref.name}"
    return LiveResource(ref.kind, name, state, {"name": name, **body}, "2026-01-01T00:00:00Z")


def planned(
    action: Action, wanted: Resource, code: str, why: str, *steps: Step, **more: object
) -> PlannedChange:
    return replace(
        PlannedChange(Change(wanted, action, Reason(code, why)), steps),
        **more,  # type: ignore[arg-type]
    )


def with_change(change: PlannedChange, **more: object) -> PlannedChange:
    return replace(change, change=replace(change.change, **more))  # type: ignore[arg-type]


CREATE = planned(
    Action.CREATE,
    resource(ROWS, 1),
    "not-there",
    "is not in the account",
    Step(Verb.CREATE, "create"),
    Step(Verb.UPLOAD, "upload 1 file, 91 MB", 1, 91_000_000),
    Step(Verb.WAIT, "wait until ready"),
)
RUN = planned(
    Action.RUN,
    resource(TUNE, 12, needs=(ROWS,), makes="support-bot"),
    "never-run",
    "has not run yet",
    Step(Verb.CREATE, "create"),
    depends_on=(ROWS,),
    cost=Cost(28.0, 37.0, "21.7M tokens x 3 epochs at $0.50"),
    risk=("money",),
)
REPAIR = planned(
    Action.REPAIR,
    resource(BASE, 30),
    "half-sent",
    "its upload was interrupted (UPLOADING)",
    Step(Verb.UPLOAD, "upload 3 files, 4.2 GB", 3, 4_200_000_000),
    Step(Verb.VALIDATE, "validate"),
)
UPDATE = with_change(
    planned(
        Action.UPDATE,
        resource(ROUTER, 44),
        "fields-differ",
        "2 fields differ",
        Step(Verb.UPDATE, "update displayName, supportsTools"),
    ),
    fields=(
        FieldChange("displayName", "Router (tmp)", "Router", "may be changed in place"),
        FieldChange("supportsTools", None, True, "may be changed in place"),
    ),
)
PROTECTED = "protected: lifecycle.preventDestroy is on"
WAY_OUT = "--allow delete:Dataset/support-2024"
DELETE = with_change(
    planned(
        Action.DELETE,
        resource(OLD, 60),
        "tombstone",
        "metadata.state is absent: its content cannot be restored from the platform",
        Step(Verb.DELETE, "delete"),
        risk=("data loss",),
        blocked_by=(PROTECTED,),
    ),
    refusals=(
        Diagnostic(
            Severity.ERROR,
            "protected",
            PROTECTED,
            SourceLocation("manifests/support.yaml", 60, 1),
            OLD,
            WAY_OUT,
        ),
    ),
)
NONE = with_change(
    planned(Action.NONE, resource(SAME, 70), "equal", "matches the manifest"),
    live=live(SAME, "READY"),
)
FAILED_REF = ResourceRef("SupervisedFineTuningJob", "last-year")
FAILED = with_change(
    planned(
        Action.NONE,
        resource(FAILED_REF, 75),
        "has-run",
        "has run and failed (JOB_STATE_FAILED: out of memory)",
    ),
    live=live(FAILED_REF, "JOB_STATE_FAILED"),
)
WARNING = Diagnostic(
    Severity.WARNING,
    "many-epochs",
    "spec.epochs: more than 10 epochs rarely help",
    SourceLocation("manifests/support.yaml", 18, 3),
    TUNE,
)

PLAN = Plan(
    ACCOUNT,
    "https://api.fireworks.ai",
    "4f1c2d9aa0b1",
    "2026-11-22T14:02:11Z",
    (CREATE, RUN, REPAIR, UPDATE, DELETE, NONE, FAILED),
    (WARNING,),
    unmanaged=14,
    reads=23,
)
EMPTY = replace(PLAN, changes=(NONE,), diagnostics=(), unmanaged=0)
SAFE = replace(PLAN, changes=(CREATE, NONE), diagnostics=())

OUTCOMES = (
    Outcome(ROWS, Status.DONE, "ready", wrote=True),
    Outcome(TUNE, Status.RUNNING, "running 38 %, epoch 1", wrote=True),
    Outcome(
        BASE,
        Status.FAILED,
        "files are still missing",
        error=ReconcilerError("files are still missing", "apply again to go on from here"),
        wrote=True,
    ),
    Outcome(ROUTER, Status.SKIPPED, "", because=BASE),
    Outcome(OLD, Status.BLOCKED, PROTECTED),
    Outcome(SAME, Status.DONE, "ready"),
)

PROBLEMS = (
    Diagnostic(
        Severity.ERROR,
        "unknown-field",
        "spec.learningRat: unknown field",
        SourceLocation("manifests/jobs.yaml", 14, 5),
        TUNE,
        "did you mean learningRate?",
    ),
    Diagnostic(
        Severity.ERROR,
        "row-role",
        'messages[2].role: expected one of system, user, assistant, tool, but was "asistant"',
        SourceLocation("data/support.jsonl", 1873, 0),
    ),
    WARNING,
    Diagnostic(Severity.ERROR, "no-account", "100% of it: a\nb, c: d"),
)


def desired() -> DesiredState:
    resources = {
        change.ref: change.change.resource for change in (CREATE, RUN, REPAIR, UPDATE, NONE)
    }
    described = resource(ResourceRef("Model", "support-bot"), 80, needs=(TUNE,))
    tuned_on = resource(
        ResourceRef("SupervisedFineTuningJob", "second"), 90, needs=(TUNE, SAME), makes="second"
    )
    resources |= {described.ref: described, tuned_on.ref: tuned_on}
    edges = {ref: found.depends_on for ref, found in resources.items()}
    return DesiredState(ACCOUNT, resources, Graph(edges))


def account() -> LiveState:
    stray = LiveResource("Model", "accounts/acme/models/stray", "READY", {})
    job = live(
        TUNE,
        "JOB_STATE_RUNNING",
        jobProgress={"percent": 38, "epoch": 1},
        estimatedCost={"currencyCode": "USD", "units": "31", "nanos": 900_000_000},
        wandbConfig={"url": "https://wandb.ai/acme/support/runs/1"},
    )
    broken = live(BASE, "UPLOADING", status={"code": "INVALID_ARGUMENT", "message": "no config"})
    found = [live(ROWS, "READY"), job, broken, stray]
    return LiveState(ACCOUNT, {one.name: one for one in found})
