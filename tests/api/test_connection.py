from __future__ import annotations

import pytest

from reconciler.api.connection import Connection
from reconciler.api.secret import Secret
from reconciler.errors import UsageError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://api.fireworks.ai", "https://api.fireworks.ai"),
        ("https://api.fireworks.ai/", "https://api.fireworks.ai"),
        ("https://api.fireworks.ai/v1", "https://api.fireworks.ai"),
        ("https://api.fireworks.ai/v1/", "https://api.fireworks.ai"),
        ("HTTPS://API.Fireworks.ai/v1", "https://api.fireworks.ai"),
        ("https://gateway.example/fireworks/v1", "https://gateway.example/fireworks"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/v1", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_base_url_is_normalised(given: str, expected: str) -> None:
    assert expected == Connection(given, "acme", Secret("fw_key")).base_url


@pytest.mark.parametrize(
    "given",
    [
        "",
        "api.fireworks.ai",
        "ftp://api.fireworks.ai",
        "http://api.fireworks.ai",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "https://",
        "https://user:password@api.fireworks.ai",
        "https://api.fireworks.ai?key=1",
        "https://api.fireworks.ai:port",
        "https://api.fire works.ai",
    ],
)
def test_a_base_url_that_would_leak_the_key_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        Connection(given, "acme", Secret("fw_key"))


def test_a_password_in_a_base_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        Connection("https://user:hunter2@api.fireworks.ai", "acme", Secret("fw_key"))

    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("key", ["", "fw_key\n", "fw_key\r\nX-Evil: 1", "fw key", "fw_kéy", "\x00"])
def test_a_key_that_cannot_stand_in_a_header_is_refused(key: str) -> None:
    with pytest.raises(UsageError):
        Connection("https://api.fireworks.ai", "acme", Secret(key))


def test_the_key_comes_from_the_environment() -> None:
    made = Connection.from_environment(
        "https://api.fireworks.ai", "acme", {"FIREWORKS_API_KEY": "fw_key"}
    )

    assert Secret("fw_key") == made.key


def test_without_a_key_the_variable_is_named() -> None:
    with pytest.raises(UsageError, match="FIREWORKS_API_KEY is not set"):
        Connection.from_environment("https://api.fireworks.ai", "acme", {})
