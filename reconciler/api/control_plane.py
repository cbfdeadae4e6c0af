"""The control plane's verbs over one client: list, read, create, update, delete, validate."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from reconciler.api.body import create_request, resolve_secrets, snake, snake_keys, split
from reconciler.api.call import Call, Safety
from reconciler.api.decode import live_resource
from reconciler.api.meant import named, signed_urls
from reconciler.api.pages import PAGE_SIZE, list_rows
from reconciler.api.paths import collection_path, name_path, resource_path
from reconciler.api.redact import clean
from reconciler.api.stuck import until_it_stuck
from reconciler.api.unmanaged import read_unmanaged
from reconciler.errors import (
    AlreadyExists,
    AnswerLost,
    NotFound,
    PermissionDenied,
    ReconcilerError,
)
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.api.client import ControlClient
    from reconciler.api.clock import Clock
    from reconciler.api.connection import Connection
    from reconciler.api.secret import Secret
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

VALIDATE_SECONDS = 180.0  # the platform reads every file's header before it answers
JOB_THROTTLED_TRIES = 2  # 429 on a job create without Retry-After is a quota, not a rate (R5)


class ControlPlane:
    """One account over one client; every method may be called from any thread.

    ``environ`` is where ``{"env": NAME}`` of a spec finds its value.
    """

    def __init__(
        self,
        connection: Connection,
        client: ControlClient,
        clock: Clock,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._connection = connection
        self._client = client
        self._clock = clock
        self._environ = environ

    @property
    def account(self) -> str:
        return self._connection.account

    @property
    def base_url(self) -> str:
        return self._connection.base_url

    @property
    def requests_sent(self) -> int:
        """Requests to the control plane so far, tries included."""
        return self._client.requests_sent

    def close(self) -> None:
        self._client.close()

    def hide(self, secrets: Iterable[Secret]) -> None:
        """Keep these out of every text of the platform from here on."""
        for secret in secrets:
            self._client.hide(secret)

    # reading

    def list(self, kind: Kind) -> Sequence[LiveResource]:
        path = collection_path(self.account, kind)

        def fetch(token: str) -> Mapping[str, Any]:
            query = {"pageSize": str(PAGE_SIZE), **({"pageToken": token} if token else {})}
            return self._client.call(Call("GET", path, query))

        rows = list_rows(fetch, kind.collection)
        secrets = self._client.secrets
        return [live_resource(kind.name, row, secrets) for row in rows.values()]

    def read(self, kind: Kind, resource_id: str) -> LiveResource | None:
        path = self._path(kind, resource_id)
        try:
            body = self._client.call(Call("GET", path))
        except NotFound:
            return None
        live = live_resource(kind.name, body, self._client.secrets)
        return named(live, f"{kind.collection}/{resource_id}", path)

    def read_name(self, name: str) -> LiveResource | None:
        ours, known = name.startswith(f"accounts/{self.account}/"), bool(_kind_name(name))
        try:
            if ours and not known:
                body = read_unmanaged(self._client, name)
            else:
                body = self._client.call(Call("GET", name_path(name)))
        except (NotFound, PermissionDenied):
            return None
        if body is None:
            return None
        live = live_resource(_kind_name(name), body, self._client.secrets)
        return named(live, name, name_path(name))

    def rehearse(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        parameter = kind.manners.dry_run
        if not parameter:
            raise ReconcilerError(f"a {kind.name} has no dry run")
        request = create_request(kind, resource_id, spec, self._environ)
        self.hide(request.secrets)
        query = {**request.query, parameter: "true"}
        path = collection_path(self.account, kind)
        # It makes nothing, so it is sent as often as any read.
        call = Call("POST", path, query, request.body, throttled_tries=JOB_THROTTLED_TRIES)
        return live_resource(kind.name, self._client.call(call), self._client.secrets)

    def download_urls(self, kind: Kind, resource_id: str) -> Mapping[str, str]:
        path = self._path(kind, resource_id, "getDownloadEndpoint")
        return signed_urls(self._client.call(Call("GET", path)), path)

    # writing

    def create(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        request = create_request(kind, resource_id, spec, self._environ)
        self.hide(request.secrets)
        call = Call(
            "POST",
            collection_path(self.account, kind),
            request.query,
            request.body,
            Safety.ONCE,
            throttled_tries=JOB_THROTTLED_TRIES if kind.runs_once else None,
        )
        live = live_resource(kind.name, self._client.call(call), self._client.secrets)
        if not self._is_answer_to(live, kind, resource_id):
            said = clean(live.name)[:120]
            raise AnswerLost(
                f'expected the new resource in the answer, but its name was "{said}"',
                status=200,
                method=call.method,
                path=call.template,
            )
        return live

    def update(self, kind: Kind, resource_id: str, fields: Mapping[str, Any]) -> LiveResource:
        query, _, resource = split(kind, fields)
        body, secrets = resolve_secrets(kind, resource, self._environ)
        self.hide(secrets)
        mask = ",".join(snake(field) for field in fields if field not in kind.manners.repeated)
        path = self._path(kind, resource_id)
        if kind.wire_snake_case:
            body = snake_keys(body)
        # Once: only who looks again knows whether somebody else has changed it in between.
        self._client.call(Call("PATCH", path, {"updateMask": mask, **query}, body, Safety.ONCE))
        path = Call("PATCH", path).template
        look = partial(self.read, kind, resource_id)
        return until_it_stuck(kind, resource, look, self._clock, path)

    def delete(self, kind: Kind, resource_id: str, *, purge: bool = False) -> None:
        path = self._path(kind, resource_id)
        query = {kind.manners.purge: "true"} if purge and kind.manners.purge else {}
        try:
            # Once: only who looks again knows whether the name still means the same resource.
            self._client.call(Call("DELETE", path, query, safety=Safety.ONCE))
        except NotFound:
            return

    def cancel(self, kind: Kind, resource_id: str) -> None:
        path = self._path(kind, resource_id, "cancel")
        self._client.call(Call("POST", path, body={}, safety=Safety.ONCE))

    def validate_content(self, kind: Kind, resource_id: str) -> None:
        if kind.content is None:
            raise ReconcilerError(f"a {kind.name} has no content to validate")
        method = kind.content.validate_method
        call = Call(
            method,
            self._path(kind, resource_id, "validateUpload"),
            body=None if method == "GET" else {},
            safety=Safety.REPEATABLE if method == "GET" else Safety.ONCE,
            seconds=VALIDATE_SECONDS,
        )
        try:
            self._client.call(call)
        except AlreadyExists:
            return  # it was validated before (fact sheet 24-28)

    def upload_urls(
        self, kind: Kind, resource_id: str, sizes: Mapping[str, int], *, resumable: bool = False
    ) -> Mapping[str, str]:
        """File name -> signed PUT URL, or one that opens a resumable session.

        Raises AlreadyExists when the bytes are there already.
        """
        path = self._path(kind, resource_id, "getUploadEndpoint")
        # int64 as a decimal string: protobuf's own JSON form, and the official SDK's type
        body: dict[str, Any] = {
            "filenameToSize": {key: str(size) for key, size in sizes.items()},
            **({"enableResumableUpload": True} if resumable else {}),
        }
        call = Call("POST", path, body=body, safety=Safety.REPEATABLE)
        return signed_urls(self._client.call(call), path)

    def _path(self, kind: Kind, resource_id: str, verb: str = "") -> str:
        return resource_path(self.account, kind, resource_id, verb)

    def _is_answer_to(self, live: LiveResource, kind: Kind, resource_id: str) -> bool:
        collection = f"accounts/{self.account}/{kind.collection}/"
        if kind.match or isinstance(kind.identity, NaturalKey):
            return live.name.startswith(collection)  # the server may choose another id
        return live.name == collection + resource_id


def _kind_name(name: str) -> str:
    """Our kind's name for a full resource name, "" for a collection that we do not know."""
    collection = name.split("/")[-2]
    return next((k.name for k in all_kinds().values() if k.collection == collection), "")
