"""``make docs``: writes docs/reference anew and the real output into the pages that show it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.kinds.registry import all_kinds
from tests.docs.command_pages import commands_page
from tests.docs.kind_pages import kind_page
from tests.docs.markdown import CHECKED, read
from tests.docs.pages import put_right
from tests.structure.fault_marks import PAGE, with_proofs
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE = (
    "<!-- Made by `make docs`; change schemas/, reconciler/kinds/ or reconciler/cli/ instead. -->\n"
)


def generated() -> Mapping[str, str]:
    """Every page that is made from the code: its path from the top, its text."""
    pages = {f"docs/reference/{name}.md": kind_page(kind) for name, kind in all_kinds().items()}
    pages["docs/reference/commands.md"] = commands_page()
    return {path: f"{NOTE}\n{text}" for path, text in pages.items()}


def main() -> None:
    """Write all of them; prints the pages that have changed."""
    for path, text in generated().items():
        _write(ROOT / path, text)
    _write(ROOT / PAGE, with_proofs(read(PAGE)))
    for page in CHECKED:
        with tempfile.TemporaryDirectory() as folder:
            _write(ROOT / page, put_right(page, Path(folder)))


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
