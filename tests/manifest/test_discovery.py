"""Which files are manifests: those named, those below folders, those of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.manifest.load import Loaded, load
from reconciler.manifest.project import find_project

TEXT = 'apiVersion: reconciler/v1\nkind: Dataset\nmetadata: {name: %s}\nspec: {externalUrl: "s3://a/b"}\n'


def write(root: Path, *paths: str) -> None:
    """A manifest in each file, named after it."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(TEXT % Path(path).stem)


def run(cwd: Path, *paths: str) -> Loaded:
    given = [Path(path) for path in paths]
    return load(given, find_project(given, cwd, None), cwd)


def found(loaded: Loaded) -> list[str]:
    return [manifest.location.path for manifest in loaded.manifests]


def said(loaded: Loaded) -> list[str]:
    return [f"{d.location}: {d.message}" for d in loaded.diagnostics]


def test_a_project_is_everything_below_manifests(tmp_path: Path) -> None:
    write(tmp_path, "manifests/b.yaml", "manifests/a.yml", "manifests/c/d.yaml", "other/e.yaml")

    assert ["manifests/a.yml", "manifests/b.yaml", "manifests/c/d.yaml"] == found(run(tmp_path))


def test_other_endings_and_hidden_files_are_no_manifests(tmp_path: Path) -> None:
    write(
        tmp_path, "manifests/a.yaml", "manifests/.b.yaml", "manifests/.c/d.yaml", "manifests/e.txt"
    )

    assert ["manifests/a.yaml"] == found(run(tmp_path))


def test_the_project_file_is_no_manifest_wherever_it_stands(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "sub/reconciler.yaml")
    (tmp_path / ".git").mkdir()

    assert ["a.yaml"] == found(run(tmp_path, "."))


def test_the_globs_of_the_project_count(tmp_path: Path) -> None:
    write(
        tmp_path,
        "infra/a.yaml",
        "infra/deep/b.yaml",
        "jobs/c.yaml",
        "jobs/d.yml",
        "manifests/e.yaml",
    )
    (tmp_path / "reconciler.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Project\n"
        "spec: {manifests: [infra/*.yaml, 'jobs/**/*.yml']}\n"
    )

    assert ["infra/a.yaml", "jobs/d.yml"] == found(run(tmp_path))


def test_the_projects_folder_as_path_means_the_project(tmp_path: Path) -> None:
    write(tmp_path, "p/manifests/a.yaml", "p/data/b.yaml")
    (tmp_path / "p/reconciler.yaml").touch()

    assert ["p/manifests/a.yaml"] == found(run(tmp_path, "p"))


