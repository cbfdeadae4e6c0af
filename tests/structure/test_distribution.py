"""What is shipped: a wheel with its schemas and examples, and requirements that name no source."""

from __future__ import annotations

import re
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest
from hatchling.builders.wheel import WheelBuilder

from reconciler.version import VERSION
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def _build(folder: Path) -> Path:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return folder / wheel.rsplit("/", 1)[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("wheel"))


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["schemas", "examples"])
def test_the_wheel_holds_every_file_of(folder: str, wheel: Path) -> None:
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    expected = {
        f"reconciler/{path.relative_to(ROOT).as_posix()}"
        for path in files
        if "__pycache__" not in path.parts
    }

    assert expected
    assert set() == expected - _names(wheel)


def test_the_wheel_holds_nothing_but_the_package_and_its_metadata(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in _names(wheel)}

    assert {"reconciler", f"fireworks_reconciler-{VERSION}.dist-info"} == tops


def test_two_builds_of_the_wheel_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert wheel.read_bytes() == _build(tmp_path).read_bytes()


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_to_a_version_and_hashes(path: Path) -> None:
    text = re.sub(r"\\\n\s*", "", path.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    loose = [line for line in lines if not PIN.match(line) or "--hash=sha256:" not in line]

    assert lines
    assert [] == loose


def _pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / f"requirements/{name}.txt").read_text("utf-8")))


@pytest.mark.parametrize("smaller", ["run", "build"])
def test_tests_run_with_the_very_versions_that_users_get(smaller: str) -> None:
    assert _pins(smaller).items() <= _pins("dev").items()


def test_every_declared_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[<>=!~ \[]", name)[0] for name in project["dependencies"]}

    assert set() == declared - _pins("run").keys()
