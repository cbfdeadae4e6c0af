"""The whole flow on one screen: manifests -> desired -> live -> diff -> plan -> execute.

    manifests = load(paths)                  files            -> Manifest
    desired   = build_desired(manifests)     Manifest         -> DesiredState
    live      = take_snapshot(desired, p)    Provider         -> LiveState
    changes   = diff(desired, live)          two states       -> Change
    plan      = build_plan(changes, desired) Change + graph   -> Plan
    outcomes  = execute(plan, p)             Plan + Provider  -> Outcome

``plan`` stops after line five. There is no dry-run switch below this file: what is shown is the
list that is run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.desire import desire as read_desired
from reconciler.diagnostic import has_errors
from reconciler.diff.diff import diff
from reconciler.errors import InvalidInput
from reconciler.live.content import check_content
from reconciler.live.snapshot import list_account, take_snapshot
from reconciler.plan.build import build_plan, shown
from reconciler.plan.cost import PAYING
from reconciler.plan.groups import grouped
from reconciler.plan.targets import selected
from reconciler.row_history import row_changes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.desired.resource import DesiredState
    from reconciler.execute.options import ExecuteOptions
    from reconciler.execute.outcome import Outcome
    from reconciler.live.content_wish import ContentWish
    from reconciler.live.state import LiveState
    from reconciler.manifest.project import Project
    from reconciler.past.history import History
    from reconciler.past.prune import PruneWish
    from reconciler.plan.build import PlanContext
    from reconciler.plan.groups import Base
    from reconciler.plan.plan import Plan
    from reconciler.provider import Provider, Reader
    from reconciler.ref import ResourceRef


def desire(
    paths: Sequence[Path], project: Project, cwd: Path, account: str, cache: Cache | None = None
) -> DesiredState:
    """The project's desired state. Raises InvalidInput (exit 3) on any error.

    ``cache`` saves reading data files that have not changed; without one nothing else changes.
    """
    desired = read_desired(paths, project, cwd, account, cache)
    if has_errors(desired.diagnostics):
        raise InvalidInput(desired.diagnostics)
    return desired


def make_plan(
    desired: DesiredState,
    reader: Reader,
    context: PlanContext,
    replaced: frozenset[ResourceRef] = frozenset(),
    content: ContentWish | None = None,
    base: Base | None = None,
    prune: PruneWish | None = None,
    *,
    history: History | None = None,
    rehearse: bool = True,
) -> Plan:
    """Compare with the live account; writes nothing, which the reader's transport proves.

    ``content`` says whose stored bytes are compared too; None: nobody's. ``base`` tells what this
    revision does from what an earlier one would do too, against the same snapshot. With ``prune``,
    what git history declared and no manifest does any more is absent as if by tombstones.
    ``history`` tells the protection of what tombstones remove. Without ``rehearse`` the platform's
    dry runs are not asked: whoever only looks needs none.
    """
    before = reader.requests_sent
    if prune is None:
        live = take_snapshot(desired, reader, remade=replaced, rehearse=rehearse)
    else:
        desired, live, base = _pruned(desired, reader, replaced, prune, base)
    if history is not None and any(one.absent for one in desired.resources.values()):
        from reconciler.past.protection import with_protection  # only who deletes asks history

        desired = with_protection(desired, live, history)
    if content is not None:
        refs = _shown(desired, live, context, replaced)
        desired, live = check_content(desired, live, reader, content, refs)
        content.cache.flush()
    rows = row_changes(desired, live, context.root)
    changes = diff(desired, live, replaced, rows=rows)
    if content is not None and rehearse and any(change.action in PAYING for change in changes):
        from reconciler.job_tokens import job_tokens  # only where something would run

        counted = job_tokens(changes, desired, live, content.cache, context.tokenizer)
        context = replace(context, tokens=counted)
        content.cache.flush()
    plan = build_plan(changes, desired, live, context)
    plan = replace(plan, reads=reader.requests_sent - before)
    return plan if base is None else grouped(plan, diff(base.desired, live), base)


def _shown(
    desired: DesiredState, live: LiveState, context: PlanContext, replaced: frozenset[ResourceRef]
) -> frozenset[ResourceRef]:
    """Whose bytes the plan is about. A shard is known before any are compared: a changed source is
    refused, so what the bytes tell puts nothing in another order."""
    if context.shard is None:
        return selected(desired, context)
    return shown(diff(desired, live, replaced), desired, live, context)


def _pruned(
    desired: DesiredState,
    reader: Reader,
    replaced: frozenset[ResourceRef],
    prune: PruneWish,
    base: Base | None,
) -> tuple[DesiredState, LiveState, Base | None]:
    """Both states, and the base: what it would have pruned is no doing of this revision."""
    from reconciler.past.prune import pruned_before, with_pruned  # only who prunes asks history
    from reconciler.plan.retired import without_used

    listed = list_account(reader)
    wanted = with_pruned(desired, listed, prune)
    live = take_snapshot(wanted, reader, remade=replaced, listed=listed)
    if base is not None:
        then = replace(prune, history=replace(prune.history, head=base.commit))
        base = replace(base, desired=pruned_before(base.desired, listed, then))
    return without_used(wanted, live), live, base


def apply(plan: Plan, provider: Provider, options: ExecuteOptions) -> tuple[Outcome, ...]:
    """Run the steps of the plan that no guard refuses."""
    from reconciler.execute.execute import execute  # a plan does not pay for what it does not run

    return execute(plan, provider, options)
