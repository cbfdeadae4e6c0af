"""How ``apply`` and ``destroy`` go: plan, ask, execute, and prove it by planning again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reconciler.cli.content import content_wish
from reconciler.cli.ending import Ending, tell, tell_refused
from reconciler.cli.renderings import show_plan
from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cli.listeners import Audience
    from reconciler.cli.renderings import Write
    from reconciler.cli.saved import SavedPlan
    from reconciler.cli.session import Session
    from reconciler.cli.signals import StopSwitch
    from reconciler.desired.resource import DesiredState
    from reconciler.execute.outcome import Outcome
    from reconciler.past.prune import PruneWish
    from reconciler.plan.build import PlanContext
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.provider import Reader
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Settings:
    """The flags that say how, not what."""

    yes: bool = False
    wait: str | None = None
    parallelism: int = 8
    timeout: float = 3600.0
    events: str | None = None
    content: str = "auto"
    approve_digest: str | None = None
    write: tuple[Write, ...] = ()


def run_apply(
    session: Session,
    desired: DesiredState,
    context: PlanContext,
    replaced: frozenset[ResourceRef],
    settings: Settings,
    reviewed: SavedPlan | None = None,
    prune: PruneWish | None = None,
) -> int:
    """Plan, ask, execute, plan again; the exit code of contract section 6.

    ``reviewed`` is a saved plan: the plan is held to it instead of being asked about.
    """
    from reconciler import engine
    from reconciler.cli.session import history_of

    make = partial(
        engine.make_plan,
        desired,
        context=context,
        content=content_wish(session, desired, settings.content),
        prune=prune,
        history=history_of(session),
    )
    with session.connect(read_only=True) as reader:
        plan = make(reader, replaced=replaced)
    try:
        plan = consented(plan, session, context, settings, reviewed)
    except ReconcilerError as refusal:
        tell_refused(plan, refusal, session, settings.write)
        raise
    return carry_out(session, plan, settings, make)


def consented(
    plan: Plan,
    session: Session,
    context: PlanContext,
    settings: Settings,
    reviewed: SavedPlan | None,
) -> Plan:
    """The plan as it may run, shown before anybody is asked. Whoever gave a saved plan has seen it:
    of another one only the difference is told. Raises StalePlan, Refused."""
    from reconciler.cli.consent import ask
    from reconciler.cli.known_bytes import with_known_bytes
    from reconciler.plan.approved import hold_to_digest
    from reconciler.report.json_plan import plan_document

    if reviewed is not None or settings.approve_digest is not None:
        plan = with_known_bytes(plan, session)
    if reviewed is not None:
        reviewed.check(plan, context.allow)
    if session.common.format == "text":
        show_plan(plan, session, next_command="")
    if settings.approve_digest is not None:
        hold_to_digest(settings.approve_digest, plan_document(plan))
    elif reviewed is None and any(not change.blocked_by for change in plan.pending):
        ask(plan, yes=settings.yes)
    return plan


def carry_out(
    session: Session, plan: Plan, settings: Settings, make: Callable[[Reader], Plan]
) -> int:
    """Execute, plan again where there was something to do, and show the ledger."""
    from reconciler.cli.listeners import audience
    from reconciler.cli.signals import stop_on_signals

    quiet = session.common.quiet
    with audience(plan, settings.events, quiet=quiet) as listeners, stop_on_signals() as switch:
        outcomes = run_steps(session, plan, settings, switch, listeners)
        left: tuple[PlannedChange, ...] = ()
        failure = None
        if plan.pending and not switch.event.is_set():
            again, failure = planned_again(session, switch, outcomes, make)
            left = left_over(again, plan) if again else ()
        signal_code = switch.exit_code if switch.event.is_set() else 0
        ending = Ending(plan, outcomes, left, failure, signal_code)
        tell(ending, session, settings.write)
        listeners.finish(ending.code, outcomes)
    return ending.code


def planned_again(
    session: Session,
    switch: StopSwitch,
    outcomes: tuple[Outcome, ...],
    make: Callable[[Reader], Plan],
) -> tuple[Plan | None, ReconcilerError | None]:
    """The plan after the apply (contract 4.7), or why none could be made: the ledger of what was
    done is shown in either case, whatever the account answers by now."""
    from reconciler.cli.list_lag import once_lists_show

    try:
        with switch.breaking_off(), session.connect(read_only=True) as reader:
            return once_lists_show(outcomes, partial(make, reader), switch.event), None
    except ReconcilerError as error:
        return None, error
    except Exception:
        return None, ReconcilerError("unexpected failure")


def left_over(again: Plan, before: Plan) -> tuple[PlannedChange, ...]:
    """What is still to be done, and what has arrived as other bytes than were declared."""
    drifted = {change.ref for change in before.drift}
    arrived = (change for change in again.drift if change.ref not in drifted)
    return (*again.pending, *(change for change in arrived if change not in again.pending))


def run_steps(
    session: Session,
    plan: Plan,
    settings: Settings,
    switch: StopSwitch,
    listeners: Audience,
    *,
    read_only: bool = False,
) -> tuple[Outcome, ...]:
    """Run the plan's steps with progress, until done or until the switch is set."""
    from reconciler import engine
    from reconciler.execute.options import ExecuteOptions, Wait

    with (
        listeners.during_steps() as listener,
        session.connect(read_only=read_only, stop=switch.event) as provider,
    ):
        options = ExecuteOptions(
            parallelism=settings.parallelism,
            wait=Wait(settings.wait) if settings.wait else None,
            timeout_seconds=settings.timeout,
            listener=listener,
            stop=switch.event,
        )
        return engine.apply(plan, provider, options)
