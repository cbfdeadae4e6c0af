"""What the schema of reconciler.yaml cannot say: accounts, addresses, prices, values."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from reconciler.base_url import normalise_base_url
from reconciler.errors import UsageError
from reconciler.manifest.finding import Finding
from reconciler.manifest.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.manifest.manifest import Path

ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
"""Anything that is one segment of a path; the platform itself is stricter."""


def check_project(spec: Mapping[str, Any]) -> Iterator[Finding]:
    """All that is wrong with a spec that its schema allows."""
    yield from _globs(spec.get("manifests", ()))
    for path, settings in _settings(spec):
        yield from _account(settings, path)
        yield from _address(settings, path)
        yield from _values(settings.get("values", {}), (*path, "values"))
    yield from _prices(spec.get("prices", {}))


def _settings(spec: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    yield ("spec",), spec
    for name, environment in spec.get("environments", {}).items():
        yield ("spec", "environments", name), environment


def _globs(manifests: list[str]) -> Iterator[Finding]:
    for number, pattern in enumerate(manifests):
        if ".." in pattern.split("/"):
            message = f"{quoted(pattern)} leads out of the project's root"
            yield _wrong(("spec", "manifests", number), message)
        elif "\\" in pattern:
            message = "expected a glob like infra/*.yaml, but was one with a backslash: write /"
            yield _wrong(("spec", "manifests", number), message)


def _account(settings: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    account = settings.get("account")
    if account is not None and not ACCOUNT.fullmatch(account):
        hint = "give it as in accounts/<id>/models"
        yield _wrong((*path, "account"), f"{quoted(account)} is not an account id", hint)


def _address(settings: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    try:
        normalise_base_url(settings.get("baseUrl", "https://a"))
    except UsageError as error:
        yield _wrong((*path, "baseUrl"), error.message, error.hint)


def _values(values: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """A value is taken as it stands: what refers to another would reach the platform unread."""
    for name, value in values.items():
        if isinstance(value, str) and "${values." in value:
            yield _wrong((*path, name), "a value cannot refer to another value", "write it out")


def _prices(prices: Mapping[str, Any]) -> Iterator[Finding]:
    path: Path = ("spec", "prices")
    seen: set[int] = set()
    for number, row in enumerate(prices.get("trainingPerMillionTokens", ())):
        if row["upToParameters"] in seen:
            place = (*path, "trainingPerMillionTokens", number, "upToParameters")
            yield _wrong(place, "there is another price up to this size")
        seen.add(row["upToParameters"])
    day = prices.get("asOf")
    if day is not None and not _is_day(day):
        yield _wrong((*path, "asOf"), f"{quoted(day)} is not a date of the calendar")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wrong(path: Path, message: str, hint: str | None = None) -> Finding:
    return Finding(path, message, "invalid-value", hint)
