"""A mistake of ours ends in two lines without Python in them; -v says what a report needs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli.options import LOG
from reconciler.cli.run import run

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "fw_something_secret"


@pytest.fixture
def broken_command(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``graph`` fails in a way that nobody foresaw."""

    @click.command()
    def fails() -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr("reconciler.cli.graph.command", fails)
    yield
    logging.getLogger(LOG).setLevel(logging.NOTSET)


@pytest.mark.usefixtures("broken_command")
def test_an_unforeseen_failure_ends_in_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["graph"])

    lines = ["error: unexpected failure", "  hint: run it again with -v, and report what it says"]
    assert (1, lines) == (code, capsys.readouterr().err.splitlines())


@pytest.mark.usefixtures("broken_command")
def test_the_log_names_its_kind_and_place_and_not_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, LOG)

    run(["graph"])

    told = caplog.messages[-1]
    assert ("KeyError" in told, "test_unexpected:" in told, SECRET in told) == (True, True, False)
