"""``reconciler plan``: what apply would do; writes nothing to the account."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from reconciler.cli.content import content_option, content_wish
from reconciler.cli.options import Common, common, in_a_folder, tokenizer_option
from reconciler.cli.output import say_or_lose
from reconciler.cli.prune import prune_options, prune_wish
from reconciler.cli.renderings import show_plan, write_option
from reconciler.report.plan_formats import FORMATS, WITH_DIGEST

if TYPE_CHECKING:
    from reconciler.cli.renderings import Write
    from reconciler.plan.plan import Plan

REFUSED, PENDING, UNREADABLE = 6, 2, 1


@click.command(epilog="Example: reconciler plan --env prod --detailed-exitcode")
@common(tuple(FORMATS))
@click.option("--out", type=click.Path(dir_okay=False), callback=in_a_folder,
              help="Save the plan to FILE (mode 0600).")  # fmt: skip
@write_option()
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when changes are pending.")
@content_option()
@tokenizer_option()
@click.option("--base", metavar="REV", help="Tell changes from those at REV; default: merge base.")
@click.option("--replace", multiple=True, metavar="REF", help="Delete and create Kind/name.")
@click.option("--target", multiple=True, metavar="REF", help="Only REF and what it depends on.")
@click.option("--exclude", multiple=True, metavar="REF", help="All but REF and what depends on it.")
@prune_options
@click.option("--shard", metavar="I/N", help="Only part I of N; no dependency chain is split.")
def command(
    shared: Common,
    out: str | None,
    write: tuple[Write, ...],
    detailed_exitcode: bool,
    content: str,
    tokenizer: str | None,
    base: str | None,
    replace: tuple[str, ...],
    target: tuple[str, ...],
    exclude: tuple[str, ...],
    shard: str | None,
    prune: bool,
    since: str | None,
) -> int:
    """Show what apply would do; writes nothing to the account.

    Exit 0 (with changes too, unless --detailed-exitcode), 6 when a guard refuses a change.
    """
    from reconciler import engine
    from reconciler.cli import session as sessions
    from reconciler.cli.base import base_of

    session = sessions.open_session(shared)
    desired = sessions.desired_of(session)
    pruned = prune_wish(session, desired, prune=prune, since=since)
    context = sessions.plan_context(
        session,
        desired,
        targets=target,
        excludes=exclude,
        shard=shard,
        prune=prune,
        tokenizer=tokenizer,
    )
    before = base_of(session, base, context.commit)
    with session.connect(read_only=True) as reader:
        replaced = sessions.refs_to_delete(replace, desired)
        wish = content_wish(session, desired, content)
        given = (desired, reader, context, replaced, wish, before, pruned)
        plan = engine.make_plan(*given, history=sessions.history_of(session))
    if out or WITH_DIGEST & {shared.format, *(name for name, _ in write)}:
        from reconciler.cli.known_bytes import with_known_bytes

        plan = with_known_bytes(plan, session)
    if out:
        from reconciler.cli import saved

        asked = saved.PlanRequest.of(
            shared, replace=replace, target=target, exclude=exclude, shard=shard,
            prune=prune, since=pruned.since if pruned else None, tokenizer=tokenizer,
        )  # fmt: skip
        saved.write(Path(out), plan, asked)
        if not shared.quiet:
            say_or_lose(f"saved the plan to {out}\n", err=True)
    flags = " --prune" * prune + (f" --since {since}" if since else "")
    following = f"reconciler apply {quote(out)}" if out else f"reconciler apply{flags}"
    show_plan(plan, session, following, write)
    return exit_code(plan, detailed=detailed_exitcode)


def exit_code(plan: Plan, *, detailed: bool) -> int:
    """Contract 6: a refused plan is 6 in either mode; 2 only with ``--detailed-exitcode``.

    What could not be read comes first, as in apply: nobody knows what else would be refused.
    """
    if not plan.complete:
        return UNREADABLE
    if plan.refused:
        return REFUSED
    return PENDING if detailed and (plan.pending or plan.drift) else 0
