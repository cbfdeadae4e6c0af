"""GitHub's REST API as far as comments and issues need it: bounded in time and size, paged."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import orjson

from reconciler.api.answers import bounded
from reconciler.api.bearer import authorization
from reconciler.api.clock import Clock, RealClock
from reconciler.api.deadline import within
from reconciler.api.transport import DeadlineTransport
from reconciler.base_url import is_loopback
from reconciler.errors import UsageError
from reconciler.github.errors import GitHubError
from reconciler.github.patience import Patience, Tries
from reconciler.report.escape import escape, shorten
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.api.secret import Secret

API_VERSION = "2022-11-28"
PER_PAGE, MOST_PAGES = 100, 50


class GitHub:
    """One repository's API. What cannot be had raises GitHubError in one line.

    ``url`` is GITHUB_API_URL: https, or http on this machine; the token goes nowhere else, since
    redirects are not followed. ``transport`` and ``clock`` are replaced in tests.
    """

    def __init__(
        self,
        url: str,
        token: Secret,
        *,
        clock: Clock | None = None,
        patience: Patience | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._url, self._token = _checked(url), token
        self._clock, self._patience = clock or RealClock(), patience or Patience()
        self._jitter = jitter
        self._http = httpx.Client(
            transport=DeadlineTransport(self._url),
            headers={
                "Accept": "application/vnd.github+json",
                "Accept-Encoding": "identity",
                "User-Agent": f"fireworks-reconciler/{VERSION}",
                "X-GitHub-Api-Version": API_VERSION,
            },
            timeout=httpx.Timeout(self._patience.seconds, connect=10.0),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Any:
        return self._call("GET", path, query=query)

    def all(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page. Raises GitHubError when it is not a list, or when it
        has more pages than anybody reads: half a list would look like a whole one."""
        for page in range(1, MOST_PAGES + 1):
            items = self.get(path, **query, per_page=str(PER_PAGE), page=str(page))
            if not isinstance(items, list):
                raise GitHubError(f"GitHub answered GET {path} with something that is no list")
            yield from (item for item in items if isinstance(item, dict))
            if len(items) < PER_PAGE:
                return
        raise GitHubError(f"GitHub lists more than {MOST_PAGES * PER_PAGE} at {path}")

    def post(self, path: str, **body: Any) -> Any:
        """Sent again only when it cannot have arrived; else ``lost`` is set: look, then decide."""
        return self._call("POST", path, body)

    def patch(self, path: str, **body: Any) -> Any:
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> None:
        """Gone already is done."""
        try:
            self._call("DELETE", path)
        except GitHubError as error:
            if error.status != 404:
                raise

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        query: dict[str, str] | None = None,
    ) -> Any:
        tries = Tries(self._patience, self._clock, self._jitter, repeatable=method != "POST")
        while True:
            try:
                with within(tries.seconds()):
                    return self._once(method, path, body, query)
            except httpx.HTTPError as error:
                tries.unheard(error, _said(method, path, "no answer"))
            except _Refused as refused:
                tries.refused(refused.answer, _said(method, path, refused.text))

    def _once(
        self, method: str, path: str, body: dict[str, Any] | None, query: dict[str, str] | None
    ) -> Any:
        request = self._http.build_request(
            method,
            f"{self._url}{path}",
            params=query,
            content=orjson.dumps(body) if body is not None else None,
            headers=authorization(self._token),
        )
        answer = self._http.send(request, stream=True)
        try:
            content = bounded(answer)
        finally:
            answer.close()
        if not answer.is_success:
            raise _Refused(answer, self._reason(answer, content))
        return _document(content) if content else None

    def _reason(self, answer: httpx.Response, content: bytes) -> str:
        """The status and GitHub's own words, on one line, never with the token."""
        document = _document(content)
        words = document.get("message") if isinstance(document, dict) else None
        said = f": {shorten(escape(self._token.scrub(str(words))))}" if words else ""
        return f"HTTP {answer.status_code}{said}"


class _Refused(Exception):
    def __init__(self, answer: httpx.Response, text: str) -> None:
        self.answer, self.text = answer, text


def _said(method: str, path: str, text: str) -> str:
    return f"GitHub did not carry out {method} {path}: {text}"


def _document(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _checked(url: str) -> str:
    parts = urlsplit(url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if (parts.scheme != "https" and not local) or not parts.hostname or parts.username:
        raise UsageError("GITHUB_API_URL is not an https address")
    return url.rstrip("/")
