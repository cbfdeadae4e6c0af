"""``reconciler data``: what is in the rows of a dataset, before they cost money."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Common, common, tokenizer_option
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.data.facts import DataFacts
    from reconciler.data.tokenizer import TokenCounter
    from reconciler.manifest.load import Loaded
    from reconciler.manifest.manifest import Manifest

INVALID = 3


@click.command(epilog="Example: reconciler data Dataset/support-chat")
@click.argument("ref", metavar="DATASET/NAME")
@common(connects=False)
@tokenizer_option()
def command(shared: Common, ref: str, tokenizer: str | None) -> int:
    """Show what is in the rows of a dataset: offline, one pass over the file.

    Rows by form, messages by role, tokens with a histogram, rows that stand twice, rows over the
    context length of the jobs that read them, rows shared with the other dataset of such a job,
    what looks like a key, and every problem that validate finds in the rows. Exit 3 when there is
    an error among them.
    """
    from reconciler.cli.session import style_of
    from reconciler.diagnostic import has_errors
    from reconciler.report.data import data_json, render_data

    counter = _given(tokenizer) if tokenizer else None
    facts = _look(shared, ref, counter)
    text = data_json(facts) if shared.format == "json" else render_data(facts, style_of(shared))
    click.echo(text, nl=False)
    return INVALID if has_errors(facts.diagnostics) else 0


def _given(path: str) -> TokenCounter:
    from reconciler.data.tokenizer import open_tokenizer

    return open_tokenizer(Path(path), path)


def _look(shared: Common, ref: str, counter: TokenCounter | None) -> DataFacts:
    from reconciler.cli.session import find
    from reconciler.data.look import Surroundings, look_at
    from reconciler.kinds.registry import all_kinds
    from reconciler.manifest.load import load

    cwd, kinds = Path.cwd(), all_kinds()
    loaded = load(shared.paths, find(shared, cwd), cwd, kinds=kinds, reads=False)
    manifests = (*loaded.manifests, *loaded.damaged)
    return look_at(_named(ref, loaded), Surroundings(manifests, kinds, cwd), counter)


def _named(text: str, loaded: Loaded) -> Manifest:
    """The dataset of the project, its manifest may have errors elsewhere; raises UsageError."""
    from reconciler.ref import ResourceRef

    try:
        ref = ResourceRef.parse(text)
    except ValueError as error:
        raise UsageError(str(error), "see: reconciler data --help") from None
    for manifest in (*loaded.manifests, *loaded.damaged):
        if manifest.ref == ref and not manifest.absent:
            return manifest
    raise UsageError(f"{ref} is not declared in this project", "see: reconciler validate")
