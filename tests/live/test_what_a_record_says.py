"""What a job's record says of itself, in words; whatever it holds, nothing is made of it."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.live.said import (
    cause,
    estimated_usd,
    page_link,
    percent,
    progress_words,
    state_words,
    status_message,
)
from reconciler.live.state import LiveResource


def job(state: str = "JOB_STATE_RUNNING", **body: Any) -> LiveResource:
    return LiveResource("SupervisedFineTuningJob", "accounts/a/jobs/j", state, body)


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        ({"percent": 38, "epoch": 1}, "38 %, epoch 1"),
        ({"percent": 0}, "0 %"),
        ({"totalInputRequests": 500, "totalProcessedRequests": 120}, "120 of 500 rows"),
        ({"totalInputRequests": 5, "totalProcessedRequests": 4, "failedRequests": 1},
         "4 of 5 rows, 1 failed"),
        ({"outputRows": 1200}, "1,200 rows"),
        ({"inputTokens": 1_000_000, "outputTokens": "200000"}, "1.2M tokens"),
        ({"percent": "much", "outputRows": "x"}, ""),
        ({"outputRows": "9" * 20, "inputTokens": "9" * 400}, ""),
        (None, ""),
    ],
)  # fmt: skip
def test_progress_is_told_as_far_as_the_job_tells_it(progress: Any, words: str) -> None:
    assert words == progress_words({"jobProgress": progress})


def test_the_gpu_hours_of_a_job_that_has_ended_are_told() -> None:
    used = {"NVIDIA_H100_80GB": "3600", "NVIDIA_H200_141GB": "1800"}

    assert "1.5 GPU hours" == progress_words({"acceleratorSeconds": used})


@pytest.mark.parametrize(
    ("money", "usd"),
    [
        ({"currencyCode": "USD", "units": "31", "nanos": 900_000_000}, 31.9),
        ({"units": "", "nanos": 0}, 0.0),
        ({"currencyCode": "EUR", "units": "31"}, None),
        ({"units": "many"}, None),
        ({"units": "9" * 400}, None),
        (None, None),
    ],
)
def test_the_platforms_estimate_is_read_in_dollars_only(money: Any, usd: float | None) -> None:
    assert usd == estimated_usd({"estimatedCost": money})


@pytest.mark.parametrize(
    ("code", "words"),
    [("INTERNAL", "the platform"), ("RESOURCE_EXHAUSTED", "quota"), ("INVALID_ARGUMENT", "rows")],
)
def test_the_code_of_a_failure_is_explained(code: str, words: str) -> None:
    assert words in cause(job(status={"code": code, "message": "m"}))


@pytest.mark.parametrize("status", [None, "gone", {}, {"code": "OK"}, {"code": "NEW_CODE"}])
def test_a_status_that_explains_nothing_is_not_explained(status: Any) -> None:
    assert ("", "") == (cause(job(status=status)), status_message(job(status=status)))


def test_a_state_is_told_in_words() -> None:
    assert "writing results" == state_words(job("JOB_STATE_WRITING_RESULTS"))


def test_a_whole_percent_is_told() -> None:
    assert 38 == percent({"jobProgress": {"percent": 38.9}})


def test_the_link_to_a_runs_page_is_shown_and_a_signed_one_never() -> None:
    page = "https://wandb.ai/acme/runs/1"

    assert page == page_link({"wandbConfig": {"url": page}})
    assert "" == page_link({"wandbUrl": f"{page}?token=secret"})
