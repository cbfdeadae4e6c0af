"""``reconciler validate``: every problem of every file, offline."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import Common, common
from reconciler.cli.output import say_or_lose


@click.command(epilog="Example: reconciler validate manifests/ --format github")
@common(("text", "json", "github", "sarif"), connects=False)
def command(shared: Common) -> int:
    """Check manifests and data files offline: no key, no network.

    YAML, schema, references, cycles, files, every row of every dataset and the headers of
    weights. Problems go to stdout, sorted; exit 3 when there is an error.
    """
    from reconciler.cli.session import find
    from reconciler.cli.user_cache import user_cache
    from reconciler.desire import validate
    from reconciler.diagnostic import has_errors
    from reconciler.report.diagnostics import render_diagnostics

    cwd = Path.cwd()
    project = find(shared, cwd)
    diagnostics = validate(shared.paths, project, cwd, user_cache())
    click.echo(render_diagnostics(diagnostics, shared.format), nl=False)
    if shared.format == "text" and not diagnostics and not shared.quiet:
        say_or_lose("valid: no problems found\n", err=True)
    return 3 if has_errors(diagnostics) else 0
