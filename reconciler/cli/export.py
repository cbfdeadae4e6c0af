"""``reconciler export``: manifests for what is live; reads only."""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.canonical import document_text
from reconciler.cli.options import Common, common
from reconciler.cli.output import say_or_lose
from reconciler.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.cli.exported_rows import Place
    from reconciler.export.export import Export
    from reconciler.fireworks import FireworksProvider
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState

UNREADABLE = 1


@click.command(epilog="Example: reconciler export --kind Deployment --out manifests")
@common()
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind; repeatable.")
@click.option(
    "--out", type=click.Path(file_okay=False), help="One file per resource in DIR; default: stdout."
)
@click.option(
    "--content",
    type=click.Choice(["all", "none"]),
    default="all",
    show_default=True,
    help="Read the rows of uploaded datasets, for source.sha256, and keep them below --out; "
    "none: leave both out.",
)
def command(shared: Common, kinds: tuple[str, ...], out: str | None, content: str) -> int:
    """Write manifests for live resources; they plan to no changes.

    Every manifest was planned against the account before it is written; what cannot be said in
    one is named on stderr. With --out the rows of datasets go to DIR/data, whole or not at all;
    after a run that was cut short the next one goes on. Files that exist are never overwritten.
    """
    from reconciler.cli import session as sessions
    from reconciler.cli.named_secrets import named_secrets
    from reconciler.cli.signals import stop_on_signals
    from reconciler.live.snapshot import list_account

    wanted = _kinds(kinds)
    session = sessions.open_session(shared)
    known = (session.common.paths, session.project, session.cwd)
    session.secrets[:] = named_secrets(*known, os.environ)
    with ExitStack() as alone:
        with (
            stop_on_signals() as switch,
            session.connect(read_only=True, stop=switch.event) as reader,
        ):
            with switch.breaking_off():
                live = list_account(reader, wanted)
            place = _place(live, Path(out), wanted, alone) if out else None
            export = _export(live, reader, content, place, quiet=shared.quiet)
            if switch.event.is_set():
                return switch.exit_code
        if place:
            _fill(place, export, session.account)
    click.echo(_result(export, shared.format, in_files=place is not None), nl=False)
    _tell(export, live, shared, out)
    return UNREADABLE if live.incomplete else 0


def _kinds(names: Iterable[str]) -> list[Kind] | None:
    """The kinds asked for, None for all. Raises UsageError."""
    from reconciler.kinds.registry import all_kinds

    for name in names:
        if name not in all_kinds():
            raise UsageError(f"--kind: there is no kind {name}", f"one of {', '.join(all_kinds())}")
    return [kind for kind in all_kinds().values() if kind.name in names] or None


def _export(
    live: LiveState, reader: FireworksProvider, content: str, place: Place | None, *, quiet: bool
) -> Export:
    """The manifests; rows are read meanwhile, with progress."""
    from reconciler.cli.bytes_shown import showing_bytes
    from reconciler.cli.exported_rows import rows_reader
    from reconciler.export.export import Exporter
    from reconciler.export.prove import refuted
    from reconciler.kinds.registry import all_kinds
    from reconciler.manifest.schema_set import shipped_schemas

    with ExitStack() as stack:
        shown = partial(showing_bytes, "rows read", quiet=quiet)
        rows = rows_reader(reader, content, lambda: stack.enter_context(shown()), place)
        beside = os.path.join(place.folder.parent, "") if place else ""
        exporter = Exporter(live, all_kinds(), shipped_schemas(), rows, beside)
        return exporter.export(lambda made: refuted(made, live))


def _result(export: Export, format: str, *, in_files: bool) -> str:  # noqa: A002
    """What goes to stdout: of text only what stands in no file."""
    from reconciler.export.files import document, stream

    if format == "json":
        return document_text(document(export))
    return "" if in_files else stream(export.manifests)


def _place(live: LiveState, folder: Path, wanted: list[Kind] | None, stack: ExitStack) -> Place:
    """A folder that nobody else exports into until ``stack`` ends, and in which nothing is in the
    way of what may be written. Raises Refused."""
    from reconciler.cli.exported_rows import Place
    from reconciler.cli.unfinished_export import Note, alone_in
    from reconciler.export.export import DATA
    from reconciler.kinds.registry import all_kinds

    stack.enter_context(alone_in(folder))
    note = Note.of(folder)
    left = set(note.left_behind([kind.name for kind in wanted or all_kinds().values()]))
    _require_free(path for path in _expected(live, folder) if path not in left)
    for path in left:
        path.unlink()
    note.writes({})
    return Place(folder / DATA, note)


def _fill(place: Place, export: Export, account: str) -> None:
    """Write all manifests, or none where one would be overwritten, and say which rows do not stay.
    Raises Refused."""
    from reconciler.cli.kept_rows import drop_misfits
    from reconciler.export.files import file_name, file_text

    folder = place.folder.parent
    texts = {file_name(one.ref): file_text(one) for one in export.manifests}
    written = [folder / name for name in texts]
    _require_free(written)
    place.note.writes(texts)
    for path, text in zip(written, texts.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    for path, why in drop_misfits(written, place.brought, folder, account):
        _say(f"rows not kept: {path}: {why}; the pin stands for them")
    place.note.finish()


def _expected(live: LiveState, folder: Path) -> list[Path]:
    """The files of all that may have a manifest, known before anything is written."""
    from reconciler.export.choose import choose
    from reconciler.export.files import file_name
    from reconciler.export.names import refs_of
    from reconciler.kinds.registry import all_kinds

    chosen, _ = choose(live.resources.values(), all_kinds(), live.account)
    return [folder / file_name(ref) for ref in refs_of(chosen, all_kinds()).values()]


def _require_free(places: Iterable[Path]) -> None:
    there = [path for path in places if os.path.lexists(path)]
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise Refused(f"{there[0]}{more} exists: nothing was written", "choose another --out")


def _tell(export: Export, live: LiveState, shared: Common, out: str | None) -> None:
    for name, why in export.skipped.items():
        _say(f"left out: {live.resources[name].kind}/{name.rpartition('/')[2]}: {why}")
    for said in live.diagnostics:
        _say(f"warning: {said.message}")
    for kind, why in sorted(live.incomplete.items()):
        _say(f"error: {kind}: the account could not be read completely: {why}")
    if not shared.quiet:
        where = f" to {out}" if out else ""
        _say(f"exported {len(export.manifests)} of {len(live.resources)} live resources{where}")


def _say(text: str) -> None:
    from reconciler.report.escape import escape

    say_or_lose(f"{escape(text)}\n", err=True)
