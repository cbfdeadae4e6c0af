"""``reconciler graph``: the lineage of the project, drawn offline."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import Common, common


@click.command(epilog="Example: reconciler graph --format mermaid")
@common(("mermaid", "dot", "json"), connects=False)
def command(shared: Common) -> int:
    """Draw the lineage: dataset, job, model, deployment; reads only the manifests."""
    from reconciler import engine
    from reconciler.cli.session import find
    from reconciler.desire import OFFLINE_ACCOUNT
    from reconciler.report.graph import render_graph

    cwd = Path.cwd()
    desired = engine.desire(shared.paths, find(shared, cwd), cwd, OFFLINE_ACCOUNT)
    click.echo(render_graph(desired, shared.format), nl=False)
    return 0
