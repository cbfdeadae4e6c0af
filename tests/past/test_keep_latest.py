"""Older versions beyond ``keepLatest`` go with --prune, if a commit proves that they are ours."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from reconciler.plan.retired import without_used
from tests.past.repository import Repository, account, dataset, job, ready, rows

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.state import LiveResource

KEEP_ONE = "keepLatest: 1"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.make(tmp_path / "repo")


def versions(repository: Repository, *texts: str, lifecycle: str = KEEP_ONE) -> list[str]:
    """The names of the dataset's versions, one commit each, the last of which is declared now."""
    names = []
    repository.put("manifests/chat.yaml", dataset("chat", hashed=True, lifecycle=lifecycle))
    for text in texts:
        repository.commit("data/chat.jsonl", rows(text))
        names.append(repository.name("Dataset/chat"))
    return names


def ids(names: list[str]) -> list[str]:
    return sorted(f"Dataset/{name.rpartition('/')[2]}" for name in names)


def test_so_many_older_versions_stay_and_those_beyond_go(repository: Repository) -> None:
    names = versions(repository, "1", "2", "3", "4")

    assert ids(names[:2]) == repository.going(account(*names))


def test_zero_keeps_the_newest_alone(repository: Repository) -> None:
    names = versions(repository, "1", "2", "3", lifecycle="keepLatest: 0")

    assert ids(names[:2]) == repository.going(account(*names))


def test_without_keep_latest_older_versions_stay(repository: Repository) -> None:
    names = versions(repository, "1", "2", "3", lifecycle="preventDestroy: false")

    assert [] == repository.going(account(*names))


def test_only_live_versions_count(repository: Repository) -> None:
    names = versions(repository, "1", "2", "3", "4")

    assert [] == repository.going(account(names[0], names[3]))


def test_keep_latest_lifts_the_protection_of_older_versions(repository: Repository) -> None:
    names = versions(repository, "1", "2", lifecycle="keepLatest: 0, preventDestroy: true")

    assert repository.one(account(*names)).manifest.lifecycle.prevent_destroy is False


def test_the_version_declared_most_recently_is_kept_first(repository: Repository) -> None:
    names = versions(repository, "1", "2", "3", "1", "4")

    assert ids([names[1], names[2]]) == repository.going(account(*set(names)))


def test_a_reverted_version_is_the_newest_one(repository: Repository) -> None:
    names = versions(repository, "1", "2", "1", lifecycle="keepLatest: 0")

    assert ids([names[1]]) == repository.going(account(*set(names)))


def test_a_name_alone_is_no_proof(repository: Repository) -> None:
    names = versions(repository, "1", "2", lifecycle="keepLatest: 0")
    live = account(*names, "datasets/chat-0123456789")

    assert ids(names[:1]) == repository.going(live)
    assert ["unproved-version"] == repository.said(live)


def test_a_version_of_bytes_that_were_not_committed_is_not_proved(repository: Repository) -> None:
    versions(repository, "1", "2", lifecycle="keepLatest: 0")
    repository.put("data/chat.jsonl", rows("never committed"))
    draft = repository.name("Dataset/chat")
    repository.put("data/chat.jsonl", rows("2"))

    assert [] == repository.going(account(draft))


def test_a_pin_proves_a_version_whose_bytes_are_not_in_git(repository: Repository) -> None:
    repository.commit(".gitignore", "data/\n")
    names = []
    for text in ("1", "2"):
        repository.put("data/chat.jsonl", rows(text))
        pin = hashlib.sha256(rows(text).encode()).hexdigest()
        plain = dataset("chat", hashed=True, lifecycle="keepLatest: 0")
        repository.commit("manifests/chat.yaml", plain.replace("jsonl}", f"jsonl, sha256: {pin}}}"))
        names.append(repository.name("Dataset/chat"))

    assert ids(names[:1]) == repository.going(account(*names))


def test_a_pointer_proves_a_version(repository: Repository) -> None:
    names = versions(repository, "1", lifecycle="keepLatest: 0")
    for text in ("2", "3"):
        whole = rows(text).encode()
        oid = hashlib.sha256(whole).hexdigest()
        start = "version https://git-lfs.github.com/spec/v1"
        repository.commit("data/chat.jsonl", f"{start}\noid sha256:{oid}\nsize {len(whole)}\n")
        names.append(repository.name("Dataset/chat"))

    assert ids(names[:2]) == repository.going(account(*names))


def test_a_job_s_versions_follow_its_dataset_s_and_its_models_stay(repository: Repository) -> None:
    found, made, data = [], [], []
    repository.put("manifests/bot.yaml", job("bot", "chat", hashed=True, lifecycle="keepLatest: 0"))
    repository.put("manifests/chat.yaml", dataset("chat", hashed=True))
    for text in ("1", "2"):
        repository.commit("data/chat.jsonl", rows(text))
        found.append(repository.name("SupervisedFineTuningJob/bot"))
        data.append(repository.name("Dataset/chat"))
        made.append(f"models/{found[-1].rpartition('/')[2]}")

    expected = [f"SupervisedFineTuningJob/{found[0].rpartition('/')[2]}"]
    assert expected == repository.going(account(*found, *made, *data))


