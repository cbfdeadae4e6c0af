"""The control plane over one client: to all that reads, the verbs that write."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from reconciler.api.account_reader import JOB_THROTTLED_TRIES, AccountReader
from reconciler.api.body import create_request, resolve_secrets, snake, snake_keys, split
from reconciler.api.call import Call, Safety
from reconciler.api.decode import live_resource
from reconciler.api.meant import signed_urls
from reconciler.api.paths import collection_path
from reconciler.api.redact import clean
from reconciler.errors import AlreadyExists, AnswerLost, NotFound, ReconcilerError
from reconciler.kinds.identity import NaturalKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

VALIDATE_SECONDS = 180.0  # the platform reads every file's header before it answers


class ControlPlane(AccountReader):
    """One account over one client; every method may be called from any thread."""

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
        from reconciler.api.stuck import until_it_stuck  # a plan pays for no update

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

    def _is_answer_to(self, live: LiveResource, kind: Kind, resource_id: str) -> bool:
        collection = f"accounts/{self.account}/{kind.collection}/"
        if kind.match or isinstance(kind.identity, NaturalKey):
            return live.name.startswith(collection)  # the server may choose another id
        return live.name == collection + resource_id
