from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import ContentError
from reconciler.transfer.target import targets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../up",
        "a/../../up",
        "a//b",
        "./a",
        "..",
        "a/",
        "a\\b",
        "a\0b",
        "a\nb",
        "\x1b[31m",
        ".git",
        "sub/.GIT",
        ".git/hooks/pre-commit",
        ".github/workflows/ci.yml",
        "r" * 250,
        "weights.part",
        "weights.part.json",
    ],
)
def test_a_name_that_is_not_plain_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ContentError):
        targets(tmp_path, [key])


def test_a_folder_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ContentError):
        targets(tmp_path / "out", ["sub/file"])


def test_a_place_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to("/etc/passwd")

    with pytest.raises(ContentError):
        targets(tmp_path, ["file"])


def test_a_hidden_file_of_a_model_is_a_file(tmp_path: Path) -> None:
    assert {".gitattributes": tmp_path / ".gitattributes"} == targets(tmp_path, [".gitattributes"])


def test_nested_names_have_nested_places(tmp_path: Path) -> None:
    assert {"1_Pooling/config.json": tmp_path / "1_Pooling" / "config.json"} == targets(
        tmp_path, ["1_Pooling/config.json"]
    )
