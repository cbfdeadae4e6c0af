"""Every case of the corpus is answered with exactly the lines that stand below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.manifest.corpus_files import Case, cases, load_content, make_project, shown

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("bytes", "syntax", "scalars", "shape", "identity", "values", "secrets", "paths")


@pytest.mark.parametrize("case", [case for name in FILES for case in cases(name)], ids=str)
def test_a_bad_manifest_is_answered_line_by_line(case: Case, tmp_path: Path) -> None:
    make_project(tmp_path)

    loaded = load_content(tmp_path, case.content)

    assert list(case.said) == [shown(diagnostic) for diagnostic in loaded.diagnostics]


@pytest.mark.parametrize("case", [case for name in FILES for case in cases(name)], ids=str)
def test_a_manifest_with_an_error_goes_no_further(case: Case, tmp_path: Path) -> None:
    make_project(tmp_path)

    loaded = load_content(tmp_path, case.content)

    wrong = {d.ref for d in loaded.diagnostics if d.severity.value == "error"}
    assert set() == wrong & {manifest.ref for manifest in loaded.manifests}


@pytest.mark.parametrize("case", cases("secrets"), ids=str)
def test_no_message_echoes_a_secret(case: Case, tmp_path: Path) -> None:
    make_project(tmp_path)

    loaded = load_content(tmp_path, case.content)

    said = "\n".join(f"{d.message} {d.hint} {d.ref}" for d in loaded.diagnostics)
    secret = max(case.content.decode().replace(":", " ").split(), key=len)
    assert secret.strip("{}") not in said
