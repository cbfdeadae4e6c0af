"""A plan, an account, rows and a curve in which one text stands wherever foreign text may stand."""

from __future__ import annotations

from dataclasses import replace

from reconciler.data.facts import DataFacts, Found, Spread, Tokens
from reconciler.data.metrics import Curve, Series
from reconciler.desired.resource import DesiredState
from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.diff.change import Action, Change, Drift, FieldChange, Reason
from reconciler.errors import ReconcilerError
from reconciler.execute.event import Event, EventType, Transfer
from reconciler.execute.outcome import Outcome, Status
from reconciler.graph import Graph
from reconciler.live.state import LiveResource, LiveState
from reconciler.live.verdicts import FileVerdict, Verdict
from reconciler.plan.plan import Cost, Plan, PlannedChange, Step, Verb
from reconciler.ref import ResourceRef
from tests.report.samples import ACCOUNT, CREATE, PLAN, ROWS, RUN, TUNE, live, resource


def diagnostic(text: str, line: int = 3) -> Diagnostic:
    """``text`` in the file's name, the message and the hint."""
    place = SourceLocation(text, line, 5)
    return Diagnostic(Severity.ERROR, "unknown-field", text, place, TUNE, text)


def plan(text: str) -> Plan:
    """Every action, each with ``text`` as reason, field, value, step, refusal, file and cost."""
    changes = tuple(planned(text, action) for action in Action)
    return replace(
        PLAN,
        changes=changes,
        diagnostics=(diagnostic(text),),
        complete=False,
    )


def planned(text: str, action: Action = Action.UPDATE) -> PlannedChange:
    ref = ResourceRef("SupervisedFineTuningJob", f"job-{action.word}")
    wanted = resource(ref, 3, makes=text or "m")
    wanted = replace(
        wanted,
        name=f"accounts/{ACCOUNT}/supervisedFineTuningJobs/{text}",
        spec={"displayName": text, "wandbConfig": {text: [text, {text: text}]}},
        manifest=replace(wanted.manifest, location=SourceLocation(text, 3, 5)),
    )
    change = Change(
        wanted,
        action,
        Reason("fields-differ", text),
        live=live(ref, text, displayName=text, wandbConfig={text: text}),
        fields=(FieldChange(text, text, {text: text}, text),),
        refusals=(diagnostic(text),),
        warnings=(diagnostic(text),),
        content=(FileVerdict(text, Verdict.UNVERIFIABLE, why=text),),
        drift=Drift("lost-bytes", text, (FileVerdict(text, Verdict.MISSING),)),
    )
    steps = (Step(Verb.CREATE, text), Step(Verb.UPLOAD, text, 1, 91))
    return PlannedChange(
        change, steps, blocked_by=(text,), cost=Cost(1.0, 2.0, text), risk=("money",)
    )


def outcomes(text: str) -> tuple[Outcome, ...]:
    """One in each state."""
    error = ReconcilerError(text, text)
    names = [ResourceRef("SupervisedFineTuningJob", f"job-{action.word}") for action in Action]
    return tuple(
        Outcome(ref, status, text, because=ROWS, error=error, wrote=True)
        for ref, status in zip(names, Status, strict=False)
    )


def events(text: str) -> list[Event]:
    """One of each type, and a file under way."""
    failed = Outcome(TUNE, Status.FAILED, text, because=ROWS, error=ReconcilerError(text, text))
    moving = Transfer(text, 31, 91, moved=31, files=2)
    plain = [Event(type_, TUNE, text, "create", 38, 100, outcome=failed) for type_ in EventType]
    return [Event(EventType.PROGRESS, ROWS, text, "upload", 31, 91, transfer=moving), *plain]


def desired(text: str) -> DesiredState:
    """A job whose output model and manifest bear ``text``."""
    change = planned(text).change.resource
    resources = {change.ref: change, ROWS: CREATE.change.resource, TUNE: RUN.change.resource}
    edges = {ref: found.depends_on for ref, found in resources.items()}
    return DesiredState(ACCOUNT, resources, Graph(edges))


def account(text: str) -> LiveState:
    """Declared and strange resources with ``text`` as name, state, message, progress and link."""
    body = {
        "status": {"code": text, "message": text},
        "jobProgress": {"percent": text, "epoch": text},
        "estimatedCost": {"units": text},
        "wandbConfig": {"url": text},
    }
    stray = LiveResource("Model", f"accounts/acme/models/{text}", text, body)
    found = [live(TUNE, text, **body), live(ROWS, text, **body), stray]
    return LiveState(ACCOUNT, {one.name: one for one in found}, incomplete={"Model": text})


def rows(text: str) -> DataFacts:
    """A dataset whose file, keys, roles, notes and problems bear ``text``."""
    return DataFacts(
        ref=ROWS,
        path=text,
        format="CHAT",
        bytes=91,
        rows=4,
        forms={text: 4},
        roles={text: 8},
        messages=Spread(2, 2, 2),
        tokens=Tokens(80, 60, 90, text, Spread(20, 20, 20), ()),
        duplicates=Found(),
        compared=4,
        secrets={"an API key": Found(1, (2,))},
        diagnostics=(diagnostic(text),),
        notes=(text,),
    )


def curve(text: str) -> Curve:
    """A metrics file whose columns are called ``text``."""
    return Curve(text, (Series(text, ((1, 2.0), (2, 1.0))), Series(text, ())), (text,), 1)
