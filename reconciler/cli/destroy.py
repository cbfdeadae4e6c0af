"""``reconciler destroy``: tombstones for the whole project, with the same guards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.applying import Settings, run_apply
from reconciler.cli.options import Common, Seconds, common
from reconciler.desired.resource import DESTROYED
from reconciler.kinds.registry import kind

if TYPE_CHECKING:
    from reconciler.desired.resource import DesiredState, Resource


@click.command(epilog="Example: reconciler destroy --allow delete:Dataset/support-chat")
@common()
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; guards still hold.")
@click.option("--allow", multiple=True, metavar="WHAT", help="delete:Kind/name lifts protection.")
@click.option("--target", multiple=True, metavar="REF", help="Only REF; may be repeated.")
@click.option("--parallelism", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--timeout", type=Seconds(), default=3600.0, metavar="SECONDS",
              show_default=True, help="Limit of each wait.")  # fmt: skip
def command(
    shared: Common, allow: tuple[str, ...], target: tuple[str, ...], **settings: Any
) -> int:
    """Delete everything that the project declares, with the same guards.

    Models and datasets are protected unless their lifecycle says preventDestroy: false or
    --allow names them; what is still used is never deleted.
    """
    from reconciler.cli import session as sessions

    session = sessions.open_session(shared)
    declared = sessions.desired_of(session)
    desired = buried(declared)
    sessions.refs_to_delete(target, declared)
    context = sessions.plan_context(session, desired, targets=target, allowed=allow)
    context = replace(context, only_target=True)
    how = Settings(content="none", **settings)
    return run_apply(session, desired, context, frozenset(), how)


def buried(desired: DesiredState) -> DesiredState:
    """The same state with every resource a tombstone; what it refers to is not looked up."""
    gone = {ref: one if one.absent else _tombstone(one) for ref, one in desired.resources.items()}
    return replace(desired, resources=gone, external=())


def _tombstone(resource: Resource) -> Resource:
    """With the protection that its manifest gives it now: history has nothing to add."""
    lifecycle = resource.manifest.lifecycle
    if lifecycle.prevent_destroy is None:
        lifecycle = replace(lifecycle, prevent_destroy=kind(resource.ref.kind).protected)
    manifest = replace(resource.manifest, absent=True, lifecycle=lifecycle)
    return replace(resource, manifest=manifest, leaving=DESTROYED)
