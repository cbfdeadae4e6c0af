"""Names that mean nothing usable, circles, doubles: whole projects, answered line by line.

corpus/references.txt holds ``== title``, the documents without their apiVersion, and ``=> line:
column: ref: message (hint)``. RECONCILER_REWRITE=1 writes what is said now: read the difference.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from reconciler.desire import validate
from reconciler.manifest.project import find_project
from tests.manifest.corpus_files import FOLDER, make_project, shown

if TYPE_CHECKING:
    from pathlib import Path

FILE = FOLDER / "references.txt"
SAID = "=> "


def cases() -> dict[str, list[str]]:
    """The lines below each title."""
    parts = FILE.read_text(encoding="utf-8").split("== ")[1:]
    return {part.split("\n")[0]: part.rstrip("\n").split("\n")[1:] for part in parts}


def answer(title: str, folder: Path) -> list[str]:
    lines = [line for line in cases()[title] if not line.startswith(SAID)]
    text = "".join(f"{line}\n" for line in lines)
    head = "apiVersion: reconciler/v1\n"
    whole = head + text.replace("---\n", f"---\n{head}")
    (folder / "manifests/m.yaml").write_text(whole, encoding="utf-8")
    found = validate([], find_project([], folder, None), folder)
    return [f"{SAID}{shown(each)}" for each in found]


def rewrite(folder: Path) -> None:
    texts = []
    for title, lines in cases().items():
        given = [line for line in lines if not line.startswith(SAID)]
        texts.append("\n".join([f"== {title}", *given, *answer(title, folder)]) + "\n")
    FILE.write_text("".join(texts), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("references")
    make_project(made)
    if os.environ.get("RECONCILER_REWRITE"):
        rewrite(made)
    return made


@pytest.mark.parametrize("title", cases())
def test_a_bad_reference_is_answered_line_by_line(title: str, folder: Path) -> None:
    said = [line for line in cases()[title] if line.startswith(SAID)]

    assert said == answer(title, folder)
    assert said
