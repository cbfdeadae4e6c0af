"""The project as it was at a revision comes out of git as a checkout of it would load."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from reconciler import engine
from reconciler.cache import SqliteCache
from reconciler.errors import ReconcilerError, UsageError
from reconciler.manifest.project import find_project
from reconciler.past.revision import desired_at
from tests.checkout import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.desired.resource import DesiredState

ROWS = '{"messages": [{"role": "user", "content": "%d"}, {"role": "assistant", "content": "b"}]}\n'
DATASET = """apiVersion: reconciler/v1
kind: Dataset
metadata: {name: chat, idStrategy: contentHash}
spec: {format: CHAT, source: {path: ../data/chat.jsonl}}
"""
JOB = """apiVersion: reconciler/v1
kind: SupervisedFineTuningJob
metadata: {name: bot, idStrategy: contentHash}
spec: {dataset: chat, baseModel: accounts/fireworks/models/llama-v3p2-1b-instruct}
"""
MODEL = """apiVersion: reconciler/v1
kind: Model
metadata: {name: base, idStrategy: contentHash}
spec:
  kind: HF_BASE_MODEL
  baseModelDetails: {checkpointFormat: HUGGINGFACE, worldSize: 1}
  source: {path: ../weights, include: ["*.json", "*.bin"]}
