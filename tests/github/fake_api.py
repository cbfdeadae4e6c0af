"""GitHub's REST API on loopback, as far as we ask for it, with its limits and its moods."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

BODY_LIMIT = 65_536
TOKEN = "ghs_canary0123456789"
BOT = "github-actions[bot]"
REPOSITORY = "acme/ml"


@dataclass(slots=True)
class Answer:
    """One answer out of the ordinary. ``done``: the request is carried out all the same; ``lost``:
    the connection ends without an answer."""

    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=lambda: {"message": "out of order"})
    done: bool = False
    lost: bool = False


@dataclass(slots=True)
class FakeGitHub:
    """One repository. ``logins`` says whose a token is, ``read_only`` which may only read;
    ``strange`` gives for a method and path an answer out of the ordinary, or None."""

    logins: dict[str, str] = field(default_factory=lambda: {TOKEN: BOT})
    read_only: set[str] = field(default_factory=set)
    heads: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    strange: Callable[[str, str], Answer | None] = lambda _method, _path: None
    url: str = ""
    _next: int = 1
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def number(self) -> int:
        with self._lock:
            self._next += 1
            return self._next

    def open_pull(self, head: str, **more: Any) -> int:
        number = self.number()
        self.pulls[number] = {"number": number, "head": {"sha": head}, **more}
        return number

    def comment_on(self, pull: int, login: str, body: str) -> int:
        number = self.number()
        who = {"id": number, "user": {"login": login}, "body": body}
        self.comments[number] = {**who, "pull": pull}
        return number

    def bodies(self, pull: int) -> list[str]:
        return [c["body"] for c in self.comments.values() if c["pull"] == pull]

    def open_issues(self) -> list[dict[str, Any]]:
        return [issue for issue in self.issues.values() if issue["state"] == "open"]

    def writes(self) -> list[tuple[str, str]]:
        return [each for each in self.requests if each[0] != "GET"]

    def __enter__(self) -> FakeGitHub:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    _server: ThreadingHTTPServer = field(init=False)
    _thread: threading.Thread = field(init=False)

    def answer(
        self, method: str, path: str, query: dict[str, str], body: dict[str, Any], token: str
    ) -> tuple[int, Any]:
        """Status and document."""
        login = self.logins.get(token)
        if login is None:
            return 401, {"message": "Bad credentials"}
        if method != "GET" and token in self.read_only:
            return 403, {"message": "Resource not accessible by integration"}
        if len(body.get("body") or "") > BODY_LIMIT:
            return 422, {"message": "Body is too long (maximum is 65536 characters)"}
        prefix = f"/repos/{REPOSITORY}/"
        if not path.startswith(prefix):
            return 404, {"message": "Not Found"}
        with self._lock:
            parts = path.removeprefix(prefix).split("/")
            return self._route(method, parts, query, body, login)

    def _route(
        self, method: str, parts: list[str], query: dict[str, str], body: dict[str, Any], login: str
    ) -> tuple[int, Any]:
        match parts:
            case ["pulls", number] if method == "GET" and int(number) in self.pulls:
                return 200, self.pulls[int(number)]
            case ["git", "ref", "heads", *branch] if "/".join(branch) in self.heads:
                return 200, {"object": {"sha": self.heads["/".join(branch)]}}
            case ["commits", sha, "pulls"]:
                found = [p for p in self.pulls.values() if p.get("merge_commit_sha") == sha]
                return 200, _page(found, query)
            case ["issues", "comments", number] if int(number) in self.comments:
                return self._one(self.comments, int(number), method, body)
            case ["issues", number, "comments"]:
                return self._comments(int(number), method, query, body, login)
            case ["issues"]:
                return self._issues(method, query, body, login)
            case ["issues", number] if int(number) in self.issues:
                return self._one(self.issues, int(number), method, body)
        return 404, {"message": "Not Found"}

    def _comments(
        self, pull: int, method: str, query: dict[str, str], body: dict[str, Any], login: str
    ) -> tuple[int, Any]:
        if pull not in self.pulls and pull not in self.issues:
            return 404, {"message": "Not Found"}
        if method == "POST":
            return 201, self.comments[self.comment_on(pull, login, body["body"])]
        return 200, _page([c for c in self.comments.values() if c["pull"] == pull], query)

    def _issues(
        self, method: str, query: dict[str, str], body: dict[str, Any], login: str
    ) -> tuple[int, Any]:
        if method == "POST":
            number = self.number()
            made = {"number": number, "user": {"login": login}, "state": "open", **body}
            self.issues[number] = made
            return 201, made
        by = query.get("creator")
        found = [i for i in self.open_issues() if by in (None, i["user"]["login"])]
        pulls = [
            {**pull, "pull_request": {}, "user": {"login": by}, "body": ""}
            for pull in self.pulls.values()
        ]
        return 200, _page(found + pulls, query)

    def _one(
        self, held: dict[int, dict[str, Any]], number: int, method: str, body: dict[str, Any]
    ) -> tuple[int, Any]:
        if method == "DELETE":
            del held[number]
            return 204, None
        held[number].update(body)
        return 200, held[number]


def _page(found: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    return found[(page - 1) * size : page * size]


def _handler(fake: FakeGitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body leave at once

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            fake.requests.append((self.command, parts.path))
            strange = fake.strange(self.command, parts.path)
            if strange is None or strange.done:
                status, document = fake.answer(self.command, parts.path, query, body, token)
            if strange is not None and strange.lost:
                self.close_connection = True
                self.connection.close()
                return
            if strange is not None:
                status, document = strange.status, strange.body
            self._send(status, document, strange.headers if strange else {})

        def _send(self, status: int, document: Any, headers: dict[str, str]) -> None:
            content = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815  the base class's names

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def strikes(times: int, answer: Answer, method: str = "", ending: str = "") -> Any:
    """The answer to the first so many requests of a method whose path ends so."""
    left = [times]

    def strange(called: str, path: str) -> Answer | None:
        if left[0] and called.startswith(method) and path.endswith(ending):
            left[0] -= 1
            return answer
        return None

    return strange
