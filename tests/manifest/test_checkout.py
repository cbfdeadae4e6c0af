"""What is known of a file goes by what git says of its bytes, where nothing can have changed them.

Each test makes a checkout, lets one run read a data file, and looks from another checkout of the
same commit, with the cache of the first.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from reconciler.manifest.checkout import WORTH, Checkout, Claim, is_racy
from reconciler.manifest.digests import hashed
from reconciler.manifest.file_facts import RACY_NS, FileFacts, FileMemory
from reconciler.manifest.file_set import LocalFile
from reconciler.manifest.one_read import look
from reconciler.manifest.reading import Seen, Wanted
from tests.live.shelf import Shelf
from tests.opened_files import opened_below

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROW = '{"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "x"}]}\n'
COUNT = 200
DATA = "".join(ROW % (f"{number} " * 2_000) for number in range(COUNT)).encode()
ROWS = Wanted(rows=True, row_format="CHAT", sha256=False)
NAME = "rows.jsonl"
LONG_AGO = 1_700_000_000_000_000_000
LFS = """#!/bin/sh
# Just enough of git-lfs: clean and smudge by way of a folder beside the checkouts.
store=$(dirname "$0")/store
if [ "$1" = clean ]; then
    cat > "$store/new"
    oid=$(sha256sum < "$store/new" | cut -d' ' -f1)
    size=$(wc -c < "$store/new")
    mv "$store/new" "$store/$oid"
    printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %d\\n' "$oid" "$size"
else
    cat "$store/$(sed -n 's/^oid sha256://p')"
