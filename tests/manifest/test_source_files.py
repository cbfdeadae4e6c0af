"""What ``spec.source`` brings: which files, what stands for a file, what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from typing import TYPE_CHECKING

import pytest

from reconciler.manifest.load import Loaded, load
from reconciler.manifest.project import find_project
from tests.manifest.corpus_files import ROWS, shown

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.manifest.file_set import FileSet

PIN = "0" * 64
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}


def safetensors() -> bytes:
    tensor = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "w": tensor}).encode()
    return struct.pack("<Q", len(header)) + header + b"\0" * 4


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a good dataset file and a good folder of weights."""
    (tmp_path / "reconciler.yaml").touch()
    (tmp_path / "manifests").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/rows.jsonl").write_text("".join(ROWS % number for number in range(4)))
    weights = tmp_path / "models/base"
    weights.mkdir(parents=True)
    (weights / "config.json").write_text(json.dumps(CONFIG))
    (weights / "tokenizer.json").write_text("{}")
    (weights / "model.safetensors").write_bytes(safetensors())
    return tmp_path


def load_dataset(root: Path, path: str = "../data/rows.jsonl", more: str = "") -> Loaded:
    return load_text(
        root,
        "kind: Dataset\nmetadata: {name: rows}\n"
        f"spec: {{format: CHAT, source: {{path: {json.dumps(path)}{more}}}}}\n",
    )


def load_model(root: Path, path: str = "../models/base", more: str = "") -> Loaded:
    return load_text(
        root,
        "kind: Model\nmetadata: {name: base}\n"
        "spec: {kind: HF_BASE_MODEL, baseModelDetails: {checkpointFormat: HUGGINGFACE},"
        f" source: {{path: {json.dumps(path)}{more}}}}}\n",
    )


def load_text(root: Path, text: str) -> Loaded:
    (root / "manifests/m.yaml").write_text(f"apiVersion: reconciler/v1\n{text}")
    return load([], find_project([], root, None), root)


def said(loaded: Loaded) -> list[str]:
    return [shown(diagnostic) for diagnostic in loaded.diagnostics]


def files(loaded: Loaded) -> FileSet:
    assert [] == [line for line in said(loaded) if "warning" not in line]
    found = loaded.manifests[0].files
    assert found is not None
    return found


def test_a_dataset_is_one_file_with_its_rows(root: Path) -> None:
    found = files(load_dataset(root))

    assert [("rows.jsonl", 4)] == [(file.key, found.rows) for file in found.files]
    assert found.total_bytes == (root / "data/rows.jsonl").stat().st_size


def test_the_source_is_not_part_of_the_spec(root: Path) -> None:
    assert {"format": "CHAT"} == load_dataset(root).manifests[0].spec


def test_rows_are_hashed_while_they_are_read(root: Path) -> None:
    rows = (root / "data/rows.jsonl").read_bytes()

    assert hashlib.sha256(rows).hexdigest() == files(load_dataset(root)).files[0].sha256


def test_nobody_hashes_weights_that_nobody_asked_for(root: Path) -> None:
    assert {None} == {file.sha256 for file in files(load_model(root)).files}


def test_an_identity_names_the_very_file(root: Path) -> None:
    identity = files(load_dataset(root)).files[0].identity
    status = (root / "data/rows.jsonl").stat()

    assert identity is not None
    assert (status.st_ino, status.st_mtime_ns) == (identity.inode, identity.mtime_ns)


def test_a_pin_is_compared_with_the_file(root: Path) -> None:
    digest = hashlib.sha256((root / "data/rows.jsonl").read_bytes()).hexdigest()

    assert digest == files(load_dataset(root, more=f", sha256: {digest}")).files[0].sha256


def test_a_content_hash_asks_for_the_digest(root: Path) -> None:
    text = (
        "kind: Dataset\nmetadata: {name: rows, idStrategy: contentHash}\n"
        "spec: {format: CHAT, source: {path: ../data/rows.jsonl}}\n"
    )
    digest = hashlib.sha256((root / "data/rows.jsonl").read_bytes()).hexdigest()

    assert digest == files(load_text(root, text)).files[0].sha256


def test_a_tombstone_needs_no_bytes(root: Path) -> None:
    text = (
        "kind: Dataset\nmetadata: {name: rows, state: absent}\n"
        "spec: {format: CHAT, source: {path: ../data/gone.jsonl}}\n"
    )

    loaded = load_text(root, text)

    assert [] == said(loaded)
    assert loaded.manifests[0].absent


