"""What of an account is read over one client: lists, resources by name, dry runs, download URLs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from reconciler.api.body import create_request
from reconciler.api.call import Call
from reconciler.api.decode import live_resource
from reconciler.api.meant import named, signed_urls
from reconciler.api.pages import PAGE_SIZE, list_rows
from reconciler.api.paths import collection_path, name_path, resource_path
from reconciler.errors import NotFound, PermissionDenied, ReconcilerError
from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.api.client import ControlClient
    from reconciler.api.clock import Clock
    from reconciler.api.connection import Connection
    from reconciler.api.secret import Secret
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

JOB_THROTTLED_TRIES = 2  # 429 on a job create without Retry-After is a quota, not a rate (R5)


class AccountReader:
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
                from reconciler.api.unmanaged import read_unmanaged

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

    def _path(self, kind: Kind, resource_id: str, verb: str = "") -> str:
        return resource_path(self.account, kind, resource_id, verb)


def _kind_name(name: str) -> str:
    """Our kind's name for a full resource name, "" for a collection that we do not know."""
    collection = name.split("/")[-2]
    return next((k.name for k in all_kinds().values() if k.collection == collection), "")
