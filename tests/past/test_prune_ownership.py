"""What no manifest declares any more goes, if git history proves that this project declared it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.past.repository import (
    Repository,
    account,
    dataset,
    escaped,
    job,
    load,
    ready,
    rows,
    tombstone,
)

OPEN = "preventDestroy: false"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One dataset that stays."""
    made = Repository.make(tmp_path / "repo")
    made.put("data/kept.jsonl", rows("kept"))
    made.commit("manifests/kept.yaml", dataset("kept"))
    return made


def declare(repository: Repository, name: str = "gone", lifecycle: str = "") -> None:
    """A dataset was declared and its file is removed, each in a commit."""
    repository.put(f"data/{name}.jsonl", rows(name))
    repository.commit(f"manifests/{name}.yaml", dataset(name, lifecycle=lifecycle))
    repository.commit(f"manifests/{name}.yaml", None)


def test_a_resource_whose_manifest_was_removed_goes(repository: Repository) -> None:
    declare(repository)

    assert ["Dataset/gone"] == repository.going(account("datasets/kept", "datasets/gone"))


@pytest.mark.parametrize("text", escaped(dataset("gone", data="../data/rows.jsonl")))
def test_a_name_that_was_spelled_with_escapes_proves_as_much(
    text: str, repository: Repository
) -> None:
    repository.put("data/rows.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", text)
    repository.commit("manifests/gone.yaml", None)

    assert ["Dataset/gone"] == repository.going(account("datasets/gone"))


def project(account: str) -> str:
    return f"apiVersion: reconciler/v1\nkind: Project\nspec: {{account: {account}}}\n"


def test_what_was_declared_for_another_account_is_not_ours_in_this(repository: Repository) -> None:
    repository.commit("reconciler.yaml", project("elsewhere"))
    declare(repository)
    repository.commit("reconciler.yaml", project("acme"))

    assert [] == repository.going(account("datasets/kept", "datasets/gone"))


def test_what_was_declared_before_the_account_moved_away_and_back_is(
    repository: Repository,
) -> None:
    repository.commit("reconciler.yaml", project("acme"))
    repository.put("data/gone.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", dataset("gone"))
    repository.commit("reconciler.yaml", project("elsewhere"))
    repository.commit("manifests/gone.yaml", None)
    repository.commit("reconciler.yaml", project("acme"))

    assert ["Dataset/gone"] == repository.going(account("datasets/kept", "datasets/gone"))


@pytest.mark.parametrize("last", ["", "preventDestroy: true", OPEN], ids=["default", "yes", "no"])
def test_what_the_last_revision_said_protects_also_while_the_account_was_another(
    last: str, repository: Repository
) -> None:
    repository.commit("reconciler.yaml", project("acme"))
    repository.put("data/gone.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.commit("reconciler.yaml", project("elsewhere"))
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=last))
    repository.commit("manifests/gone.yaml", None)
    repository.commit("reconciler.yaml", project("acme"))

    one = repository.one(account("datasets/kept", "datasets/gone"))

    said = {"": None, "preventDestroy: true": True, OPEN: False}
    assert said[last] is one.manifest.lifecycle.prevent_destroy


@pytest.mark.parametrize("last", ["", "preventDestroy: true", OPEN], ids=["default", "yes", "no"])
def test_what_moved_out_of_the_path_is_as_protected_as_its_last_revision_says(
    last: str, repository: Repository
) -> None:
    repository.put("data/gone.jsonl", rows("gone"))
    data = "../../data/gone.jsonl"
    repository.put("manifests/team/here.yaml", dataset("here", data=data))
    repository.commit("manifests/team/gone.yaml", dataset("gone", data=data, lifecycle=OPEN))
    repository.put("manifests/team/gone.yaml", None)
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=last))
    repository.commit("manifests/gone.yaml", None)

    one = repository.one(account("datasets/gone"), Path("manifests/team"))

    said = {"": None, "preventDestroy: true": True, OPEN: False}
    assert said[last] is one.manifest.lifecycle.prevent_destroy


def test_its_place_is_the_last_revision_that_declared_it(repository: Repository) -> None:
    repository.put("data/gone.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", "# first\n" + dataset("gone"))
    repository.commit("manifests/gone.yaml", "# one\n# two\n" + dataset("gone"))
    repository.commit("manifests/gone.yaml", None)
    where = repository.one(account("datasets/gone")).location

    assert "manifests/gone.yaml@" in where.path
    assert 3 == where.line


def test_what_nobody_ever_declared_stays(repository: Repository) -> None:
    declare(repository)

    assert [] == repository.going(account("datasets/kept", "datasets/others"))


def test_what_is_no_longer_live_is_nothing(repository: Repository) -> None:
    declare(repository)

    assert [] == repository.going(account("datasets/kept"))


def test_the_same_name_of_another_kind_is_not_ours(repository: Repository) -> None:
    declare(repository)

    assert [] == repository.going(account("models/gone"))


