"""When no connection comes about, the error says what was asked and what may help."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from reconciler.api.proxy import proxy_for
from reconciler.api.tls import tls_context
from reconciler.api.unreached import way_hint
from reconciler.errors import UsageError
from reconciler.transfer.open_connection import open_connection

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def refused(url: str) -> httpx.ConnectError:
    return httpx.ConnectError("Connection refused", request=httpx.Request("GET", url))


def test_on_this_machine_the_emulator_is_named() -> None:
    expected = "is the emulator running at http://127.0.0.1:1? see: reconciler emulator"

    assert expected == way_hint(refused("http://127.0.0.1:1/v1/accounts/a/models"))


def test_elsewhere_the_address_is_named() -> None:
    expected = "tried https://api.example.com: is the address right, and the network up?"

    assert expected == way_hint(
        refused("https://api.example.com/v1/accounts/a/models?pageSize=200")
    )


def test_a_proxy_is_told_of_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy.example:3128")

    hint = way_hint(refused("https://api.example.com/v1")) or ""

    assert (True, False) == ("through the proxy" in hint, "proxy.example" in hint)


def test_an_answer_that_broke_off_says_nothing_of_the_way() -> None:
    broken = httpx.ReadError("reset", request=httpx.Request("GET", "https://api.example.com"))

    assert way_hint(broken) is None


def test_a_socks_proxy_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://user:hunter2@proxy.example:1080")

    with pytest.raises(UsageError, match=r"names socks5$"):
        proxy_for("https://api.example.com")


@pytest.mark.parametrize(
    "proxy",
    [":::", "http://[hunter2", "http://hunter2:x@h:99999", "http://", "h:0", "http://u:hünter2@h"],
)
def test_a_proxy_that_is_no_address_is_refused_and_not_shown(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    with pytest.raises(UsageError, match=r"names something that is not a URL$"):
        proxy_for("https://api.example.com")


def test_the_password_of_a_proxy_behind_tls_is_not_sent_in_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        where = f"https://user:hunter2@127.0.0.1:{proxy.getsockname()[1]}"
        monkeypatch.setenv("HTTPS_PROXY", where)

        with pytest.raises(UsageError, match=r"a proxy of https$"):
            open_connection(urlsplit("https://storage.googleapis.com/b"), 1.0, 1.0)
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_authorities_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")

    with pytest.raises(UsageError, match="SSL_CERT_FILE"):
        tls_context.__wrapped__()
