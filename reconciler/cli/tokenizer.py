"""``--tokenizer FILE``: count tokens with a tokenizer that no model of the project has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def tokenizer_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option ``--tokenizer`` of a command, a path as typed or None."""
    return click.option(
        "--tokenizer",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Count tokens with this tokenizer.json (needs the library tokenizers).",
    )
