"""``reconciler apply``: plan, ask, execute, and prove it by planning again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.content import content_option, content_wish
from reconciler.cli.ending import LEDGER_FORMATS, Ending, tell, tell_refused
from reconciler.cli.options import Common, Seconds, common, in_a_folder, tokenizer_option
from reconciler.cli.prune import prune_options, prune_wish
from reconciler.cli.renderings import show_plan, write_option
from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.cli.listeners import Audience
    from reconciler.cli.renderings import Write
    from reconciler.cli.saved import SavedPlan
    from reconciler.cli.session import Session
    from reconciler.cli.signals import StopSwitch
    from reconciler.desired.resource import DesiredState
    from reconciler.execute.outcome import Outcome
    from reconciler.live.content import ContentWish
    from reconciler.past.prune import PruneWish
    from reconciler.plan.build import PlanContext
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Settings:
    """The flags of apply that say how, not what."""

    yes: bool
    wait: str | None
    parallelism: int
    timeout: float
    events: str | None
    content: str = "auto"
    approve_digest: str | None = None
    write: tuple[Write, ...] = ()


@click.command(epilog="Example: reconciler apply --yes --wait ready")
@common(paths="[PATH...|PLAN.json]")
@click.option("--yes", is_flag=True, help="Do not ask; guards still refuse.")
@click.option(
    "--wait",
    type=click.Choice(["none", "started", "ready"]),
    help="How long to stay: default started for jobs, ready for the rest.",
)
@click.option("--parallelism", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--timeout", type=Seconds(), default=3600.0, metavar="SECONDS",
              show_default=True, help="For each wait.")  # fmt: skip
@click.option(
    "--allow",
    multiple=True,
    metavar="WHAT",
    help="Lift one guard: delete:Kind/name or spend:USD; may be repeated.",
)
@click.option("--approve-digest", metavar="DIGEST", help="Only the plan with this digest.")
@click.option("--replace", multiple=True, metavar="REF", help="Delete and create Kind/name.")
@click.option("--target", multiple=True, metavar="REF", help="Only REF and what it depends on.")
@click.option("--exclude", multiple=True, metavar="REF", help="Not REF nor what depends on it.")
@prune_options
@click.option("--shard", metavar="I/N", help="Only part I of N; what belongs together stays so.")
@content_option()
@tokenizer_option()
@write_option(LEDGER_FORMATS)
@click.option("--events", type=click.Path(dir_okay=False), callback=in_a_folder,
              help="Write every step to FILE, as JSON lines.")  # fmt: skip
def command(
    shared: Common,
    allow: tuple[str, ...],
    replace: tuple[str, ...],
    target: tuple[str, ...],
    exclude: tuple[str, ...],
    shard: str | None,
    prune: bool,
    since: str | None,
    tokenizer: str | None,
    **settings: Any,
) -> int:
    """Make the account as the manifests say.

    Plans, shows the plan, asks on a terminal (or takes --yes), executes, and plans again: the
    second plan must be empty. Every step can be repeated; a run cut short is finished by the
    next one, and a paid job is never started twice.

    With PLAN.json, which plan --out wrote, nothing is asked: it goes on only if the plan that it
    would make now is equal to the saved one, or part of it; else exit 5.

    With --approve-digest nothing is asked either: it goes on only if the plan made now has the
    digest that was reviewed, or has nothing left to do; else exit 5.
    """
    from reconciler.cli import saved
    from reconciler.cli import session as sessions
    from reconciler.plan.approved import check_spelling

    if settings["approve_digest"] is not None:
        check_spelling(settings["approve_digest"])

    asked = saved.PlanRequest.of(
        shared, replace=replace, target=target, exclude=exclude, shard=shard,
        prune=prune, since=since, tokenizer=tokenizer,
    )  # fmt: skip
    reviewed = saved.given(asked)
    asked = reviewed.request if reviewed else asked
    session = sessions.open_session(asked.common(shared))
    desired = sessions.desired_of(session)
    context = sessions.plan_context(
        session,
        desired,
        targets=asked.target,
        excludes=asked.exclude,
        allowed=allow,
        shard=asked.shard,
        prune=asked.prune,
        tokenizer=asked.tokenizer,
    )
    replaced = sessions.refs_to_delete(asked.replace, desired)
    pruned = prune_wish(session, desired, prune=asked.prune, since=asked.since)
    return run_apply(session, desired, context, replaced, Settings(**settings), reviewed, pruned)


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
    from reconciler.cli.consent import ask
    from reconciler.cli.known_bytes import with_known_bytes
    from reconciler.cli.session import history_of
    from reconciler.plan.approved import hold_to_digest
    from reconciler.report.json_plan import plan_document

    content = content_wish(session, desired, settings.content)
    with session.connect(read_only=True) as reader:
        history = history_of(session)
        given = (desired, reader, context, replaced, content)
        plan = engine.make_plan(*given, prune=prune, history=history)
    if session.common.format == "text":
        show_plan(plan, session, next_command="")
    try:
        if reviewed is not None or settings.approve_digest is not None:
            plan = with_known_bytes(plan, session)
        if reviewed is not None:
            reviewed.check(plan, context.allow)
        if settings.approve_digest is not None:
            hold_to_digest(settings.approve_digest, plan_document(plan))
        elif reviewed is None and any(not change.blocked_by for change in plan.pending):
            ask(plan, yes=settings.yes)
    except ReconcilerError as refusal:
        tell_refused(plan, refusal, session, settings.write)
        raise
    known = frozenset(change.ref for change in plan.drift)
    return carry_out(session, plan, settings, Again(desired, context, content, known, prune))


def carry_out(session: Session, plan: Plan, settings: Settings, again: Again) -> int:
    """Execute, plan again where there was something to do, and show the ledger."""
    from reconciler.cli.listeners import audience
    from reconciler.cli.signals import stop_on_signals

    quiet = session.common.quiet
    with audience(plan, settings.events, quiet=quiet) as listeners, stop_on_signals() as switch:
        outcomes = run_steps(session, plan, settings, switch, listeners)
        check = plan.pending and not switch.event.is_set()
        left, failure = again.left(session, switch, outcomes) if check else ((), None)
        signal_code = switch.exit_code if switch.event.is_set() else 0
        ending = Ending(plan, outcomes, left, failure, signal_code)
        tell(ending, session, settings.write)
        listeners.finish(ending.code, outcomes)
    return ending.code


@dataclass(frozen=True, slots=True)
class Again:
    """What the plan after the apply is made of (contract 4.7); ``known`` had drifted before."""

    desired: DesiredState
    context: PlanContext
    content: ContentWish | None = None
    known: frozenset[ResourceRef] = frozenset()
    prune: PruneWish | None = None

    def left(
        self, session: Session, switch: StopSwitch, outcomes: tuple[Outcome, ...]
    ) -> tuple[tuple[PlannedChange, ...], ReconcilerError | None]:
        """What a plan made now would still do, or why none could be made: the ledger of what
        was done is shown in either case, whatever the account answers by now."""
        from reconciler import engine
        from reconciler.cli.list_lag import once_lists_show
        from reconciler.cli.session import history_of

        try:
            with switch.breaking_off(), session.connect(read_only=True) as reader:
                make = partial(
                    engine.make_plan,
                    self.desired,
                    reader,
                    self.context,
                    content=self.content,
                    prune=self.prune,
                    history=history_of(session),
                )
                plan = once_lists_show(outcomes, make, switch.event)
                return left_over(plan, self.known), None
        except ReconcilerError as error:
            return (), error
        except Exception:
            return (), ReconcilerError("unexpected failure")


def left_over(plan: Plan, known: frozenset[ResourceRef]) -> tuple[PlannedChange, ...]:
    """What is still to be done, and what has arrived as other bytes than were declared."""
    arrived = (change for change in plan.drift if change.ref not in known)
    return (*plan.pending, *(change for change in arrived if change not in plan.pending))


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
    from reconciler.execute.execute import ExecuteOptions, Wait

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