def test_what_was_never_committed_is_not_ours(repository: Repository) -> None:
    repository.put("data/draft.jsonl", rows("draft"))
    repository.put("manifests/draft.yaml", dataset("draft"))
    repository.put("manifests/draft.yaml", None)

    assert [] == repository.going(account("datasets/draft"))


def test_a_removal_need_not_be_committed(repository: Repository) -> None:
    repository.put("data/gone.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", dataset("gone"))
    repository.put("manifests/gone.yaml", None)

    assert ["Dataset/gone"] == repository.going(account("datasets/gone"))


def test_a_file_that_was_renamed_is_declared_still(repository: Repository) -> None:
    repository.put("manifests/kept.yaml", None)
    repository.commit("manifests/team/other.yml", dataset("kept", data="../../data/kept.jsonl"))

    assert [] == repository.going(account("datasets/kept"))


def test_a_document_that_moved_into_another_file_is_declared_still(repository: Repository) -> None:
    repository.put("data/more.jsonl", rows("more"))
    repository.commit("manifests/more.yaml", dataset("more"))
    repository.put("manifests/more.yaml", None)
    repository.commit("manifests/kept.yaml", f"{dataset('kept')}---\n{dataset('more')}")

    assert [] == repository.going(account("datasets/kept", "datasets/more"))


def test_a_file_moved_out_of_the_globs_is_removed(repository: Repository) -> None:
    repository.put("data/old.jsonl", rows("old"))
    repository.commit("manifests/old.yaml", dataset("old"))
    repository.put("manifests/old.yaml", None)
    repository.commit("archive/old.yaml", dataset("old"))

    assert ["Dataset/old"] == repository.going(account("datasets/old"))


def test_what_lay_outside_the_globs_of_its_time_was_never_declared(repository: Repository) -> None:
    repository.commit("examples/sample.yaml", dataset("sample"))
    repository.commit("examples/sample.yaml", None)

    assert [] == repository.going(account("datasets/sample"))


def test_globs_count_as_they_were_at_each_commit(repository: Repository) -> None:
    head = "apiVersion: reconciler/v1\nkind: Project\nspec: {manifests: [%s]}\n"
    repository.put("data/wide.jsonl", rows("wide"))
    repository.put("reconciler.yaml", head % '"**"')
    repository.commit("infra/wide.yaml", dataset("wide"))
    repository.commit("reconciler.yaml", head % '"manifests/**"')

    assert ["Dataset/wide"] == repository.going(account("datasets/wide"))


def test_a_merged_branch_is_part_of_history(repository: Repository) -> None:
    git = repository.checkout.git
    git("switch", "-q", "-c", "topic")
    declare(repository)
    git("switch", "-q", "main")
    repository.commit("note", "main goes on")
    git("merge", "-q", "--no-edit", "topic")

    assert ["Dataset/gone"] == repository.going(account("datasets/gone"))


def test_a_branch_that_head_does_not_hold_is_not(repository: Repository) -> None:
    git = repository.checkout.git
    git("switch", "-q", "-c", "topic")
    declare(repository)
    git("switch", "-q", "main")

    assert [] == repository.going(account("datasets/gone"))


def test_since_counts_what_that_commit_declared_and_nothing_older(repository: Repository) -> None:
    declare(repository, "older")
    repository.put("data/newer.jsonl", rows("newer"))
    repository.commit("manifests/newer.yaml", dataset("newer"))
    repository.commit("manifests/newer.yaml", None)
    live = account("datasets/older", "datasets/newer")

    assert ["Dataset/newer"] == repository.going(live, "HEAD~1")
    assert ["Dataset/newer", "Dataset/older"] == repository.going(live)


def test_bytes_that_were_never_committed_do_not_matter_to_an_exact_id(
    repository: Repository,
) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.commit("manifests/gone.yaml", None)
    found = repository.one(account("datasets/gone"))

    assert "Dataset/gone" == str(found.ref)
    assert found.manifest.lifecycle.prevent_destroy is False


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(dataset("gone", lifecycle="preventDestroy: true"), id="says so"),
        pytest.param(dataset("gone", lifecycle="preventDestory: false"), id="has errors"),
        pytest.param(f"{dataset('gone', lifecycle=OPEN)}\n  ]: broken", id="does not parse"),
    ],
)
def test_a_last_revision_protects_that(last: str, repository: Repository) -> None:
    repository.put("data/gone.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.commit("manifests/gone.yaml", last)
    repository.commit("manifests/gone.yaml", None)

    assert repository.one(account("datasets/gone")).manifest.lifecycle.prevent_destroy is True


def test_a_tombstone_that_was_removed_goes_on_asking(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone", OPEN))
    repository.commit("manifests/gone.yaml", None)
    found = repository.one(account("datasets/gone"))

    assert "Dataset/gone" == str(found.ref)
    assert found.manifest.lifecycle.prevent_destroy is False


def test_a_removed_tombstone_that_was_silent_has_the_protection_before_it(
    repository: Repository,
) -> None:
    repository.put("data/gone.jsonl", rows("gone"))
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))
    repository.commit("manifests/gone.yaml", None)

    assert repository.one(account("datasets/gone")).manifest.lifecycle.prevent_destroy is False


