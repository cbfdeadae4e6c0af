"""Every wrong reconciler.yaml of the corpus is answered with the lines that stand below it.

corpus/project.txt: ``[spec]`` puts the lines below ``spec:``, ``[raw]`` takes them
as the whole file, ``[bytes]`` reads Python's escapes in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.manifest.project import find_project
from tests.manifest.corpus_files import Case, cases, rewrite, shown, unescaped

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: reconciler/v1\nkind: Project\nspec:\n"


def answer(case: Case, folder: Path) -> list[str]:
    (folder / "reconciler.yaml").write_bytes(content(case))
    said = find_project([], folder, None).diagnostics
    return [shown(each).removeprefix("reconciler.yaml:") for each in said]


def content(case: Case) -> bytes:
    if case.head == "bytes":
        return unescaped(case.given)
    if case.head == "raw":
        return case.given.encode()
    return (HEAD + "".join(f"  {line}\n" for line in case.given.splitlines())).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("project")
    rewrite("project", lambda case: answer(case, made))
    return made


@pytest.mark.parametrize("case", cases("project"), ids=str)
def test_a_wrong_project_file_is_answered_line_by_line(case: Case, folder: Path) -> None:
    assert list(case.said) == answer(case, folder)
    assert case.said
