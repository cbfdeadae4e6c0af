"""Where history cannot be trusted, or another project may own it, --prune deletes nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import InvalidInput, Refused
from reconciler.manifest.read_file import MAX_BYTES
from tests.past.repository import Repository, account, dataset, escaped, load, ready, rows

if TYPE_CHECKING:
    from reconciler.live.state import LiveState

LIVE = account("datasets/kept", "datasets/gone")
SIGNER = """#!/bin/sh
case "$*" in
  *--verify*) echo "gpg: Signature made today" >&2; echo "[GNUPG:] GOODSIG 0 t" ;;
  *) cat >/dev/null; echo "[GNUPG:] SIG_CREATED " >&2
     printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nAAAA\\n-----END PGP SIGNATURE-----\\n' ;;
esac
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Declared and removed: Dataset/gone. Declared: Dataset/kept."""
    made = Repository.make(tmp_path / "repo")
    fill(made)
    return made


def fill(made: Repository) -> None:
    made.put("data/kept.jsonl", rows("kept"))
    made.put("data/gone.jsonl", rows("gone"))
    made.put("manifests/gone.yaml", dataset("gone"))
    made.commit("manifests/kept.yaml", dataset("kept"))
    made.commit("manifests/gone.yaml", None)


def refused(repository: Repository, live: LiveState = LIVE, since: str | None = None) -> str:
    with pytest.raises(Refused) as error:
        repository.pruned(live, since)
    return error.value.message


def test_a_shallow_checkout_is_refused(repository: Repository) -> None:
    assert "--prune: this checkout is shallow or partial: history is missing" == refused(
        repository.clone("--depth", "1")
    )


def test_a_partial_checkout_is_refused(repository: Repository) -> None:
    repository.checkout.git("config", "uploadpack.allowFilter", "true")

    assert "shallow or partial" in refused(repository.clone("--filter=blob:none"))


def test_a_sparse_checkout_that_lacks_manifests_is_refused(repository: Repository) -> None:
    repository.commit("manifests/team/more.yaml", dataset("more", data="../../data/kept.jsonl"))
    repository.checkout.git("sparse-checkout", "set", "--no-cone", "/*", "!/manifests/team/")

    assert "a sparse checkout leaves out manifests, such as manifests/team/more.yaml" in refused(
        repository
    )


def test_outside_of_git_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/kept.jsonl").write_text(rows("kept"))
    (tmp_path / "manifests/kept.yaml").write_text(dataset("kept"))

    assert "is not in a git checkout" in refused(Repository.at(tmp_path))


def test_without_a_commit_it_is_refused(tmp_path: Path) -> None:
    made = Repository.make(tmp_path / "new")
    made.put("data/kept.jsonl", rows("kept"))
    made.put("manifests/kept.yaml", dataset("kept"))

    assert "is not in a git checkout with a commit" in refused(made)


def test_without_any_manifest_it_is_refused(repository: Repository) -> None:
    repository.commit("manifests/kept.yaml", None)

    assert "--prune: no manifest is left, so everything would go" == refused(repository)


def test_a_project_of_tombstones_alone_has_no_manifest_left(repository: Repository) -> None:
    text = "apiVersion: reconciler/v1\nkind: Dataset\nmetadata: {name: kept, state: absent}\n"
    repository.commit("manifests/kept.yaml", text)

    assert "no manifest is left" in refused(repository)


def test_a_file_that_does_not_parse_stops_everything(repository: Repository) -> None:
    repository.put("manifests/bad.yaml", "kind: [")

    with pytest.raises(InvalidInput):
        repository.pruned(LIVE)


def test_a_list_that_could_not_be_read_whole_is_refused(repository: Repository) -> None:
    live = replace(LIVE, incomplete={"Deployment": "HTTP 500"})

    assert (
        "--prune: the list of every Deployment could not be read completely: HTTP 500"
        == refused(repository, live)
    )


def test_since_a_commit_that_is_not_there_is_refused(repository: Repository) -> None:
    assert "--since 1234567: there is no such commit in this checkout" == refused(
        repository, since="1234567"
    )


def test_since_a_commit_that_was_rewritten_away_is_refused(repository: Repository) -> None:
    repository.commit("note", "one")
    repository.checkout.git("tag", "before")
    repository.checkout.git("commit", "-q", "--amend", "-m", "rewritten")

    assert "--since before: not an ancestor of HEAD: was history rewritten?" == refused(
        repository, since="before"
    )


def test_since_what_looks_like_an_option_is_no_commit(repository: Repository) -> None:
    assert "no such commit in this checkout" in refused(repository, since="--all")


def test_an_object_that_was_lost_is_refused(repository: Repository) -> None:
    for place in (repository.root / ".git/objects").glob("??/*"):
        place.chmod(0o600)
        if place.stat().st_size > 120:  # the blobs and the longer trees
            place.unlink()

    with pytest.raises(Refused):
        repository.pruned(LIVE)


# --- several projects in one repository

PROJECT = "apiVersion: reconciler/v1\nkind: Project\n"


def two_projects(tmp_path: Path, other: str) -> Repository:
    """Project a had Dataset/gone, project b (``other`` is its reconciler.yaml) declares it."""
    made = Repository.make(tmp_path / "repo", "a")
    made.put("reconciler.yaml", PROJECT + "spec: {account: acme}\n")
    made.put("../b/reconciler.yaml", other)
    made.put("../b/data/gone.jsonl", rows("gone"))
    made.put("../b/manifests/moved.yaml", dataset("gone"))
    fill(made)
    return made


def test_a_project_in_a_subfolder_has_its_own_history(tmp_path: Path) -> None:
    made = Repository.make(tmp_path / "repo", "teams")
    made.put("reconciler.yaml", "")
    made.put("../manifests/other.yaml", dataset("other"))
    fill(made)
    made.commit("../manifests/other.yaml", None)

    assert ["Dataset/gone"] == made.going(account("datasets/gone", "datasets/other"))


def test_what_another_project_declares_now_stays_and_is_told(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")

    assert [] == made.going(LIVE)
    assert ["declared-elsewhere"] == made.said(LIVE)


def test_what_git_ignores_and_tracks_nevertheless_declares_too(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.commit("../.gitignore", "b/\n")

    assert [] == made.going(LIVE)


@pytest.mark.parametrize("text", escaped(dataset("gone", data="../data/rows.jsonl")))
def test_another_project_may_spell_its_words_with_escapes(text: str, tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.put("../b/manifests/moved.yaml", text)

    assert [] == made.going(LIVE)


def test_an_ignored_file_may_spell_its_words_with_escapes(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.commit("../b/manifests/moved.yaml", None)
    made.commit("../.gitignore", "b/\n")
    made.put("../b/manifests/moved.yaml", escaped(dataset("gone", data="../data/rows.jsonl"))[0])

    assert [] == made.going(LIVE)


@pytest.mark.parametrize("ignored", ["", "b/\n"])
def test_what_git_does_not_track_declares_too(ignored: str, tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.checkout.git("rm", "-q", "-r", "--cached", "b")
    made.put("../.gitignore", ignored)
    made.checkout.git("add", ".gitignore")
    made.checkout.git("commit", "-q", "-m", "not tracked")

    assert [] == made.going(LIVE)
    assert ["declared-elsewhere"] == made.said(LIVE)


def test_an_ignored_file_that_is_too_large_declares_what_it_mentions(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.commit("../.gitignore", "b/manifests/\n")
    made.checkout.git("rm", "-q", "-r", "--cached", "b/manifests")
    made.commit("../b/manifests/moved.yaml", f"# {'x' * MAX_BYTES}\n{dataset('gone')}")
    made.put("data/too.jsonl", rows("too"))
    made.commit("manifests/too.yaml", dataset("too"))
    made.commit("manifests/too.yaml", None)

    assert ["Dataset/too"] == made.going(account("datasets/gone", "datasets/too"))


@pytest.mark.parametrize("ignored", ["", "b/manifests/\n"])
def test_a_link_under_the_name_of_a_manifest_declares_what_it_leads_to(
    ignored: str, tmp_path: Path
) -> None:
    made = two_projects(tmp_path, "")
    text = made.root.parent / "b/manifests/moved.yaml"
    text.rename(text.parent.parent / "shared.txt")
    text.symlink_to("../shared.txt")
    made.commit("../.gitignore", ignored)

    assert [] == made.going(LIVE)


@pytest.mark.parametrize("target", ["nowhere", "looped.yaml", "../data", "pipe"])
def test_a_link_to_no_file_declares_nothing(target: str, tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    folder = made.root.parent / "b/manifests"
    (folder / "moved.yaml").unlink()
    os.mkfifo(folder / "pipe")
    (folder / "looped.yaml").symlink_to(target)

    assert ["Dataset/gone"] == made.going(LIVE)


@pytest.mark.parametrize("folder", [".venv", "env/lib/site-packages", "ui/node_modules"])
def test_what_is_installed_and_ignored_declares_nothing(folder: str, tmp_path: Path) -> None:
    made = Repository.make(tmp_path / "repo")
    made.put(f"{folder}/example/reconciler.yaml", "")
    made.put(f"{folder}/example/manifests/gone.yaml", dataset("gone"))
    made.put(".gitignore", f"{folder}/\n")
    fill(made)

    assert ["Dataset/gone"] == made.going(LIVE)


def test_a_repository_inside_of_this_one_is_not_looked_into(tmp_path: Path) -> None:
    made = Repository.make(tmp_path / "repo")
    fill(made)
    inner = Repository.make(made.root / "inner")
    inner.put("reconciler.yaml", "")
    inner.commit("manifests/gone.yaml", dataset("gone"))

    assert ["Dataset/gone"] == made.going(LIVE)


def test_a_sparse_checkout_that_lacks_those_of_another_project_is_refused(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.checkout.git("sparse-checkout", "set", "a")

    assert "leaves out manifests, such as b/manifests/moved.yaml" in refused(made)


@pytest.mark.parametrize("text", [load("new-name", "m", "d"), "[model: m, deployment: d"])
def test_a_load_that_another_project_declares_under_another_name_stays(
    tmp_path: Path, text: str
) -> None:
    model, deployment = "accounts/acme/models/m", "accounts/acme/deployments/d"
    made = two_projects(tmp_path, "")
    made.commit("manifests/load.yaml", load("old-name", model, deployment))
    made.commit("../b/manifests/load.yaml", text)
    made.commit("manifests/load.yaml", None)
    live = ready("deployedModels/chosen-by-the-server", model=model, deployment=deployment)

    assert [] == made.going(account(live))


def test_a_project_of_another_account_does_not_count(tmp_path: Path) -> None:
    made = two_projects(tmp_path, PROJECT + "spec: {account: other}\n")

    assert ["Dataset/gone"] == made.going(LIVE)


def test_a_project_with_this_account_in_an_environment_counts(tmp_path: Path) -> None:
    spec = "spec: {account: other, environments: {prod: {account: acme}}}\n"

    assert [] == two_projects(tmp_path, PROJECT + spec).going(LIVE)


def test_a_file_elsewhere_that_does_not_parse_counts_as_declaring(tmp_path: Path) -> None:
    made = two_projects(tmp_path, PROJECT + "spec: {account: acme}\n")
    made.commit("../b/manifests/moved.yaml", "name: gone\nkind: [")

    assert [] == made.going(LIVE)


def test_a_file_elsewhere_that_is_too_large_declares_what_it_mentions(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    large = f"{dataset('gone')}# {'x' * MAX_BYTES}\n"
    made.commit("../b/manifests/moved.yaml", large)
    made.put("data/too.jsonl", rows("too"))
    made.commit("manifests/too.yaml", dataset("too"))
    made.commit("manifests/too.yaml", None)

    assert ["Dataset/too"] == made.going(account("datasets/gone", "datasets/too"))


@pytest.mark.parametrize(
    "spec", ["hello", "{environments: [a]}", "{account: [a]}", "{account: other, acount: acme}"]
)
def test_a_project_with_a_faulty_file_may_be_about_any_account(spec: str, tmp_path: Path) -> None:
    made = two_projects(tmp_path, f"{PROJECT}spec: {spec}\n")

    assert [] == made.going(LIVE)


@pytest.mark.parametrize(
    "setting",
    [("color.ui", "always"), ("submodule.recurse", "true")],
    ids=lambda setting: setting[0],
)
def test_settings_of_the_user_hide_no_other_project(
    setting: tuple[str, str], tmp_path: Path
) -> None:
    made = two_projects(tmp_path, "")
    made.checkout.git("config", *setting)

    assert [] == made.going(LIVE)


def test_a_file_whose_differences_git_does_not_show_declares_too(tmp_path: Path) -> None:
    made = two_projects(tmp_path, "")
    made.commit("../.gitattributes", "*.yaml -diff\n")

    assert [] == made.going(LIVE)


def test_what_git_says_of_signatures_is_no_part_of_history(
    repository: Repository, tmp_path: Path
) -> None:
    signer = tmp_path / "signer"
    signer.write_text(SIGNER)
    signer.chmod(0o755)
    repository.checkout.git("config", "gpg.program", str(signer))
    repository.checkout.git("config", "log.showSignature", "true")
    repository.checkout.git("commit", "-q", "--allow-empty", "-S", "-m", "signed")

    assert ["Dataset/gone"] == repository.going(LIVE)


def test_a_tombstone_elsewhere_declares_nothing(tmp_path: Path) -> None:
    made = two_projects(tmp_path, PROJECT + "spec: {account: acme}\n")
    text = "apiVersion: reconciler/v1\nkind: Dataset\nmetadata: {name: gone, state: absent}\n"
    made.commit("../b/manifests/moved.yaml", text)

    assert ["Dataset/gone"] == made.going(LIVE)


def test_a_path_asks_only_for_what_lay_below_it(repository: Repository) -> None:
    repository.put("data/b.jsonl", rows("b"))
    repository.put("data/c.jsonl", rows("c"))
    repository.put("manifests/team/c.yaml", dataset("c", data="../../data/c.jsonl"))
    repository.commit("manifests/team/b.yaml", dataset("b", data="../../data/b.jsonl"))
    repository.commit("manifests/team/b.yaml", None)
    live = account("datasets/b", "datasets/gone", "datasets/kept")

    assert ["Dataset/b"] == repository.going(live, None, Path("manifests/team"))


def test_what_moved_out_of_a_path_is_declared_still(repository: Repository) -> None:
    repository.put("data/c.jsonl", rows("c"))
    repository.put("manifests/team/c.yaml", dataset("c", data="../../data/c.jsonl"))
    repository.commit("manifests/team/kept.yaml", dataset("kept", data="../../data/kept.jsonl"))
    repository.commit("manifests/team/kept.yaml", None)

    assert [] == repository.going(LIVE, None, Path("manifests/team"))
