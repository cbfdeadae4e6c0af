"""What is fed with bytes: each target answers, or raises what a user is meant to see.

``TARGETS`` maps a name to a function of bytes; ``SEEDS`` to inputs that are worth changing. Run in
continuous integration by tests/fuzz/test_targets.py, for longer by ``make fuzz``.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.api.answers import read_answer
from reconciler.api.call import Call
from reconciler.api.decode import live_resource
from reconciler.api.lean import httpx
from reconciler.api.pages import list_rows
from reconciler.api.retry import Failure, retry_after
from reconciler.canonical import document_text
from reconciler.cli import saved
from reconciler.data.metrics import read_curve
from reconciler.desire import validate
from reconciler.diagnostic import SourceLocation
from reconciler.errors import ReconcilerError
from reconciler.manifest.load import load
from reconciler.manifest.project import find_project
from reconciler.manifest.rows import check_rows
from reconciler.manifest.weights import read_config, safetensors_problem
from reconciler.plan.context import Allow
from reconciler.report.diagnostics import render_diagnostics
from reconciler.report.json_plan import saved_json, seal
from reconciler.report.metrics import curve_json, render_curve
from reconciler.report.style import Style
from reconciler.report.svg import curve_svg
from tests.fuzz import account
from tests.fuzz.choices import Choices, damaged
from tests.hostile import HOSTILE, unsafe_in_log
from tests.manifest.corpus_files import make_project
from tests.report.printed import OURS, PRINTED
from tests.report.samples import PLAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.diagnostic import Diagnostic

LONGEST_LINE = 2_000  # characters of a problem: ours, a path, and at most 120 of a user's value
PROJECT = """apiVersion: reconciler/v1
kind: Project
spec:
  manifests: [infra/*.yaml]
  account: acme
  values: {size: 3, team: 0123}
  environments:
    prod: {account: acme-prod, baseUrl: "https://eu.example.com", values: {size: 8}}
  policy: {maxDeletes: 1, maxDeleteShare: 1, maxNewJobs: 0, budgetUsd: 9.5, allowPublic: true}
  prices:
    trainingPerMillionTokens: [{upToParameters: 16000000000, usd: 0.5}]
    gpuHour: {NVIDIA_H100_80GB: 7.0}
    asOf: 2026-07-01
"""
FORMATS = ("CHAT", "COMPLETION", "RL", None)


@cache
def _project() -> Path:
    """One folder for the whole process; the system clears its temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    make_project(folder)
    return folder


def manifest(data: bytes) -> None:
    """A manifest is loaded and built; every problem stands inside the file, on one line."""
    folder = _project()
    (folder / "manifests/m.yaml").write_bytes(data)
    project = find_project([], folder, None)
    _check(validate([], project, folder), "manifests/m.yaml", data)


def project_file(data: bytes) -> None:
    """The project file, with an environment that it may or may not have."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "reconciler.yaml"
        file.write_bytes(data)
        for environment in (None, "prod"):
            try:
                project = find_project([], Path(name), environment)
            except ReconcilerError:
                continue
            _check(project.diagnostics, "reconciler.yaml", data)
            load([], project, Path(name))


def rows(data: bytes) -> None:
    """A dataset's file in each of the formats."""
    file = _project() / "data/fuzzed.jsonl"
    file.write_bytes(data)
    for row_format in FORMATS:
        with io.FileIO(file) as raw:
            report = check_rows(raw, "data/fuzzed.jsonl", row_format)
        _check(report.diagnostics, "data/fuzzed.jsonl", data)


def weights(data: bytes) -> None:
    """A safetensors header, and the same bytes as a config."""
    file = _project() / "data/fuzzed.safetensors"
    file.write_bytes(data)
    handle = os.open(file, os.O_RDONLY)
    try:
        safetensors_problem(handle, len(data))
        read_config(handle, len(data))
    finally:
        os.close(handle)


def saved_plan(data: bytes) -> None:
    """A plan file as it came, and one that somebody changed and sealed anew."""
    _read_plan(data)
    choices = Choices(data)
    document = json.loads(saved_json(PLAN, {"paths": []}))
    for _ in range(1 + choices.below(4)):
        document = damaged(document, choices)
    if isinstance(document, dict):
        _read_plan(document_text({**document, "seal": seal(document)}).encode())


def _read_plan(data: bytes) -> None:
    file = _project() / "plan.json"
    file.write_bytes(data)
    try:
        saved.read(file).check(PLAN, Allow())
    except ReconcilerError as error:
        _check_words(error)


def answer(data: bytes) -> None:
    """One answer of the platform: its status, its type, its body, and what follows from them."""
    choices = Choices(data)
    status = choices.pick((200, 201, 204, 301, 400, 401, 403, 404, 409, 412, 429, 500, 503, 599))
    kind = choices.pick(("application/json", "text/html", "", "application/json; charset=x"))
    body = choices.rest()
    headers = httpx.Headers([(b"content-type", kind.encode()), (b"retry-after", body[:40])])
    call = Call("GET", "/v1/accounts/a/models/m")
    found = read_answer(call, status, headers, body, ())
    if isinstance(found, Failure):
        _check_words(found.error)
        return
    live_resource("Model", found)
    try:
        list_rows(lambda _token: found, "models")
    except ReconcilerError as error:
        _check_words(error)


def wait_header(data: bytes) -> None:
    """A Retry-After header is seconds, or nothing."""
    seconds = retry_after(data.decode("latin-1"))
    assert seconds is None or 0 <= seconds < float("inf")


def curve(data: bytes) -> None:
    """A metrics file as text, document and image."""
    try:
        found = read_curve(data)
    except ReconcilerError as error:
        _check_words(error)
        return
    assert [] == unsafe_in_log(render_curve(found, "Job/a", Style()))
    json.loads(curve_json(found, "Job/a", "accounts/a/jobs/a"))
    curve_svg(found, "Job/a").encode()


def printed(data: bytes) -> None:
    """Any text in every place of every renderer."""
    choices = Choices(data)
    name = choices.pick(sorted(PRINTED))
    text = choices.rest().decode("utf-8", "surrogateescape")
    assert [] == unsafe_in_log(PRINTED[name](text), OURS.get(name, set())), name


def _check(found: Iterable[Diagnostic], shown: str, data: bytes) -> None:
    lines = data.removeprefix(b"\xef\xbb\xbf").decode(errors="replace").split("\n")
    for each in found:
        where = each.location or SourceLocation("")
        if where.path == shown:
            assert 1 <= where.line <= len(lines), each
            assert 0 <= where.column <= len(lines[where.line - 1]) + 1, each
    text = render_diagnostics(list(found))
    assert [] == unsafe_in_log(text)
    assert all(len(line) < LONGEST_LINE for line in text.split("\n"))


def _check_words(error: ReconcilerError) -> None:
    assert error.message
    assert len(error.message) < LONGEST_LINE


TARGETS: dict[str, Callable[[bytes], None]] = {
    "manifest": manifest,
    "project-file": project_file,
    "rows": rows,
    "weights": weights,
    "saved-plan": saved_plan,
    "answer": answer,
    "wait-header": wait_header,
    "account": account.account,
    "curve": curve,
    "printed": printed,
}


def seeds(name: str) -> list[bytes]:
    """Inputs of a target that are worth changing; b"" where nothing better is known."""
    found = _SEEDS.get(name)
    return found() if found else [b"", bytes(range(64)), bytes(range(255, 100, -3))]


def _manifests() -> list[bytes]:
    from tests.manifest.corpus_files import cases

    names = ("bytes", "syntax", "scalars", "shape", "identity", "values", "paths", "valid")
    return [case.content for name in names for case in cases(name)]


def _projects() -> list[bytes]:
    files = Path("examples").glob("*/reconciler.yaml")
    return [PROJECT.encode(), *(file.read_bytes() for file in files)]


def _rows() -> list[bytes]:
    return [file.read_bytes()[:4_000] for file in Path("examples").glob("*/data/*.jsonl")]


def _weights() -> list[bytes]:
    header = b'{"__metadata__":{},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    sides = b"4000000000000000000," * 300 + b"1"
    huge = b'{"a":{"dtype":"F32","shape":[' + sides + b'],"data_offsets":[0,4]}}'
    whole = [len(each).to_bytes(8, "little") + each + b"\0\0\0\0" for each in (header, huge)]
    return [*whole, b"{}", b"[" * 4_000]


def _answers() -> list[bytes]:
    row = b'{"models":[{"name":"accounts/a/models/m","state":"READY"}],"totalSize":1}'
    error = b'{"code":9,"message":"@x ::error::","details":[{"@type":"a","violations":[{}]}]}'
    return [b"\0\0\0\0" + row, b"\0\x04\0\0" + error, b"\0\x0a\0\0" + b'{"error":{"code":16}}']


def _waits() -> list[bytes]:
    return [b"120", b"Wed, 21 Oct 2026 07:28:00 GMT", b"-1", b"1e9", b"0 Jan 1 99999999999:0:0"]


def _curves() -> list[bytes]:
    return [b"step,loss\n1,2.0\n2,1e400\n", b'{"step":1,"train":{"loss":0.5}}\n{"loss":null}\n']


def _texts() -> list[bytes]:
    texts = [text for text in HOSTILE.values() if len(text) < 1_000]
    return [bytes((0, n % 251)) + t.encode(errors="replace") for n, t in enumerate(texts)]


def _plans() -> list[bytes]:
    return [saved_json(PLAN, {"paths": []}).encode(), b"{}", b'{"actions": []}', bytes(range(40))]


_SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "manifest": _manifests,
    "project-file": _projects,
    "rows": _rows,
    "weights": _weights,
    "saved-plan": _plans,
    "answer": _answers,
    "wait-header": _waits,
    "curve": _curves,
    "printed": _texts,
}


def words(name: str) -> list[Any]:
    """Pieces that make sense in the inputs of a target."""
    if name in ("manifest", "project-file"):
        from tests.manifest.test_loader_properties import PIECES

        return [piece.encode(errors="surrogatepass") for piece in PIECES]
    return [json.dumps(key).encode() for key in ("messages", "role", "loss", "code", "name")]
