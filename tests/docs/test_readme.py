"""The README and the guide show what their commands really print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.console import Steady, agrees
from tests.docs.markdown import CHECKED, blocks, read
from tests.docs.pages import wrong
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", CHECKED)
def test_a_page_shows_what_its_commands_print(page: str, tmp_path: Path) -> None:
    found = wrong(page, tmp_path)

    assert [] == found, "\n".join(["`make docs` writes it anew.", *found])


def test_a_page_that_shows_another_output_is_found() -> None:
    assert not agrees(("one", "three"), ("one", "two", "three"))


def test_a_digest_that_should_be_another_one_is_found() -> None:
    shown, real = Steady(), Steady()

    assert shown.line("chat-0123456789 bot-0123456789") != real.line(
        "chat-0123456789 bot-9876543210"
    )


def test_lines_may_be_left_out_where_the_page_says_so() -> None:
    assert agrees(("one", "...", "three"), ("one", "two", "three"))


@pytest.mark.parametrize("page", CHECKED)
def test_every_target_of_make_that_a_page_names_is_there(page: str) -> None:
    makefile = read("Makefile")
    named = {target for block in blocks(read(page), "sh") for target in _targets(block.text)}

    assert set() == {target for target in named if not re.search(rf"^{target}:", makefile, re.M)}


def _targets(commands: str) -> list[str]:
    return re.findall(r"^make (\w+)", commands, re.M)


def test_no_page_tells_to_install_the_name_that_belongs_to_somebody_else() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*")]
    texts = {p: p.read_text("utf-8") for p in pages if p.suffix in (".md", ".yml", ".yaml")}

    assert [] == [
        path
        for path, text in texts.items()
        if re.search(r"\b(?:install|add|uvx|pipx run)\s+(?:-\S+\s+)*reconciler\b", text)
    ]