def test_a_git_lfs_pointer_stands_for_its_file(root: Path) -> None:
    pointer = POINTER.format(oid="a" * 64, size=123456)
    (root / "data/rows.jsonl").write_text(pointer)

    loaded = load_dataset(root)

    file = files(loaded).files[0]
    assert ("a" * 64, 123456, None) == (file.sha256, file.size, file.identity)
    assert [
        "4:37: warning: spec.source.path: rows.jsonl: not checked: Git LFS pointer (git lfs pull)"
    ] == said(loaded)


def test_a_pointer_to_another_file_than_the_pinned_is_refused(root: Path) -> None:
    (root / "data/rows.jsonl").write_text(POINTER.format(oid="a" * 64, size=1))

    loaded = load_dataset(root, more=f", sha256: {'b' * 64}")

    assert any("spec.source.sha256" in line for line in said(loaded))
    assert () == loaded.manifests


def test_a_file_is_pinned_when_the_manifest_says_its_sha256(root: Path) -> None:
    digest = hashlib.sha256((root / "data/rows.jsonl").read_bytes()).hexdigest()

    found = [files(load_dataset(root, more=more)).pinned for more in ("", f", sha256: {digest}")]

    assert [False, True] == found


def test_a_missing_file_with_a_pin_stands_for_its_content(root: Path) -> None:
    loaded = load_dataset(root, "../data/gone.jsonl", f", sha256: {PIN}")

    file = files(loaded).files[0]
    assert (PIN, None, "missing file") == (file.sha256, file.identity, file.why_absent)
    assert not files(loaded).sendable


def test_a_git_annex_pointer_is_refused(root: Path) -> None:
    (root / "data/rows.jsonl").write_text("/annex/objects/SHA256E-s1--aa.jsonl\n")

    assert "data/rows.jsonl:1:1: a git-annex pointer, not the file (git annex get)" in said(
        load_dataset(root)
    )


def test_a_model_is_all_files_of_its_folder_sorted(root: Path) -> None:
    keys = [file.key for file in files(load_model(root)).files]

    assert ["config.json", "model.safetensors", "tokenizer.json"] == keys


def test_hidden_files_and_folders_are_skipped(root: Path) -> None:
    (root / "models/base/.gitattributes").touch()
    (root / "models/base/.cache").mkdir()
    (root / "models/base/.cache/x.json").touch()

    assert 3 == len(files(load_model(root)).files)


def test_nested_files_keep_their_path_and_warn(root: Path) -> None:
    (root / "models/base/1_Pooling").mkdir()
    (root / "models/base/1_Pooling/config.json").write_text("{}")

    loaded = load_model(root)

    assert "1_Pooling/config.json" == files(loaded).files[0].key
    assert any(
        "1 file in subfolders, such as 1_Pooling/config.json" in line for line in said(loaded)
    )


@pytest.mark.parametrize(
    ("include", "keys"),
    [
        (["*.json", "*.safetensors"], ["a/deep/x.json", "config.json", "model.safetensors"]),
        (["*"], ["a/deep/x.json", "a/y.txt", "config.json", "model.safetensors"]),
        (["/config.json", "model*"], ["config.json", "model.safetensors"]),
        (["a/**", "config.json", "*.safetensors"], None),
        (
            ["a/*", "config.json", "m?del.safetensors"],
            ["a/y.txt", "config.json", "model.safetensors"],
        ),
        (["**/x.json", "config.json", "model.safetensors"], None),
        (["[cm]*"], ["config.json", "model.safetensors"]),
        (["[!c]*.json", "c*", "*tensors"], None),
    ],
)
def test_include_picks_files_as_gitignore_reads_globs(
    include: list[str], keys: list[str] | None, root: Path
) -> None:
    base = root / "models/base"
    (base / "a/deep").mkdir(parents=True)
    (base / "a/deep/x.json").write_text("{}")
    (base / "a/y.txt").touch()
    (base / "tokenizer.json").unlink()
    everything = ["a/deep/x.json", "a/y.txt", "config.json", "model.safetensors"]
    expected = keys or [key for key in everything if key != "a/y.txt" or "a/**" in include]

    loaded = load_model(root, more=f", include: {json.dumps(include)}")

    assert expected == [file.key for file in files(loaded).files]


def test_a_glob_that_finds_nothing_is_a_warning(root: Path) -> None:
    loaded = load_model(root, more=', include: ["*.json", "*.safetensors", "*.bin"]')

    assert any(
        "warning: spec.source.include: *.bin matches no file" in line for line in said(loaded)
    )