def test_what_a_job_referred_to_in_another_file_proves_it_too(repository: Repository) -> None:
    repository.put(
        "manifests/z/bot.yaml", job("bot", "chat", hashed=True, lifecycle="keepLatest: 0")
    )
    repository.put("manifests/a/chat.yaml", dataset("chat", data="../../data/chat.jsonl"))
    found = []
    for text in ("1", "2", "3"):
        repository.commit("data/chat.jsonl", rows(text))
        found.append(repository.name("SupervisedFineTuningJob/bot"))

    assert 2 == len(repository.going(account(*found)))


def test_an_id_from_before_content_counted_is_no_version(repository: Repository) -> None:
    repository.put("data/chat.jsonl", rows("0"))
    repository.commit("manifests/chat.yaml", dataset("chat"))
    names = versions(repository, "1", "2")

    assert [] == repository.going(account("datasets/chat", *names))


def test_all_versions_of_what_is_declared_no_more_go(repository: Repository) -> None:
    names = versions(repository, "1", "2", lifecycle="preventDestroy: false")
    repository.put("data/kept.jsonl", rows("kept"))
    repository.put("manifests/kept.yaml", dataset("kept"))
    repository.commit("manifests/chat.yaml", None)

    assert ids(names) == repository.going(account(*names))


def test_of_those_keep_latest_lifts_the_protection_but_of_the_newest(
    repository: Repository,
) -> None:
    names = versions(repository, "1", "2", "3", lifecycle="keepLatest: 5")
    repository.put("data/kept.jsonl", rows("kept"))
    repository.put("manifests/kept.yaml", dataset("kept"))
    repository.commit("manifests/chat.yaml", None)
    state = repository.pruned(account(*names))
    found = {o.name: o.manifest.lifecycle.prevent_destroy for o in state.resources.values()}

    assert [False, False, None] == [found[name] for name in names]


def test_values_are_those_of_the_environment_at_each_commit(repository: Repository) -> None:
    project = (
        "apiVersion: reconciler/v1\nkind: Project\n"
        "spec: {values: {n: 1}, environments: {prod: {account: acme, values: {n: %d}}}}\n"
    )
    repository.put("data/chat.jsonl", rows("1"))
    epochs = ", epochs: '${values.n}'".replace("'", '"')
    repository.put(
        "manifests/bot.yaml",
        f"{dataset('chat')}---\n"
        + job("bot", "chat", hashed=True, lifecycle="keepLatest: 0", more=epochs),
    )
    names: dict[str | None, list[str]] = {None: [], "prod": []}
    for number in (2, 3):
        repository.commit("reconciler.yaml", project % number)
        for environment in names:
            repository.environment = environment
            names[environment].append(repository.name("SupervisedFineTuningJob/bot"))
    repository.environment = "prod"
    live = account(*names["prod"], *set(names[None]))

    assert [f"SupervisedFineTuningJob/{names['prod'][0].rpartition('/')[2]}"] == (
        repository.going(live)
    )


def test_a_source_that_a_value_names_proves_its_versions(repository: Repository) -> None:
    values = "apiVersion: reconciler/v1\nkind: Project\nspec: {values: {file: chat}}\n"
    path = '"../data/${values.file}.jsonl"'
    text = dataset("chat", hashed=True, lifecycle="keepLatest: 0", data=path)
    repository.put("reconciler.yaml", values)
    repository.put("manifests/chat.yaml", text)
    names = []
    for version in ("one", "two"):
        repository.commit("data/chat.jsonl", rows(version))
        names.append(repository.name("Dataset/chat"))

    assert ids(names[:1]) == repository.going(account(*names))


def used(repository: Repository, names: list[str], *users: LiveResource) -> list[str]:
    """What still goes once it is known what is used, and what is said of the rest."""
    live = account(*names, *users)
    state = without_used(repository.pruned(live), live)
    return [str(ref) for ref, one in state.resources.items() if one.leaving]


def test_a_version_that_a_running_job_reads_stays(repository: Repository) -> None:
    names = versions(repository, "1", "2", "3", lifecycle="keepLatest: 0")
    reader = ready("supervisedFineTuningJobs/theirs", dataset=names[0])
    object.__setattr__(reader, "state", "JOB_STATE_RUNNING")

    assert ids(names[1:2]) == used(repository, names, reader)


def test_a_version_that_a_manifest_names_in_full_stays(repository: Repository) -> None:
    names = versions(repository, "1", "2", lifecycle="keepLatest: 0")
    repository.commit("manifests/old.yaml", job("old", names[0]))

    assert [] == used(repository, names)


def test_a_version_that_still_runs_stays(repository: Repository) -> None:
    found = []
    repository.put("manifests/bot.yaml", job("bot", "chat", hashed=True, lifecycle="keepLatest: 0"))
    repository.put("manifests/chat.yaml", dataset("chat"))
    for text in ("1", "2"):
        repository.commit("data/chat.jsonl", rows(text))
        found.append(ready(repository.name("SupervisedFineTuningJob/bot")))
    object.__setattr__(found[0], "state", "JOB_STATE_RUNNING")

    assert [] == used(repository, [], *found)
