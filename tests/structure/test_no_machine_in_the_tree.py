"""No file of the tree knows the machine it was written on, or where its packages came from."""

from __future__ import annotations

import re

import pytest

from tests.structure.source_tree import ROOT, text_files

# Character classes keep these patterns from finding themselves.
PATTERNS = {
    "an absolute path of somebody's machine": re.compile(
        r"(?<![\w.}~-])/(?:work|home|opt|root|Users)/\w"
    ),
    "a brief or a scratch folder": re.compile(r"(?<![\w.}~-])/tmp/[b]riefs"),
    "a package index": re.compile(
        r"pypi[.](?:org|python)|python[h]osted[.]org|registry[.]npmjs|deb[.]debian[.]org"
    ),
    "an option that names a package index": re.compile(
        r"--(?:extra-)?index-[u]rl|--find-[l]inks(?!\w)|--trusted-[h]ost|--[c]ert\b"
    ),
}


@pytest.mark.parametrize("what", PATTERNS)
def test_no_file_names(what: str) -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{number}: {found.group()}"
        for path in text_files()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if (found := PATTERNS[what].search(line))
    ]

    assert [] == broken, "\n".join(broken)


def test_the_search_finds_a_home_folder() -> None:
    pattern = PATTERNS["an absolute path of somebody's machine"]

    assert pattern.search("see " + "/".join(["", "home", "somebody", "project"]))
