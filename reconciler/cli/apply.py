"""``reconciler apply``: its flags; what it does stands in ``applying``."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.applying import Settings, run_apply
from reconciler.cli.content import content_option
from reconciler.cli.ending import LEDGER_FORMATS
from reconciler.cli.options import Common, Seconds, common, in_a_folder, tokenizer_option
from reconciler.cli.prune import prune_options, prune_wish
from reconciler.cli.renderings import write_option


@click.command(epilog="Example: reconciler apply --yes --wait ready")
@common(paths="[PATH...|PLAN.json]")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; guards still hold.")
@click.option(
    "--wait",
    type=click.Choice(["none", "started", "ready"]),
    help="What to wait for; default: started for jobs, ready for the rest.",
)
@click.option("--parallelism", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--timeout", type=Seconds(), default=3600.0, metavar="SECONDS",
              show_default=True, help="Limit of each wait.")  # fmt: skip
@click.option(
    "--allow",
    multiple=True,
    metavar="WHAT",
    help="Lift one guard: delete:Kind/name or spend:USD; may be repeated.",
)
@click.option("--approve-digest", metavar="DIGEST", help="Apply only the plan with this digest.")
@click.option("--replace", multiple=True, metavar="REF", help="Delete and create Kind/name.")
@click.option("--target", multiple=True, metavar="REF", help="Only REF and what it depends on.")
@click.option("--exclude", multiple=True, metavar="REF", help="All but REF and what depends on it.")
@prune_options
@click.option("--shard", metavar="I/N", help="Only part I of N; no dependency chain is split.")
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
    """Make the account match the manifests.

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
