"""``reconciler schema``: the JSON Schemas, for editors and other tools."""

from __future__ import annotations

import json

import click

from reconciler.cli.options import Common, about_output
from reconciler.cli.usage import unknown

OTHERS = ("manifest", "project", "plan", "drift", "events")


@click.command(epilog="Example: reconciler schema Dataset > dataset.schema.json")
@click.argument("name", metavar="[KIND]", required=False)
@about_output
def command(_shared: Common, name: str | None) -> int:
    """Print the JSON Schema of KIND's spec, or of manifest, project, plan, drift or events.

    Without KIND: the schema of the envelope every manifest stands in.
    """
    from reconciler.kinds.registry import all_kinds
    from reconciler.schema_files import schema

    known = (*all_kinds(), *OTHERS)
    if name is not None and name not in known:
        raise unknown("schema", name, known)
    click.echo(json.dumps(schema(name or "manifest"), indent=2, ensure_ascii=False))
    return 0
