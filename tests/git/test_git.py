"""What the checkout says of its commit and of what is not committed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from reconciler.git.changes import is_committed
from reconciler.git.command import fields_of, git
from reconciler.git.commits import head_commit
from tests.checkout import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "kind: Dataset\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_commit_of_a_changed_tree_is_marked(checkout: Checkout) -> None:
    checkout.commit("data.yaml", TEXT)
    (checkout.root / "data.yaml").write_text("")

    assert head_commit(checkout.root).endswith("-dirty")


def test_where_git_cannot_compare_nothing_is_taken_for_committed(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", TEXT)
    (checkout.root / ".git/index").write_bytes(b"damaged")

    said = (head_commit(checkout.root).endswith("-dirty"), is_committed(checkout.root))
    assert (True, False) == said


def test_looking_at_the_checkout_takes_no_lock_of_it(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", TEXT)
    (checkout.root / ".git/index.lock").touch()

    assert head_commit(checkout.root)


def test_files_that_look_like_a_repository_run_no_commands(
    checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever opens a pull request can commit them, and git takes a folder with them for bare."""
    evil, ran = Checkout(tmp_path_factory.mktemp("evil")), tmp_path_factory.mktemp("ran") / "it"
    evil.commit("rows.jsonl", "{}")
    core = "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n"
    settings = f'{core}[filter "x"]\nclean = "touch {ran}; cat"\n'
    team = checkout.root / "team"
    (evil.root / ".git").rename(team)
    (team / "config").write_text(settings)
    (team / ".gitattributes").write_text("* filter=x\n")
    (team / "rows.jsonl").write_text("[]")
    head_commit(team)

    assert not ran.exists()


def test_git_asks_nobody_for_a_password(checkout: Checkout) -> None:
    asked, asking = checkout.root / "asked", checkout.root / "asking"
    asking.write_text(f"#!/bin/sh\ntouch {asked}\n")
    asking.chmod(0o755)
    checkout.git("config", "core.askPass", str(asking))

    said = git(checkout.root, "credential", "fill", stdin="protocol=https\nhost=a.invalid\n\n")

    assert (None, False) == (said, asked.exists())


@pytest.mark.parametrize("call", [git, lambda *given: "".join(fields_of(*given))])
def test_what_git_starts_has_no_terminal_to_ask_on(
    call: Callable[..., str | None], checkout: Checkout
) -> None:
    checkout.git("config", "alias.session", "!cut -d' ' -f6 /proc/self/stat; :")

    said = call(checkout.root, "session") or ""

    assert (True, False) == (said.strip().isdigit(), said.strip() == str(os.getsid(0)))
