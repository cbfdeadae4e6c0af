"""The options that commands share, gathered into one value."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


LOG = "reconciler"


class Seconds(click.FloatRange):
    """How long to wait: what is no number (``nan``) or has no end is no time."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


def in_a_folder(_context: object, parameter: click.Parameter, file: str | None) -> str | None:
    """A callback for a file that is written at the end: better known before the work begins.
    Raises UsageError."""
    if file is not None:
        check_folder(parameter.opts[0], Path(file))
    return file


def check_folder(option: str, file: Path) -> None:
    """Raises UsageError when no folder is there for the file."""
    if not file.parent.is_dir():
        raise UsageError(f"{option}: {str(file.parent)[:120]}: no such folder")


@dataclass(frozen=True, slots=True)
class Common:
    """What every command may be told (contract section 3)."""

    paths: tuple[Path, ...] = ()
    environment: str | None = None
    account: str | None = None
    base_url: str | None = None
    format: str = "text"
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False


def common(
    formats: tuple[str, ...] = ("text", "json"),
    *,
    paths: str | None = "[PATH]...",
    connects: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the shared options; the command gets them as its first argument, a ``Common``.

    ``paths`` is how help calls the arguments; None: the command takes none of them.
    """

    decorators = [*_where(paths, connects=connects), *_format(formats), *_output()]
    return functools.partial(_with, decorators)


def about_output(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a command without a project may be told: how it prints, so that a script may give
    ``-q`` or ``--color never`` to all of them. It gets a ``Common`` too."""
    return _with(_output(hidden=True), function)


def _with(decorators: Iterable[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(**given: Any) -> Any:
        known = {name: given.pop(name) for name in Common.__slots__ if name in given}
        known["paths"] = tuple(Path(path) for path in known.get("paths", ()))
        # The style decides on colour; click would take it out again where no terminal is.
        click.get_current_context().color = True
        if known.get("verbose"):
            _tell_errors()
        return function(Common(**known), **given)

    return functools.reduce(lambda f, add: add(f), reversed(list(decorators)), call)


def tokenizer_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option ``--tokenizer`` of a command, a path as typed or None."""
    return click.option(
        "--tokenizer",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Count tokens with this tokenizer.json (needs the library tokenizers).",
    )


def _tell_errors() -> None:
    """Each error in a line of its own on stderr, whatever becomes of it (contract 7)."""
    import logging  # only who asks pays for it

    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger(LOG)
    logger.addHandler(told)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _where(paths: str | None, *, connects: bool) -> Iterator[Any]:
    if paths:
        yield click.argument("paths", nargs=-1, metavar=paths, type=click.Path())
    yield click.option(
        "--env", "environment", metavar="NAME", help="Environment of reconciler.yaml."
    )
    # Taken by offline commands too, so that one set of options serves all of them.
    hidden = not connects
    account = "Account id; else FIREWORKS_ACCOUNT_ID."
    yield click.option("--account", metavar="ID", help=account, hidden=hidden)
    address = "API address; else FIREWORKS_BASE_URL."
    yield click.option("--base-url", metavar="URL", help=address, hidden=hidden)


def _format(formats: tuple[str, ...]) -> Iterator[Any]:
    if len(formats) > 1:
        choice = click.Choice(formats)
        yield click.option("--format", type=choice, default=formats[0], show_default=True)


def _output(*, hidden: bool = False) -> Iterator[Any]:
    """``hidden``: all but ``-q``, which have no meaning for the command and are taken anyway."""
    yield click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colour of text; NO_COLOR is honoured.",
        hidden=hidden,
    )
    yield click.option("-q", "--quiet", is_flag=True, help="Only results and errors.")
    said = "Show more about API errors."
    yield click.option("-v", "--verbose", is_flag=True, help=said, hidden=hidden)
