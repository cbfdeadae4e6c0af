"""``reconciler download``: weights or rows, through the download endpoint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.canonical import document_text
from reconciler.cli.options import Common, common
from reconciler.errors import ReconcilerError, UsageError
from reconciler.plan.sizes import size_text
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from reconciler.desired.resource import DesiredState
    from reconciler.kinds.kind import Kind


@click.command(epilog="Example: reconciler download Model/support-bot --out weights/")
@click.argument("ref", metavar="KIND/NAME")
@common()
@click.option("--out", type=click.Path(file_okay=False), help="Target folder; default: the name.")
def command(shared: Common, ref: str, out: str | None) -> int:
    """Download a model's weights or a dataset's rows: parallel, resumed, checksummed.

    NAME is a resource of the project, the output model of one of its jobs, or any id of the
    account. A file gets its name only when its size and hash are those of the storage; running
    the command again goes on where it stopped.
    """
    from reconciler.cli import session as sessions
    from reconciler.cli.bytes_shown import showing_bytes
    from reconciler.cli.signals import stop_on_signals

    session = sessions.open_session(shared)
    kind, resource_id = find(ref, sessions.desired_of(session))
    folder = Path(out or resource_id)
    with (
        stop_on_signals() as switch,
        session.connect(read_only=True, stop=switch.event) as reader,
        showing_bytes(ref, quiet=shared.quiet) as progress,
    ):
        try:
            paths = reader.download_content(kind, resource_id, folder, progress)
        except ReconcilerError:
            if switch.event.is_set():
                return switch.exit_code
            raise
    _tell({os.path.relpath(path): path.stat().st_size for path in paths}, shared)
    return 0


def _tell(sizes: dict[str, int], shared: Common) -> None:
    if shared.format == "json":
        files = [{"path": path, "bytes": size} for path, size in sizes.items()]
        click.echo(document_text({"files": files}), nl=False)
        return
    for path, size in sizes.items():
        click.echo(escape(f"{path}  {size_text(size)}"))


def find(text: str, desired: DesiredState) -> tuple[Kind, str]:
    """The kind and the id in the account that ``Kind/name`` means; raises UsageError."""
    from reconciler.kinds.registry import all_kinds
    from reconciler.ref import ResourceRef

    try:
        ref = ResourceRef.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
    kind = all_kinds().get(ref.kind)
    if kind is None or kind.content is None:
        holders = [name for name, known in all_kinds().items() if known.content]
        raise UsageError(f"a {ref.kind} has no files", f"expected one of {', '.join(holders)}")
    resource = desired.resources.get(ref)
    if resource is not None:
        return kind, resource.id
    return kind, _made_by_a_job(ref.name, kind, desired) or ref.name


def _made_by_a_job(name: str, kind: Kind, desired: DesiredState) -> str:
    """The id of the model that a job of the project calls ``name``: it may bear a suffix."""
    from reconciler.desired.fields import find
    from reconciler.kinds.registry import kind as kind_named

    for resource in desired.resources.values():
        path = kind_named(resource.ref.kind).output_model
        made = resource.output_model or ""
        written = next((str(value) for _, value in find(resource.manifest.spec, path or "")), "")
        if f"/{kind.collection}/" in made and written.rpartition("/")[2] == name:
            return made.rpartition("/")[2]
    return ""