def test_a_folder_as_path_means_all_below_it(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a/b.yaml", "manifests/a/c/d.yml", "manifests/e.yaml")

    assert ["manifests/a/b.yaml", "manifests/a/c/d.yml"] == found(run(tmp_path, "manifests/a"))


def test_a_file_as_path_is_a_manifest_whatever_its_ending(tmp_path: Path) -> None:
    write(tmp_path, "x.txt")

    assert ["x.txt"] == found(run(tmp_path, "x.txt"))


def test_paths_that_overlap_load_each_file_once(tmp_path: Path) -> None:
    write(tmp_path, "m/a.yaml", "m/b.yaml")

    assert ["m/b.yaml", "m/a.yaml"] == found(run(tmp_path, "m/b.yaml", "m", "m/../m"))


def test_a_path_is_shown_relative_to_the_working_folder(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    (tmp_path / "reconciler.yaml").touch()
    (tmp_path / "sub").mkdir()

    assert ["../manifests/a.yaml"] == found(run(tmp_path / "sub"))


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    names = [f"manifests/{name}.yaml" for name in ("b", "a", "c10", "c9")]
    write(tmp_path, *names)

    assert sorted(names) == found(run(tmp_path))


@pytest.mark.parametrize("path", ["empty", "reconciler.yaml"])
def test_a_path_without_manifests_is_a_warning(path: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "reconciler.yaml").touch()

    loaded = run(tmp_path, path)

    assert [f"{path}:1:1: no manifest found here"] == said(loaded)
    assert "warning" == loaded.diagnostics[0].severity.value


def test_a_project_without_manifests_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").touch()

    assert ["reconciler.yaml:1:1: no manifest found here"] == said(run(tmp_path))


def test_a_project_without_manifests_is_told_where_they_were_looked_for(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("kind: Dataset\n")

    (found,) = run(tmp_path).diagnostics

    expected = "looked for manifests/**; name another folder, or start with: reconciler init"
    assert expected == found.hint


def test_a_file_of_comments_is_a_manifest_file_without_resources(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# nothing yet\n")

    assert [] == said(run(tmp_path, "a.yaml"))


def test_a_pipe_among_the_manifests_is_refused_and_does_not_block(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    os.mkfifo(tmp_path / "manifests/p.yaml")

    assert ["manifests/p.yaml:1:1: not a regular file"] == said(run(tmp_path))


def test_a_dangling_link_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    (tmp_path / "manifests/l.yaml").symlink_to("nowhere.yaml")

    assert ["manifests/l.yaml:1:1: a broken link"] == said(run(tmp_path))


@pytest.mark.parametrize("target", ["out/x.yaml", "out"])
def test_a_link_out_of_the_root_is_refused(target: str, tmp_path: Path) -> None:
    write(tmp_path, "p/manifests/a.yaml", "out/x.yaml")
    (tmp_path / "p/reconciler.yaml").touch()
    (tmp_path / "p/manifests/l.yaml").symlink_to(tmp_path / target)

    assert ["manifests/l.yaml:1:1: a link that leaves the project's root"] == said(
        run(tmp_path / "p")
    )


def test_links_inside_the_root_load_each_file_once(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml", "manifests/f/b.yaml")
    (tmp_path / "manifests/k.yaml").symlink_to("a.yaml")
    (tmp_path / "manifests/g").symlink_to("f")
    (tmp_path / "manifests/h").symlink_to(".")

    assert ["manifests/a.yaml", "manifests/f/b.yaml"] == found(run(tmp_path))


def test_a_name_that_is_not_utf8_is_refused_and_shown(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    (tmp_path / os.fsdecode(b"manifests/\xff.yaml")).write_text("")

    assert ["manifests/\\xff.yaml:1:1: its name is not UTF-8"] == said(run(tmp_path))


def test_a_folder_that_ends_like_a_manifest_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "manifests/x.yaml/a.yaml")

    assert ["manifests/x.yaml/a.yaml"] == found(run(tmp_path))


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    with (tmp_path / "manifests/big.yaml").open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    assert ["manifests/big.yaml:1:1: larger than 1 MiB: split it into several files"] == said(
        run(tmp_path)
    )


def test_a_file_of_exactly_one_mebibyte_is_read(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    text = (tmp_path / "manifests/a.yaml").read_text()
    (tmp_path / "manifests/a.yaml").write_text(text + "#" * (1024 * 1024 - len(text)))

    assert ["manifests/a.yaml"] == found(run(tmp_path))


def test_more_than_a_hundred_thousand_nodes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [" + "b," * 100_001 + "]\n")

    assert any("more than 100,000 nodes" in line for line in said(run(tmp_path, "a.yaml")))


def test_what_a_broken_file_declares_is_known_as_broken(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    (tmp_path / "manifests/a.yaml").write_text(TEXT % "one" + "---\n" + TEXT % "two" + "x: [\n")

    loaded = run(tmp_path)

    assert ["Dataset/two"] == [str(ref) for ref in loaded.broken]
    assert loaded.unreadable


def test_what_a_wrong_manifest_declares_is_known_as_broken(tmp_path: Path) -> None:
    write(tmp_path, "manifests/a.yaml")
    (tmp_path / "manifests/a.yaml").write_text(TEXT % "one" + "x: 1\n")

    loaded = run(tmp_path)

    assert (["Dataset/one"], False) == ([str(r) for r in loaded.broken], loaded.unreadable)


def test_a_file_with_endless_problems_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("---\na: 1\n" * 3000)

    lines = said(run(tmp_path, "a.yaml"))

    assert 1001 == len(lines)
    assert "a.yaml:2002:1: not checked: too many problems before it in this file" == lines[-1]
