from __future__ import annotations

import base64
import copy
import dataclasses
import json
import pickle
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson
import pytest

from reconciler.api.secret import Secret
from tests.api.fakes import KEY, connection

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "format": lambda s: f"{s:>10}",
    "percent": lambda s: "%s %r" % (s, s),  # noqa: UP031  # the sink under test
    "json": json.dumps,
    "orjson": lambda s: orjson.dumps({"key": s}).decode(),
    "pickle": lambda s: pickle.dumps(s).decode("latin-1"),
    "unpickled": lambda s: repr(pickle.loads(pickle.dumps(s))),
    "copy": lambda s: str(copy.deepcopy(s)),
    "asdict": lambda s: str(dataclasses.asdict(connection(key=s.reveal()))),
    "connection": lambda s: repr(connection(key=s.reveal())),
}


@pytest.mark.parametrize("way", SHOWN)
def test_a_secret_never_shows_itself(way: str) -> None:
    assert KEY not in SHOWN[way](Secret(KEY))


def test_a_secret_gives_its_value_when_asked() -> None:
    assert KEY == Secret(KEY).reveal()


def test_secrets_are_equal_by_value() -> None:
    assert Secret("one") != Secret("two")
    assert Secret("one") == Secret("one")


def test_a_secret_is_not_equal_to_its_own_stars() -> None:
    assert Secret("***") != "***"


@pytest.mark.parametrize(
    "form",
    [
        "a/b+c=d e",
        quote("a/b+c=d e", safe=""),
        "a%2Fb%2Bc%3Dd+e",
        base64.b64encode(b"a/b+c=d e").decode(),
        base64.urlsafe_b64encode(b"a/b+c=d e").decode(),
    ],
)
def test_scrubbing_takes_out_every_form_of_the_value(form: str) -> None:
    assert "x *** y" == Secret("a/b+c=d e").scrub(f"x {form} y")


def test_a_traceback_with_a_secret_in_it_shows_stars() -> None:
    try:
        raise ValueError(Secret(KEY))
    except ValueError as error:
        shown = "".join(traceback.format_exception(error))

    assert KEY not in shown