def test_every_attempt_of_a_removed_job_goes(repository: Repository) -> None:
    repository.commit("manifests/bot.yaml", job("bot", "kept"))
    repository.commit("manifests/bot.yaml", job("bot", "kept", lifecycle="attempt: 2"))
    repository.commit("manifests/bot.yaml", None)
    live = account("supervisedFineTuningJobs/bot", "supervisedFineTuningJobs/bot-2")

    assert ["SupervisedFineTuningJob/bot", "SupervisedFineTuningJob/bot-2"] == (
        repository.going(live)
    )


def test_the_model_that_a_removed_job_made_stays(repository: Repository) -> None:
    repository.commit("manifests/bot.yaml", job("bot", "kept"))
    repository.commit("manifests/bot.yaml", None)
    live = account("supervisedFineTuningJobs/bot", "models/bot")

    assert ["SupervisedFineTuningJob/bot"] == repository.going(live)


def test_a_manifest_that_described_such_a_model_did_not_make_it(repository: Repository) -> None:
    model = (
        "apiVersion: reconciler/v1\nkind: Model\nmetadata: {name: bot}\nspec: {displayName: B}\n"
    )
    repository.commit("manifests/bot.yaml", f"{job('bot', 'kept')}---\n{model}")
    repository.commit("manifests/bot.yaml", None)
    live = account("supervisedFineTuningJobs/bot", "models/bot")

    assert ["SupervisedFineTuningJob/bot"] == repository.going(live)


def test_a_load_is_known_by_its_model_and_deployment(repository: Repository) -> None:
    model, deployment = "accounts/acme/models/bot", "accounts/acme/deployments/d"
    repository.commit("manifests/load.yaml", load("bot-on-d", model, deployment))
    repository.commit("manifests/load.yaml", None)
    ours = ready("deployedModels/x1", model=model, deployment=deployment)
    other = ready("deployedModels/x2", model="accounts/acme/models/o", deployment=deployment)

    assert "accounts/acme/deployedModels/x1" == repository.one(account(ours, other)).name


def test_a_load_of_another_model_under_the_same_name_leaves_the_one_before(
    repository: Repository,
) -> None:
    deployment = "accounts/acme/deployments/d"
    for model in ("one", "two"):
        text = load("bot-on-d", f"accounts/acme/models/{model}", deployment)
        repository.commit("manifests/load.yaml", text)
    lives = [
        ready(f"deployedModels/{m}", model=f"accounts/acme/models/{m}", deployment=deployment)
        for m in ("one", "two")
    ]

    assert ["DeployedModel/one"] == repository.going(account(*lives))


def test_a_load_of_a_version_is_known_when_nothing_else_of_it_is_left(
    repository: Repository,
) -> None:
    deployment = "accounts/acme/deployments/d"
    made = job("bot", "kept-rows", hashed=True, more=", outputModel: bot")
    repository.put("data/kept-rows.jsonl", rows("one"))
    repository.put("manifests/bot.yaml", f"{dataset('kept-rows', hashed=True)}---\n{made}")
    repository.commit("manifests/load.yaml", load("bot-on-d", "bot", deployment))
    found = repository.desired().resources.values()
    model = next(one.spec["model"] for one in found if one.ref.kind == "DeployedModel")
    repository.commit("data/kept-rows.jsonl", rows("two"))
    repository.put("manifests/load.yaml", None)
    repository.commit("manifests/bot.yaml", None)
    live = ready("deployedModels/x1", model=model, deployment=deployment)

    assert "accounts/acme/deployedModels/x1" == repository.one(account(live)).name


def test_a_resource_that_is_on_its_way_out_is_left_to_go(repository: Repository) -> None:
    repository.commit("manifests/bot.yaml", job("bot", "kept"))
    repository.commit("manifests/bot.yaml", None)
    live = ready("supervisedFineTuningJobs/bot")
    object.__setattr__(live, "state", "JOB_STATE_DELETING")

    assert [] == repository.going(account(live))


def test_what_refers_to_another_goes_before_it(repository: Repository) -> None:
    declare(repository, "rows")
    repository.put("manifests/all.yaml", f"{dataset('rows')}---\n{job('bot', 'rows')}")
    repository.commit()
    repository.commit("manifests/all.yaml", None)
    state = repository.pruned(account("datasets/rows", "supervisedFineTuningJobs/bot"))
    (bot,) = [one for one in state.resources.values() if one.ref.name == "bot"]

    assert ["Dataset/rows"] == [str(ref) for ref in bot.depends_on]
