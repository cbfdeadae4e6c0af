"""Every wrong command line of the corpus is answered with its exit code and words, asking nobody.

corpus/usage.txt: the head is the account's environment (``account``; ``bare``: no variable is set).
A case is one command line, with ``NAME=value`` for the environment before it and Python's escapes
in it; then the exit code and what stands on stderr. Nobody listens at the address of the account:
what asks nevertheless ends with 1.
"""

from __future__ import annotations

import logging
import os
import shlex
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.options import LOG
from reconciler.cli.run import run
from tests.manifest.corpus_files import Case, cases, rewrite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ACCOUNT = {
    "FIREWORKS_API_KEY": "fw_key",
    "FIREWORKS_ACCOUNT_ID": "acme",
    "FIREWORKS_BASE_URL": "http://127.0.0.1:1",
    "RECONCILER_TEMPO": "1000",
}
RUN_OF_OURS = ("FIREWORKS", "ACTION", "GITHUB", "RECONCILER", "NO_COLOR", "XDG")


class Shell:
    """Runs command lines in this process, in one project that ``init`` has written."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd
        self._folder = folder

    def answer(self, case: Case) -> list[str]:
        """The exit code, then the lines of stderr; stdout has none."""
        words = shlex.split(case.given.encode().decode("unicode_escape"))
        environ = ACCOUNT if case.head == "account" else {}
        while words and words[0].partition("=")[0].isupper():
            name, _, value = words.pop(0).partition("=")
            environ = {**environ, name: value}
        with self._monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(RUN_OF_OURS)]:
                patch.delenv(name)
            for name, value in {**environ, "XDG_CACHE_HOME": str(self._folder / "cache")}.items():
                patch.setenv(name, value)
            patch.chdir(self._folder / "project")
            return self._said(run(words))

    def _said(self, code: int) -> list[str]:
        out, err = self._capfd.readouterr()
        logging.getLogger(LOG).handlers.clear()
        shown = [f"stdout: {line}" for line in out.splitlines()]
        said = err.replace(str(self._folder), "FOLDER").splitlines()
        return [str(code), *shown, *(line for line in said if line)]


@pytest.fixture
def shell(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], project: Path
) -> Shell:
    return Shell(monkeypatch, capfd, project)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usage")
    assert run(["init", str(folder / "project")]) == 0
    (folder / "project/plan.json").write_text("no plan")
    (folder / "other").mkdir()
    (folder / "other/reconciler.yaml").touch()
    return folder


def test_the_corpus_is_written_anew_when_asked_for(shell: Shell) -> None:
    rewrite("usage", shell.answer)


@pytest.mark.parametrize("case", cases("usage"), ids=str)
def test_a_wrong_command_line_is_answered_in_words(case: Case, shell: Shell) -> None:
    assert list(case.said) == shell.answer(case)


@pytest.mark.parametrize("case", cases("usage"), ids=str)
def test_a_wrong_command_line_has_a_code_of_its_own(case: Case) -> None:
    assert _code(case.said) in (3, 5, 6, 64)


def _code(said: Sequence[str]) -> int:
    return int(said[0])
