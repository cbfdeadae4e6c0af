"""Which account a command talks to: all sources that are given must agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.base_url import DEFAULT_BASE_URL
from reconciler.cli.options import Common
from reconciler.cli.where import choose_account, choose_base_url
from reconciler.errors import Refused, UsageError
from reconciler.manifest.project import Project


def project(**fields: str | None) -> Project:
    return Project(root=Path(), **fields)  # type: ignore[arg-type]  # only strings are given


def test_one_source_is_enough() -> None:
    assert choose_account(Common(), project(), {"FIREWORKS_ACCOUNT_ID": "acme"}) == "acme"


def test_sources_that_agree_are_one_account() -> None:
    chosen = choose_account(
        Common(account="acme"), project(account="acme"), {"FIREWORKS_ACCOUNT_ID": "acme"}
    )

    assert chosen == "acme"


def test_sources_that_differ_are_refused_and_named() -> None:
    with pytest.raises(Refused, match="--account says acme, FIREWORKS_ACCOUNT_ID says other"):
        choose_account(Common(account="acme"), project(), {"FIREWORKS_ACCOUNT_ID": "other"})


def test_the_project_file_must_agree_too() -> None:
    with pytest.raises(Refused, match=r"reconciler\.yaml says prod"):
        choose_account(Common(account="acme"), project(account="prod"), {})


def test_without_any_source_the_command_line_is_incomplete() -> None:
    with pytest.raises(UsageError, match="no account"):
        choose_account(Common(), project(), {})


def test_the_flag_chooses_the_address_before_everything_else() -> None:
    chosen = choose_base_url(
        Common(base_url="https://a"), project(base_url="https://b"), {"FIREWORKS_BASE_URL": "c"}
    )

    assert chosen == "https://a"


def test_without_any_source_the_address_is_the_public_one() -> None:
    assert choose_base_url(Common(), project(), {}) == DEFAULT_BASE_URL


@pytest.mark.parametrize("account", ["../other", "accounts/acme", "a b", "acme?x=1", "-x"])
def test_an_account_that_is_no_id_is_wrong_usage(account: str) -> None:
    with pytest.raises(UsageError, match="not an account id"):
        choose_account(Common(account=account), project(), {})


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1/", "http://127.0.0.1:1/v1"])
def test_an_address_has_one_spelling(url: str) -> None:
    assert choose_base_url(Common(base_url=url), project(), {}) == "http://127.0.0.1:1"
