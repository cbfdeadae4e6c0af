"""The contract lets right requests and answers pass and names what is wrong with others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sdk_contract.contract import check_answer, check_request

A = "/v1/accounts/acme"
MODEL = {
    "modelId": "m",
    "model": {
        "kind": "HF_BASE_MODEL",
        "baseModelDetails": {"worldSize": 1, "huggingfaceFiles": ["config.json"]},
    },
}
JOB = {"dataset": "accounts/acme/datasets/d", "epochs": 2, "learningRate": 1e-4}
TEMPLATES = {"input_template": "{a}", "output_template": "{b}"}
LEGACY = {"dataset": "d", "base_model": "b", "text_completion": TEMPLATES}
Query = dict[str, list[str]]


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", f"{A}/models", {}, MODEL),
        ("GET", f"{A}/models", {"pageSize": ["200"], "pageToken": ["1"]}, None),
        ("GET", f"{A}/models/m:validateUpload", {"trustRemoteCode": ["true"]}, None),
        ("PATCH", f"{A}/models/m", {"updateMask": ["display_name"]}, {"displayName": "x"}),
        ("POST", f"{A}/models/m:getUploadEndpoint", {}, {"filenameToSize": {"a": "1"}}),
        ("POST", f"{A}/datasets/d:validateUpload", {}, {}),
        ("POST", f"{A}/supervisedFineTuningJobs", {"supervisedFineTuningJobId": ["j"]}, JOB),
        ("POST", f"{A}/supervisedFineTuningJobs/j:cancel", {}, {}),
        ("POST", f"{A}/fineTuningJobs", {"fineTuningJobId": ["j"]}, LEGACY),
        ("DELETE", f"{A}/fineTuningJobs/j", {}, None),
        ("GET", "/v1/accounts", {}, None),
        ("GET", "/verifyApiKey", {}, None),
    ],
)
def test_a_request_as_documented_passes(method: str, path: str, query: Query, body: Any) -> None:
    assert [] == check_request(method, path, query, _bytes(body))


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "named"),
    [
        ("POST", f"{A}/models/m:validateUpload", {}, {}, "such a request"),
        ("PUT", f"{A}/models/m", {}, {}, "such a request"),
        ("GET", f"{A}/model", {}, None, "such a request"),
        ("GET", f"{A}/models/", {}, None, "such a request"),
        ("GET", f"{A}/models", {"page_size": ["200"]}, None, "query page_size"),
        ("GET", f"{A}/models", {"pageSize": ["many"]}, None, "query pageSize"),
        ("GET", f"{A}/models", {"pageSize": ["1", "2"]}, None, "given twice"),
        ("GET", f"{A}/models/m", {}, {}, "expected no body"),
        ("POST", f"{A}/models", {}, {"model": {}}, "modelId"),
        ("POST", f"{A}/models", {}, {"model_id": "m"}, "model_id"),
        ("POST", f"{A}/models", {}, {"modelId": "m", "model": {"kind": "HF"}}, "model.kind"),
        ("POST", f"{A}/models", {}, {"modelId": "m", "model": {"public": "true"}}, "model.public"),
        ("POST", f"{A}/models", {}, {"modelId": "m", "model": {"state": "READY"}}, "model.state"),
        ("POST", f"{A}/models", {}, {"modelId": "m", "model": None}, "model"),
        ("POST", f"{A}/models", {}, None, "expected a JSON body"),
        ("POST", f"{A}/models/m:getUploadEndpoint", {}, {"filenameToSize": {"a": 1}}, "Size.a"),
        ("POST", f"{A}/models/m:getUploadEndpoint", {}, {"filenameToSize": {"a": "x"}}, "Size.a"),
        ("POST", f"{A}/datasets/d:validateUpload", {}, {"force": True}, "force"),
        ("POST", f"{A}/supervisedFineTuningJobs", {}, JOB | {"epochs": 1.5}, "epochs"),
        ("POST", f"{A}/supervisedFineTuningJobs", {}, {"epochs": 1}, "dataset"),
        ("POST", f"{A}/supervisedFineTuningJobs", {}, JOB | {"region": "MOON"}, "region"),
        ("POST", f"{A}/supervisedFineTuningJobs", {"jobId": ["j"]}, JOB, "query jobId"),
        ("POST", f"{A}/fineTuningJobs", {}, LEGACY | {"baseModel": "b"}, "baseModel"),
        ("PATCH", f"{A}/models/m", {}, {"displayName": "x"}, "without updateMask"),
        ("PATCH", f"{A}/models/m", {"updateMask": ["displayName"]}, {"displayName": "x"}, "snake"),
        ("PATCH", f"{A}/models/m", {"updateMask": ["public"]}, {"displayName": "x"}, "brings"),
    ],
)
def test_a_wrong_request_is_told_by_name(
    method: str, path: str, query: Query, body: Any, named: str
) -> None:
    problems = check_request(method, path, query, _bytes(body))

    assert any(named in problem for problem in problems)


def test_a_json_body_says_that_it_is_json() -> None:
    (problem,) = check_request("POST", f"{A}/models", {}, _bytes(MODEL), "text/plain")

    assert "text/plain" in problem


def test_a_direct_upload_is_multipart() -> None:
    path = f"{A}/datasets/d:upload"

    assert [] == check_request("POST", path, {}, None, "multipart/form-data; boundary=b")
    assert 1 == len(check_request("POST", path, {}, b"{}", "application/json"))


@pytest.mark.parametrize(
    ("path", "status", "answer"),
    [
        (f"{A}/models/m", 200, {"name": "n", "state": "READY", "status": None}),
        (f"{A}/models", 200, {"models": [{"name": "n"}], "nextPageToken": "", "totalSize": 1}),
        (f"{A}/datasets/d", 200, {"exampleCount": "3", "createTime": "2026-01-02T03:04:05.6Z"}),
        (f"{A}/models/m", 404, {"code": 5, "message": "", "details": []}),
        (f"{A}/nothing/x", 404, {"code": 5, "message": "", "details": []}),
    ],
)
def test_an_answer_as_documented_passes(path: str, status: int, answer: object) -> None:
    assert [] == check_answer("GET", path, status, _bytes(answer) or b"")


@pytest.mark.parametrize(
    ("path", "status", "answer", "named"),
    [
        (f"{A}/models/m", 200, {"sate": "READY"}, "sate"),
        (f"{A}/models/m", 200, {"state": "BROKEN"}, "state"),
        (f"{A}/models/m", 200, {"contextLength": "4096"}, "contextLength"),
        (f"{A}/models", 200, {"rows": []}, "models"),
        (f"{A}/datasets/d", 200, {"exampleCount": 3}, "exampleCount"),
        (f"{A}/datasets/d", 200, {"exampleCount": "three"}, "exampleCount"),
        (f"{A}/datasets/d", 200, {"createTime": "yesterday"}, "createTime"),
        (f"{A}/datasets/d", 200, {"createTime": "2026-01-02T03:04:05"}, "createTime"),
        (f"{A}/datasets/d", 200, {"display_name": "d"}, "display_name"),
        (f"{A}/fineTuningJobs/j", 200, {"name": "n"}, "createTime"),
        (f"{A}/nothing/x", 200, {}, "nobody knows"),
        (f"{A}/models/m", 404, {"message": "", "details": []}, "code"),
        (f"{A}/models/m", 404, {"code": 3, "message": "", "details": []}, "HTTP 400"),
    ],
)
def test_a_wrong_answer_is_told_by_name(path: str, status: int, answer: object, named: str) -> None:
    problems = check_answer("GET", path, status, _bytes(answer) or b"")

    assert any(named in problem for problem in problems)


def _bytes(value: object) -> bytes | None:
    return None if value is None else json.dumps(value).encode()
