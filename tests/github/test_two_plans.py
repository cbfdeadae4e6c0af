"""Plans of one environment that are of different things stand in different comments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.run import run
from reconciler.emulator.server import Emulator
from tests.checkout import Checkout
from tests.github.conftest import HEAD
from tests.github.fake_api import REPOSITORY, TOKEN, FakeGitHub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Plan = Callable[..., list[str]]

NAMES_ITS_ACCOUNT = "apiVersion: reconciler/v1\nkind: Project\nspec: {account: acme}\n"
DATASET = """apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: {name}}}
spec: {{externalUrl: "s3://a/{name}"}}
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def plan(
    fake: FakeGitHub, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Plan:
    """Runs the three steps of the action for a plan; the markers of all comments then."""
    for name in ("one", "two"):
        (tmp_path / "manifests" / name).mkdir(parents=True)
        (tmp_path / f"manifests/{name}/m.yaml").write_text(DATASET.format(name=name))
    (tmp_path / "reconciler.yaml").touch()
    pull = fake.open_pull(HEAD)
    event = {"pull_request": {"number": pull, "head": {"sha": HEAD}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    known = {
        "FIREWORKS_API_KEY": emulator.key,
        "FIREWORKS_ACCOUNT_ID": emulator.account,
        "FIREWORKS_BASE_URL": emulator.url,
        "GITHUB_API_URL": fake.url,
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": HEAD,
        "GITHUB_TOKEN": TOKEN,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "ACTION_COMMAND": "plan",
        "ACTION_RESULTS": str(tmp_path / "results"),
    }
    monkeypatch.chdir(tmp_path)

    def steps(code: int = 0, **given: str) -> list[str]:
        with monkeypatch.context() as patch:
            for name, value in {**known, **given}.items():
                patch.setenv(name, value)
            assert [0, code, 0] == [run(["github", step]) for step in ("prepare", "run", "publish")]
        return sorted(body.splitlines()[0] for body in fake.bodies(pull))

    return steps


def test_plans_of_other_paths_do_not_write_over_each_other(plan: Plan) -> None:
    plan(ACTION_PATHS="manifests/one")
    plan(ACTION_PATHS="manifests/two")
    markers = plan(ACTION_PATHS="./manifests/one")

    assert 2 == len(markers)
    assert "+path=manifests/one" in markers[0]
    assert "+path=manifests/two" in markers[1]


def test_plans_of_other_targets_do_not_write_over_each_other(plan: Plan) -> None:
    plan(ACTION_ARGUMENTS="--target=Dataset/one")

    assert 2 == len(plan(ACTION_ARGUMENTS="--target\nDataset/two"))


def test_plans_of_other_accounts_do_not_write_over_each_other(plan: Plan) -> None:
    plan()
    with Emulator(account="other") as other:
        key, address = {"FIREWORKS_API_KEY": other.key}, {"FIREWORKS_BASE_URL": other.url}
        markers = plan(ACTION_ACCOUNT="other", FIREWORKS_ACCOUNT_ID="", **key, **address)

    assert 2 == len(markers)
    assert "+account=acme " in markers[0]
    assert "+account=other " in markers[1]


def test_the_account_that_the_project_names_is_no_part_of_the_marker(
    plan: Plan, tmp_path: Path
) -> None:
    (tmp_path / "reconciler.yaml").write_text(NAMES_ITS_ACCOUNT)

    assert ["<!-- reconciler:v1 . -->"] == plan()


@pytest.mark.parametrize("broken", ["spec: [", "spec: {accont: acme}\n"])
def test_a_change_that_breaks_the_project_file_says_so_where_the_plan_stood(
    broken: str, plan: Plan, tmp_path: Path
) -> None:
    checkout = Checkout(tmp_path)
    checkout.commit("reconciler.yaml", NAMES_ITS_ACCOUNT)
    before = plan()
    (tmp_path / "reconciler.yaml").write_text(broken)

    assert before == plan(code=3)


def test_a_change_that_drops_the_environment_says_so_where_the_plan_stood(
    plan: Plan, tmp_path: Path
) -> None:
    checkout = Checkout(tmp_path)
    environments = "  environments: {prod: {account: acme}}\n"
    text = f"apiVersion: reconciler/v1\nkind: Project\nspec:\n{environments}"
    checkout.commit("reconciler.yaml", text)
    before = plan(ACTION_ENVIRONMENT="prod")
    (tmp_path / "reconciler.yaml").write_text(NAMES_ITS_ACCOUNT)

    assert before == plan(code=64, ACTION_ENVIRONMENT="prod")


def test_a_plan_that_fails_says_so_in_its_own_comment(plan: Plan, tmp_path: Path) -> None:
    before = plan(ACTION_PATHS="manifests/one")
    (tmp_path / "manifests/one/m.yaml").write_text("kind: Nothing\n")

    assert before == plan(code=3, ACTION_PATHS="manifests/one")