fi
"""


def later() -> int:
    """A time at which nothing written so far is racy."""
    return time.time_ns() + RACY_NS + 1_000_000_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git that knows no configuration but the tests' own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    git(home, "config", "--global", "user.email", "a@example.com")
    git(home, "config", "--global", "user.name", "A")
    return home


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def commit(root: Path, content: bytes = DATA, attributes: str = "") -> Path:
    """A checkout with one commit, not racy any more; the path of its data file."""
    git(root.parent, "init", "-q", str(root))
    if attributes:
        (root / ".gitattributes").write_text(attributes)
    (root / NAME).write_bytes(content)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "data")
    settle(root)
    return root / NAME


def clone(origin: Path, to: Path, *options: str) -> Path:
    git(to.parent, *options, "clone", "-q", "--no-hardlinks", str(origin), str(to))
    settle(to)
    return to / NAME


def settle(root: Path) -> None:
    """As after a while: the index is younger than every file."""
    index = root / ".git/index"
    until = time.time_ns() + 1_000_000_000
    os.utime(index, ns=(until, until))


def see(path: Path, shelf: Shelf, now: Callable[[], int] = later) -> Seen:
    memory = FileMemory(shelf, now, Checkout(path.parent))
    return look(path.name, str(path), path.name, ROWS, memory)


def claim(path: Path) -> Claim | None:
    """What git says of a file in the top folder of its checkout."""
    return Checkout(path.parent).claim(str(path), path.stat())


def opens(path: Path, shelf: Shelf) -> int:
    """How often the data file is opened by us for one look."""
    with opened_below(path.parent) as opened:
        see(path, shelf)
    return sum(each.endswith(NAME) for each in map(str, opened))


def test_another_checkout_of_the_same_commit_is_not_read(tmp_path: Path) -> None:
    shelf = Shelf()
    first = see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b")

    assert 0 == opens(path, shelf)
    found = see(path, shelf)
    assert (first.rows, first.summary) == (found.rows, found.summary)
    assert (first.file.sha256, first.file.crc32c) == (found.file.sha256, found.file.crc32c)


def test_what_git_told_is_remembered_of_the_file_itself(tmp_path: Path) -> None:
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b")
    see(path, shelf)

    found = FileMemory(shelf).recall(str(path), path.stat())

    assert (hashlib.sha256(DATA).hexdigest(), COUNT) == (found.sha256, found.rows)


def test_a_repository_of_sha256_works_as_well(tmp_path: Path) -> None:
    shelf = Shelf()
    git(tmp_path, "init", "-q", "--object-format=sha256", str(tmp_path / "a"))
    see(commit(tmp_path / "a"), shelf)

    assert 0 == opens(clone(tmp_path / "a", tmp_path / "b"), shelf)


def test_a_file_of_the_same_size_that_replaced_it_is_read(tmp_path: Path) -> None:
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b")
    other = DATA.replace(b'"content": "x"', b'"content": "y"')
    path.write_bytes(other)

    assert hashlib.sha256(other).hexdigest() == see(path, shelf).file.sha256


def test_a_file_that_was_rewritten_and_dated_back_is_read(tmp_path: Path) -> None:
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b")
    before, other = path.stat(), DATA.replace(b'"content": "x"', b'"content": "y"')
    path.write_bytes(other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert hashlib.sha256(other).hexdigest() == see(path, shelf).file.sha256


def racy(path: Path) -> Path:
    """The file, written to within the tick in which its index was."""
    times = path.stat().st_mtime_ns
    os.utime(path.parent / ".git/index", ns=(times, times))
    return path


def test_rows_as_young_as_the_index_are_proved_but_not_checked_again(tmp_path: Path) -> None:
    """A fresh checkout of few files; hashing costs a tenth of checking rows."""
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = racy(clone(tmp_path / "a", tmp_path / "b"))

    assert claim(path) == Claim(claim_text(path), sure=False)
    assert (1, 0) == (opens(path, shelf), opens(path, shelf))


def claim_text(path: Path) -> str:
    return "git:" + git(path.parent, "rev-parse", f"HEAD:{NAME}").strip()


def test_rows_rewritten_within_the_tick_of_the_index_are_checked(tmp_path: Path) -> None:
    """Racy git: neither size nor dates show it, here by an index that was made to agree."""
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b")
    other = DATA.replace(b'"content": "x"', b'"content": "y"')
    path.write_bytes(other)
    git(racy(path).parent, "add", NAME)
    oid = claim_text(path)
    _forge(path.parent / ".git/index", git(path.parent, "rev-parse", f":{NAME}").strip(), oid)
    racy(path)

    assert Claim(oid, sure=False) == claim(path)
    assert hashlib.sha256(other).hexdigest() == see(path, shelf).file.sha256


def _forge(index: Path, staged: str, oid: str) -> None:
    """The index as git would have left it, had the rewrite come a moment after it."""
    content = index.read_bytes().replace(
        bytes.fromhex(staged), bytes.fromhex(oid.removeprefix("git:"))
    )
    body = content[:-20]
    index.write_bytes(body + hashlib.sha1(body, usedforsecurity=False).digest())


def test_a_file_that_has_just_been_written_is_read(tmp_path: Path) -> None:
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b")
    with opened_below(path.parent) as opened:
        see(path, shelf, lambda: path.stat().st_ctime_ns + RACY_NS - 1)

    assert 1 == sum(str(each).endswith(NAME) for each in opened)


def test_where_the_clock_ticks_in_seconds_the_index_must_be_seconds_younger() -> None:
    written = LONG_AGO + 1_500_000_000

    assert [True, False] == [is_racy(LONG_AGO, written), is_racy(LONG_AGO + 1, written)]


@pytest.mark.parametrize(
    "attributes",
    [
        "*.jsonl text=auto",
        "*.jsonl text",
        "*.jsonl eol=crlf",
        "*.jsonl ident",
        "*.jsonl filter=other",
        "*.jsonl crlf",
        "*.jsonl working-tree-encoding=UTF-16",
        "* text=auto",
    ],
)
def test_a_file_that_git_may_convert_is_read(tmp_path: Path, attributes: str) -> None:
    content = DATA.decode().encode("utf-16") if "UTF-16" in attributes else DATA
    path = commit(tmp_path / "a", content, attributes + "\n")

    assert claim(path) is None


@pytest.mark.parametrize("attributes", ["", "* text=auto\n*.jsonl -text", "*.jsonl binary"])
def test_a_file_that_git_never_converts_is_known(tmp_path: Path, attributes: str) -> None:
    path = commit(tmp_path / "a", attributes=attributes + "\n")
    oid = git(path.parent, "rev-parse", f"HEAD:{NAME}").strip()

    assert Claim(f"git:{oid}", sure=True) == claim(path)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("core.autocrlf", "true"), ("core.autocrlf", "input"), ("filter.any.smudge", "cat")],
)
def test_a_checkout_that_is_set_to_convert_is_read(
    tmp_path: Path, setting: str, value: str
) -> None:
    path = commit(tmp_path / "a")
    git(path.parent, "config", setting, value)

    assert claim(path) is None


def test_what_was_converted_under_an_earlier_setting_has_another_size(tmp_path: Path) -> None:
    """autocrlf was on at checkout and is off by now: git still takes the file for unchanged."""
    shelf = Shelf()
    see(commit(tmp_path / "a"), shelf)
    path = clone(tmp_path / "a", tmp_path / "b", "-c", "core.autocrlf=true")

    assert 1 == opens(path, shelf)
    assert DATA.replace(b"\n", b"\r\n") == path.read_bytes()
    assert "" == git(path.parent, "-c", "core.autocrlf=false", "diff-files", "--name-only")


def test_nothing_is_kept_for_other_checkouts_that_the_bytes_do_not_prove(tmp_path: Path) -> None:
    """The file was converted, git takes it for unchanged, and it is read with the setting off."""
    shelf = Shelf()
    commit(tmp_path / "a")
    see(clone(tmp_path / "a", tmp_path / "b", "-c", "core.autocrlf=true"), shelf)

    assert "git" not in {area for area, _ in shelf.texts}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_was_told_not_to_look_at_is_read(tmp_path: Path, flag: str) -> None:
    path = commit(tmp_path / "a")
    git(path.parent, "update-index", flag, NAME)
    settle(path.parent)

    assert claim(path) is None


def test_an_untracked_file_is_read(tmp_path: Path) -> None:
    commit(tmp_path / "a")
    new = tmp_path / "a/new.jsonl"
    new.write_bytes(DATA)

    assert claim(new) is None


def test_without_a_checkout_every_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(DATA)

    assert claim(path) is None


def test_git_is_not_asked_for_a_few_bytes(tmp_path: Path) -> None:
    path = commit(tmp_path / "a", b"x" * (WORTH - 1))
    checkout = Checkout(path.parent)
    first = [checkout.claim(str(path), path.stat()) for _ in range(2)]
    more = path.parent / "more"
    more.write_bytes(b"x")
    checkout.claim(str(more), more.stat())

    assert [None, None] == first
    assert checkout.claim(str(path), path.stat()) is not None


@pytest.fixture
def lfs(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a git-lfs that keeps its objects beside itself."""
    folder = tmp_path / "bin"
    (folder / "store").mkdir(parents=True)
    (folder / "git-lfs").write_text(LFS)
    (folder / "git-lfs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    git(home, "config", "--global", "filter.lfs.clean", "git-lfs clean -- %f")
    git(home, "config", "--global", "filter.lfs.smudge", "git-lfs smudge -- %f")
    return folder


LFS_LINE = "*.jsonl filter=lfs diff=lfs merge=lfs -text\n"


@pytest.mark.usefixtures("lfs")
def test_a_file_of_git_lfs_is_known_by_its_oid(tmp_path: Path) -> None:
    path = commit(tmp_path / "a", attributes=LFS_LINE)

    oid = hashlib.sha256(DATA).hexdigest()
    assert Claim(f"lfs:{oid}", sure=True) == claim(path)


@pytest.mark.usefixtures("lfs")
def test_another_checkout_of_a_file_of_git_lfs_is_not_read(tmp_path: Path) -> None:
    shelf = Shelf()
    see(commit(tmp_path / "a", attributes=LFS_LINE), shelf)

    assert 0 == opens(clone(tmp_path / "a", tmp_path / "b"), shelf)


@pytest.mark.usefixtures("lfs")
def test_weights_of_git_lfs_hashed_for_their_crc32c_are_known_elsewhere(tmp_path: Path) -> None:
    shelf = Shelf()
    first = see(commit(tmp_path / "a", attributes=LFS_LINE), Shelf()).file
    path = tmp_path / "a" / NAME
    hashed(bare(first), FileMemory(shelf, later, Checkout(path.parent)))
    path = clone(tmp_path / "a", tmp_path / "b")

    found = FileMemory(shelf, later, Checkout(path.parent)).recall(str(path), path.stat())

    assert first.crc32c == found.crc32c


def bare(file: LocalFile) -> LocalFile:
    """The file as the loader leaves one that nobody has hashed."""
    return LocalFile(file.key, file.path, file.size, identity=file.identity)


def test_a_pointer_that_was_not_fetched_stays_a_pointer(tmp_path: Path, lfs: Path) -> None:
    shelf = Shelf()
    see(commit(tmp_path / "a", attributes=LFS_LINE), shelf)
    (lfs / "git-lfs").write_text("#!/bin/sh\ncat\n")  # as GIT_LFS_SKIP_SMUDGE=1
    path = clone(tmp_path / "a", tmp_path / "b")

    assert "Git LFS pointer" == see(path, shelf).file.why_absent


def test_another_program_behind_the_name_of_lfs_is_not_trusted(tmp_path: Path, home: Path) -> None:
    git(home, "config", "--global", "filter.lfs.clean", "cat")
    path = commit(tmp_path / "a", attributes=LFS_LINE)

    assert claim(path) is None


def test_a_blob_named_lfs_that_is_no_pointer_is_not_taken_for_one(
    tmp_path: Path, lfs: Path
) -> None:
    (lfs / "git-lfs").write_text("#!/bin/sh\ncat\n")
    path = commit(tmp_path / "a", attributes=LFS_LINE)

    assert claim(path) is None


@pytest.mark.usefixtures("lfs")
def test_weights_committed_without_git_lfs_are_not_read_to_learn_that(tmp_path: Path) -> None:
    path = commit(tmp_path / "a", content=b"w" * (4 * WORTH))
    (path.parent / ".gitattributes").write_text(LFS_LINE)

    tracemalloc.start()
    said = claim(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (None, True) == (said, peak < 2 * WORTH)


def test_facts_without_a_proof_stay_with_the_file(tmp_path: Path) -> None:
    shelf = Shelf()
    path = commit(tmp_path / "a")
    memory = FileMemory(shelf, later, Checkout(path.parent))
    memory.remember(str(path), path.stat(), FileFacts(crc32c="AAAAAA=="))

    assert {"files"} == {area for area, _ in shelf.texts}
