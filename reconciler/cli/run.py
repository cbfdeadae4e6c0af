"""Run one command and turn whatever ends it into an exit code and at most two lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli.group import group
from reconciler.cli.options import LOG
from reconciler.cli.output import discard, say_or_lose
from reconciler.errors import Interrupted, InvalidInput, ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Sequence

UNEXPECTED_EXIT = 1
USAGE_EXIT = 64


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command line ``arguments`` (contract section 6)."""
    try:
        code = group.main(list(arguments), prog_name="reconciler", standalone_mode=False)
        sys.stdout.flush()
    except OSError as error:
        return _output_lost(error)
    except SystemExit:  # click's way to say that nobody reads stdout any more
        return _output_lost(BrokenPipeError())
    except Exception as error:
        return _explain(error)
    except KeyboardInterrupt as interrupt:
        return _interrupted(interrupt)
    return code if isinstance(code, int) else 0


def _output_lost(error: OSError) -> int:
    """Stdout took not all of the output: the disk is full, or its reader is gone. Of the latter
    nobody is left to tell. Whatever was still to be done was not."""
    discard(sys.stdout)
    return UNEXPECTED_EXIT if isinstance(error, BrokenPipeError) else _explain(error)


def _explain(error: Exception) -> int:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        return _interrupted(error.__cause__)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say_or_lose(f"{error.format_message()}\n", err=True)
        return USAGE_EXIT
    if isinstance(error, click.ClickException):
        from reconciler.cli.usage import in_our_words

        return _explain_ours(in_our_words(error))
    if isinstance(error, ReconcilerError):
        return _explain_ours(error)
    if isinstance(error, OSError) and error.strerror:
        _line(f"error: {error.strerror}{f': {error.filename}' if error.filename else ''}")
        return UNEXPECTED_EXIT
    return _unexpected(error)


def _interrupted(interrupt: BaseException | None) -> int:
    """128 and the number of the signal, which main.py gives along for all but SIGINT."""
    number = interrupt.args[0] if isinstance(interrupt, KeyboardInterrupt) and interrupt.args else 2
    return 128 + int(number)


def _unexpected(error: Exception) -> int:
    """A mistake of ours. Its text may hold anything, secrets too, and is never shown; its kind and
    place are what a report needs."""
    import logging

    _line("error: unexpected failure")
    _line("  hint: run it again with -v, and report what it says")
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else "nowhere"
    logging.getLogger(LOG).info("failure: %s in %s", type(error).__name__, place)
    return UNEXPECTED_EXIT


def _explain_ours(error: ReconcilerError) -> int:
    if isinstance(error, InvalidInput):
        _show_problems(error)
    elif not isinstance(error, Interrupted):
        _line(f"error: {error.message}")
        if error.hint:
            _line(f"  hint: {error.hint}")
    return error.exit_code


def _show_problems(error: InvalidInput) -> None:
    from reconciler.report.diagnostics import render_diagnostics

    say_or_lose(render_diagnostics(error.diagnostics, "text"), err=True)


def _line(text: str) -> None:
    from reconciler.report.escape import escape

    say_or_lose(f"{escape(text)}\n", err=True)
