"""Texts that stand on no disk answer as the same files on a disk do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.export.texts import TextFiles
from reconciler.manifest.files import DISK

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.manifest.files import Files

NAMES = ("Model/b.yaml", "Model/a.yaml", "Dataset/a.yaml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# \u00fc {name}")
    return tmp_path


def answers(tree: Files, root: Path) -> list[object]:
    """What the tree says of the root, of each file and folder, and of what is not there."""
    paths = [str(root / name) for name in ("", "Model", "Dataset", *NAMES, "none", "Model/none")]
    real = [tree.realpath(f"{path}/../") for path in paths]
    kinds = [(tree.isdir(path), tree.exists(path), tree.lexists(path)) for path in paths]
    listed = [
        [(each.name, each.path, each.is_dir(), each.is_symlink()) for each in tree.scandir(path)]
        for path in (str(root), str(root / "Model"))
    ]
    files = [str(root / name) for name in NAMES]
    return [real, kinds, listed, [(tree.size(path), tree.read(path, "")) for path in files]]


def test_they_are_listed_and_read_as_files_are(root: Path) -> None:
    texts = {str(root / name): (root / name).read_text() for name in NAMES}

    assert answers(DISK, root) == answers(TextFiles(texts), root)


def test_the_size_of_what_is_not_there_is_an_error_on_both(root: Path) -> None:
    for tree in (DISK, TextFiles({})):
        with pytest.raises(FileNotFoundError):
            tree.size(str(root / "none"))