"""


def rows(*numbers: int) -> str:
    return "".join(ROWS % number for number in numbers)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "repo").mkdir()
    return Checkout(tmp_path / "repo")


def at(root: Path, revision: str = "HEAD", environment: str | None = None) -> DesiredState:
    return desired_at(find_project([root], root, environment), revision, "acme", root)


def names(state: DesiredState) -> dict[str, str]:
    return {str(ref): resource.name for ref, resource in state.resources.items()}


def on_disk(root: Path) -> dict[str, str]:
    return names(engine.desire([], find_project([root], root, None), root, "acme"))


def pipeline(checkout: Checkout) -> None:
    checkout.commit("data/chat.jsonl", rows(1, 2, 3))
    checkout.commit("manifests/data.yaml", DATASET)
    checkout.commit("manifests/jobs/bot.yaml", JOB)


def test_a_revision_has_the_ids_that_its_checkout_has(checkout: Checkout) -> None:
    pipeline(checkout)

    assert on_disk(checkout.root) == names(at(checkout.root))


def test_an_older_revision_has_the_ids_that_it_had(checkout: Checkout) -> None:
    pipeline(checkout)
    before = on_disk(checkout.root)
    checkout.commit("data/chat.jsonl", rows(1, 2, 4))

    assert before == names(at(checkout.root, "HEAD~1"))


def test_what_is_not_committed_is_not_seen(checkout: Checkout) -> None:
    pipeline(checkout)
    before = on_disk(checkout.root)
    (checkout.root / "data/chat.jsonl").write_text(rows(7, 8, 9))
    (checkout.root / "manifests/jobs/bot.yaml").unlink()

    assert before == names(at(checkout.root))


def test_a_pointer_stands_for_its_file(checkout: Checkout) -> None:
    pipeline(checkout)
    before = on_disk(checkout.root)
    whole = (checkout.root / "data/chat.jsonl").read_bytes()
    oid = hashlib.sha256(whole).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(whole)}\n"
    checkout.commit("data/chat.jsonl", pointer)

    assert before == names(at(checkout.root))


def test_a_pin_stands_for_a_file_that_was_never_committed(checkout: Checkout) -> None:
    data = rows(1, 2, 3)
    pin = hashlib.sha256(data.encode()).hexdigest()
    checkout.commit(".gitignore", "data/\n")
    (checkout.root / "data").mkdir()
    (checkout.root / "data/chat.jsonl").write_text(data)
    pinned = DATASET.replace("chat.jsonl}", f"chat.jsonl, sha256: {pin}}}")
    checkout.commit("manifests/data.yaml", pinned)

    assert on_disk(checkout.root) == names(at(checkout.root))


def test_without_a_pin_such_a_file_has_no_digest_and_nothing_has_an_id(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", DATASET)
    state = at(checkout.root)

    assert {} == names(state)
    assert ["invalid-path"] == [found.code for found in state.diagnostics]


def test_a_folder_of_weights_is_picked_as_on_disk(checkout: Checkout) -> None:
    checkout.commit("manifests/model.yaml", MODEL)
    for name in ("config.json", "a.bin", "b.txt", ".hidden.json"):
        checkout.commit(f"weights/{name}", "{}")

    assert on_disk(checkout.root) == names(at(checkout.root))


def test_links_lead_through_the_commit(checkout: Checkout) -> None:
    pipeline(checkout)
    (checkout.root / "data/chat.jsonl").rename(checkout.root / "data/real.jsonl")
    os.symlink("real.jsonl", checkout.root / "data/chat.jsonl")
    checkout.git("mv", "manifests", "kept")
    os.symlink("kept", checkout.root / "manifests")
    checkout.commit("note", "")
    before = on_disk(checkout.root)
    (checkout.root / "data/real.jsonl").unlink()

    assert before == names(at(checkout.root))


def test_a_link_out_of_the_checkout_leads_to_nothing(checkout: Checkout) -> None:
    checkout.commit("note", "")
    (checkout.root / "manifests").mkdir()
    os.symlink("/etc/hostname", checkout.root / "manifests/a.yaml")
    checkout.commit("note", "2")

    assert ["manifests/a.yaml:1:1: a broken link"] == [
        f"{found.location}: {found.message}" for found in at(checkout.root).diagnostics
    ]


def test_values_and_globs_are_those_of_the_revision(checkout: Checkout) -> None:
    pipeline(checkout)
    before = on_disk(checkout.root)
    project = "apiVersion: reconciler/v1\nkind: Project\nspec: {manifests: [kept/**]}\n"
    checkout.git("mv", "manifests", "kept")
    checkout.commit("reconciler.yaml", project)

    assert before == names(at(checkout.root, "HEAD~1"))
    assert before == names(at(checkout.root))


def test_an_environment_that_there_was_not_is_said_so(checkout: Checkout) -> None:
    head = "apiVersion: reconciler/v1\nkind: Project\n"
    checkout.commit("reconciler.yaml", head + "spec: {environments: {dev: {account: a}}}\n")
    checkout.commit("reconciler.yaml", head + "spec: {environments: {prod: {account: acme}}}\n")

    project_now = find_project([], checkout.root, "prod")

    with pytest.raises(UsageError, match='no environment "prod"'):
        desired_at(project_now, "HEAD~1", "acme", checkout.root)


def test_a_project_in_a_subfolder_is_found_there(checkout: Checkout) -> None:
    root = checkout.root / "teams/a"
    checkout.commit("teams/a/data/chat.jsonl", rows(1, 2, 3))
    checkout.commit("teams/a/manifests/data.yaml", DATASET)
    checkout.commit("teams/a/reconciler.yaml", "")
    checkout.commit("teams/b/manifests/data.yaml", DATASET.replace("chat,", "other,"))

    assert on_disk(root) == names(at(root))


def test_every_problem_of_the_revision_is_told_with_its_place(checkout: Checkout) -> None:
    checkout.commit("manifests/job.yaml", JOB.replace("baseModel:", "baseModle:"))

    found = [str(d.location) for d in at(checkout.root).diagnostics if d.code == "unknown-field"]

    assert ["manifests/job.yaml:4:23"] == found


def test_a_commit_that_is_not_there_is_named(checkout: Checkout) -> None:
    pipeline(checkout)

    with pytest.raises(ReconcilerError, match="does not have the commit gone"):
        at(checkout.root, "gone")


def test_outside_a_checkout_there_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(ReconcilerError, match="is not in a readable git checkout"):
        at(tmp_path)


def test_a_kept_digest_saves_reading_the_blob_again(checkout: Checkout, tmp_path: Path) -> None:
    pipeline(checkout)
    root, cache = checkout.root, SqliteCache(tmp_path / "facts.sqlite3")
    project = find_project([root], root, None)
    before = names(desired_at(project, "HEAD", "acme", root, cache=cache))
    command = ["git", "rev-parse", "HEAD:data/chat.jsonl"]
    oid = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode().strip()
    (root / ".git/objects" / oid[:2] / oid[2:]).unlink()

    assert before == names(desired_at(project, "HEAD", "acme", root, cache=cache))


def test_an_object_that_the_clone_lacks_stops_it(checkout: Checkout) -> None:
    pipeline(checkout)
    command = ["git", "rev-parse", "HEAD:data/chat.jsonl"]
    done = subprocess.run(command, cwd=checkout.root, capture_output=True, check=True)
    oid = done.stdout.decode().strip()
    (checkout.root / ".git/objects" / oid[:2] / oid[2:]).unlink()

    with pytest.raises(ReconcilerError, match="git cannot read the object"):
        at(checkout.root)