def test_globs_that_find_nothing_at_all_are_an_error(root: Path) -> None:
    assert ["4:95: spec.source.path: holds no file that include picks"] == [
        line
        for line in said(load_model(root, more=', include: ["*.bin"]'))
        if "warning" not in line
    ]


@pytest.mark.parametrize("twin", ["CONFIG.json", "Config.JSON"])
def test_names_that_differ_only_in_case_are_refused(twin: str, root: Path) -> None:
    (root / "models/base" / twin).write_text("{}")

    assert any("differ only in case or composition" in line for line in said(load_model(root)))


def test_names_that_differ_only_in_composition_are_refused(root: Path) -> None:
    (root / "models/base/caf\u00e9.json").write_text("{}")
    (root / "models/base/cafe\u0301.json").write_text("{}")

    assert any("differ only in case or composition" in line for line in said(load_model(root)))


def test_a_pipe_among_the_files_is_refused_and_does_not_block(root: Path) -> None:
    os.mkfifo(root / "models/base/pipe.json")

    assert any("pipe.json: not a regular file" in line for line in said(load_model(root)))


def test_a_pipe_as_dataset_is_refused_and_does_not_block(root: Path) -> None:
    os.mkfifo(root / "data/pipe.jsonl")

    assert any(
        "not a regular file" in line for line in said(load_dataset(root, "../data/pipe.jsonl"))
    )


def test_a_link_inside_the_root_is_followed(root: Path) -> None:
    (root / "data/link.jsonl").symlink_to("rows.jsonl")

    assert 4 == files(load_dataset(root, "../data/link.jsonl")).rows


@pytest.mark.parametrize("place", ["file", "folder", "chain", "inside"])
def test_a_link_out_of_the_root_is_refused(
    place: str, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "rows.jsonl").write_text("secret")
    (root / "data/file.jsonl").symlink_to(outside / "rows.jsonl")
    (root / "data/folder").symlink_to(outside)
    (root / "data/chain.jsonl").symlink_to("file.jsonl")
    (root / "models/base/inside.json").symlink_to(outside / "rows.jsonl")
    paths = {"file": "file.jsonl", "folder": "folder/rows.jsonl", "chain": "chain.jsonl"}

    loaded = (
        load_model(root) if place == "inside" else load_dataset(root, f"../data/{paths[place]}")
    )

    assert any("the project's root" in line for line in said(loaded))
    assert () == loaded.manifests


def test_links_in_a_circle_are_refused(root: Path) -> None:
    (root / "data/a.jsonl").symlink_to("b.jsonl")
    (root / "data/b.jsonl").symlink_to("a.jsonl")

    assert () == load_dataset(root, "../data/a.jsonl").manifests


def test_a_link_to_a_folder_above_is_refused(root: Path) -> None:
    (root / "models/base/up").symlink_to("..")

    assert any("a link to a folder that contains it" in line for line in said(load_model(root)))


def test_a_dangling_link_among_the_files_is_refused(root: Path) -> None:
    (root / "models/base/gone.json").symlink_to("nowhere.json")

    assert any("gone.json: a broken link" in line for line in said(load_model(root)))


def test_a_name_that_is_not_utf8_is_refused_and_shown(root: Path) -> None:
    (root / os.fsdecode(b"models/base/\xff.json")).write_text("{}")

    assert any("\\xff.json: its name is not UTF-8" in line for line in said(load_model(root)))


def test_a_row_problem_stands_in_the_data_file(root: Path) -> None:
    (root / "data/rows.jsonl").write_text((ROWS % 1) * 3 + "{}\n")

    assert "data/rows.jsonl:4: messages: required, but missing" in said(load_dataset(root))


def test_a_problem_of_a_shared_file_is_said_once(root: Path) -> None:
    (root / "data/rows.jsonl").write_text("{}\n" * 3)
    one = (
        "kind: Dataset\nmetadata: {name: %s}\n"
        "spec: {format: RL, source: {path: ../data/rows.jsonl}}\n"
    )

    lines = said(load_text(root, one % "a" + "---\napiVersion: reconciler/v1\n" + one % "b"))

    assert 1 == sum("data/rows.jsonl:1: samples" in line for line in lines)


def test_no_message_quotes_what_a_file_holds(root: Path) -> None:
    (root / "data/rows.jsonl").write_text("root:x:0:0:root\n" * 3)

    assert not any("root:x" in line for line in said(load_dataset(root)))
