"""The project: where its root is, what reconciler.yaml says, which environment counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import UsageError
from reconciler.manifest.project import Policy, Project, find_project

HEAD = "apiVersion: reconciler/v1\nkind: Project\n"


def write(folder: Path, spec: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reconciler.yaml").write_text(HEAD + spec)


def said(project: Project) -> list[str]:
    return [f"{d.location}: {d.message}" for d in project.diagnostics]


def test_without_a_file_the_defaults_count(tmp_path: Path) -> None:
    assert Project(tmp_path) == find_project([], tmp_path, None)


def test_an_empty_file_is_a_project_of_defaults(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").touch()

    project = find_project([], tmp_path, None)

    assert (tmp_path / "reconciler.yaml", ("manifests/**",), ()) == (
        project.file,
        project.manifests,
        project.diagnostics,
    )


def test_the_root_is_the_folder_of_the_file_above(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "a/b").mkdir(parents=True)

    assert tmp_path == find_project([], tmp_path / "a/b", None).root


def test_the_root_is_else_the_top_of_the_checkout(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / ".git").mkdir()

    assert tmp_path == find_project([], tmp_path / "a/b", None).root


def test_a_project_above_the_checkout_is_somebody_elses(tmp_path: Path) -> None:
    write(tmp_path, "spec: {account: other}")
    (tmp_path / "checkout/.git").mkdir(parents=True)

    project = find_project([], tmp_path / "checkout", None)

    assert (tmp_path / "checkout", None) == (project.root, project.account)


def test_the_root_is_else_the_path_given(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/m.yaml").touch()

    assert tmp_path / "a" == find_project([Path("a/m.yaml")], tmp_path, None).root


def test_the_project_of_a_path_counts_not_that_of_the_current_folder(tmp_path: Path) -> None:
    write(tmp_path / "a", "spec: {account: one}")
    write(tmp_path, "spec: {account: two}")

    assert "one" == find_project([Path("a")], tmp_path, None).account


def test_paths_of_two_projects_are_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path / "a", "")
    write(tmp_path / "b", "")

    with pytest.raises(UsageError, match="different projects"):
        find_project([Path("a"), Path("b")], tmp_path, None)


def test_a_path_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere: no such file or folder"):
        find_project([Path("nowhere")], tmp_path, None)


def test_a_project_file_may_be_a_link_within_its_checkout(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "team").mkdir()
    (tmp_path / "shared.yaml").write_text(f"{HEAD}spec: {{account: acme}}\n")
    (tmp_path / "team/reconciler.yaml").symlink_to("../shared.yaml")

    assert "acme" == find_project([], tmp_path / "team", None).account


def test_a_project_file_that_links_out_of_its_checkout_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("password of this machine\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/reconciler.yaml").symlink_to("../secrets")

    (said,) = find_project([], tmp_path / "project", None).diagnostics
    assert ("unreadable-file", "a link out of the checkout") == (said.code, said.message)


def test_a_link_to_the_root_is_the_root(tmp_path: Path) -> None:
    write(tmp_path / "real", "")
    (tmp_path / "link").symlink_to("real")

    assert tmp_path / "real" == find_project([], tmp_path / "link", None).root


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        "spec:\n  manifests: [infra/*.yaml]\n  account: acme\n  values: {size: 3, team: 0123}\n"
        "  policy: {maxDeletes: 1, maxDeleteShare: 1, maxNewJobs: 0, budgetUsd: 9.5,"
        " allowPublic: true}\n"
        "  prices: {gpuHour: {NVIDIA_H100_80GB: 7.0}, asOf: 2026-07-01}\n",
    )

    project = find_project([], tmp_path, None)

    assert [] == said(project)
    assert ("infra/*.yaml",) == project.manifests
    assert Policy(1, 1, 0, 9.5, True) == project.policy
    assert {"gpuHour": {"NVIDIA_H100_80GB": 7.0}, "asOf": "2026-07-01"} == project.prices


ENVIRONMENTS = (
    "spec:\n  account: base\n  values: {size: 1, team: a}\n"
    "  environments:\n"
    "    prod: {account: acme-prod, baseUrl: 'https://eu.example.com', values: {size: 8}}\n"
    "    dev: {}\n"
)


def test_an_environment_replaces_the_account(tmp_path: Path) -> None:
    write(tmp_path, ENVIRONMENTS)

    project = find_project([], tmp_path, "prod")

    assert ("acme-prod", "https://eu.example.com", "prod") == (
        project.account,
        project.base_url,
        project.environment,
    )


def test_an_environments_values_go_over_the_projects(tmp_path: Path) -> None:
    write(tmp_path, ENVIRONMENTS)

    assert {"size": 8, "team": "a"} == find_project([], tmp_path, "prod").values


def test_without_an_environment_the_projects_values_count(tmp_path: Path) -> None:
    write(tmp_path, ENVIRONMENTS)

    assert {"size": 1, "team": "a"} == find_project([], tmp_path, None).values


def test_an_environment_without_an_account_leaves_the_projects(tmp_path: Path) -> None:
    write(tmp_path, ENVIRONMENTS)

    assert "base" == find_project([], tmp_path, "dev").account


def test_an_unknown_environment_is_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path, ENVIRONMENTS)

    with pytest.raises(UsageError) as caught:
        find_project([], tmp_path, "prd")

    assert ('the project has no environment "prd"', "did you mean prod?") == (
        caught.value.message,
        caught.value.hint,
    )


def test_an_environment_without_a_project_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        find_project([], tmp_path, "prod")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("spec: {acount: a}\n", "3:8: spec.acount: unknown field"),
        ("spec: {policy: {maxDeletes: -1}}\n", "3:29: spec.policy.maxDeletes: expected at least 0"),
        (
            "spec: {policy: {maxDeletes: 1.0}}\n",
            "3:29: spec.policy.maxDeletes: expected an integer",
        ),
        ("spec: {manifests: 'm/**'}\n", "3:19: spec.manifests: expected a list"),
        ("spec: {account: }\n", "3:8: spec.account: is empty"),
        ("spec: {values: {a: [1]}}\n", "3:20: spec.values.a: expected text or a number or true"),
        ("spec: {a: 1, a: 2}\n", "3:14: a: duplicate key"),
        ("spec: {prices: {asOf: July}}\n", "3:23: spec.prices.asOf: expected a day as YYYY-MM-DD"),
        ("spec: {account: fw_3ZhKq8mPxT2vLwYr9BnC}\n", "3:17: this looks like a Fireworks API key"),
        ("---\nkind: Project\n", "1:1: expected one document"),
        ("spec: [\n", "3:7: this bracket is never closed"),
    ],
)
def test_a_wrong_project_file_is_answered_with_positions(
    spec: str, message: str, tmp_path: Path
) -> None:
    write(tmp_path, spec)

    lines = said(find_project([], tmp_path, None))

    assert any(line.startswith(f"reconciler.yaml:{message}") for line in lines), lines


def test_a_wrong_project_file_hides_no_environment_error(tmp_path: Path) -> None:
    write(tmp_path, "spec: {acount: a}\n")

    assert 1 == len(find_project([], tmp_path, "prod").diagnostics)


def test_a_project_file_that_is_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").mkdir()

    assert ["reconciler.yaml:1:1: not a regular file"] == said(find_project([], tmp_path, None))
