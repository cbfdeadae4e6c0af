"""The Provider protocol: all that the stages know of the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource, StoredFile
    from reconciler.manifest.file_set import FileSet


class ByteProgress(Protocol):
    """Told of each file while content moves, by several threads at once.

    A file's first call says where it begins: at 0, or where an earlier run had come to. ``checked``
    comes with its last: the hash (crc32c, md5) by which the storage's copy is the same, or ``size``
    where the storage told no hash.
    """

    def __call__(self, key: str, done: int, total: int, checked: str = "", /) -> None: ...


class Reader(Protocol):
    """The read-only half: what plan, validate, status and graph are given."""

    @property
    def account(self) -> str: ...

    @property
    def base_url(self) -> str: ...

    @property
    def requests_sent(self) -> int:
        """How many requests went to the platform and its storage so far, tries included."""

    def list(self, kind: Kind) -> Sequence[LiveResource]:
        """Every resource of the collection, merged by name. Raises ApiError when any page fails."""

    def read(self, kind: Kind, resource_id: str) -> LiveResource | None:
        """One resource of the account, None when the platform says 404."""

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]:
        """What the storage says of each file of a READY resource, without reading it; None for
        one that the platform names and the storage does not have. Raises ApiError, ContentError."""

    def rehearse(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        """What ``create`` would make, by the platform's own dry run; nothing is made. Only for a
        kind whose manners name one. Raises ApiError."""

    def read_name(self, name: str) -> LiveResource | None:
        """One resource by full name, of any account; None when not found or not visible."""


class Provider(Reader, Protocol):
    """The whole platform. Each write is sent as often as is safe (fact sheet, appendix B)
    and raises AnswerLost when it may have been committed unheard."""

    def create(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        """POST under a chosen id; ``spec`` is Resource.spec (create parameters are split off here,
        ``{"env": NAME}`` secrets resolved here). Raises AlreadyExists, AnswerLost, ApiError."""

    def update(self, kind: Kind, resource_id: str, fields: Mapping[str, Any]) -> LiveResource:
        """PATCH exactly ``fields`` (top-level name -> value) with an explicit updateMask, which
        leaves out those that the kind only repeats (``Manners.repeated``). Sent once."""

    def delete(self, kind: Kind, resource_id: str, *, purge: bool = False) -> None:
        """DELETE; 404 is done. ``purge`` frees the id at once, where a kind keeps it for long."""

    def cancel(self, kind: Kind, resource_id: str) -> None:
        """POST :cancel of a job."""

    def send_content(
        self, kind: Kind, resource_id: str, files: FileSet, progress: ByteProgress
    ) -> bool:
        """Send every byte of ``files``. True when the platform needs ``:validateUpload`` next
        (False: the direct upload finishes by itself). Raises AlreadyExists when the bytes are there
        (fact sheet 3.4), ContentError, ApiError."""

    def validate_content(self, kind: Kind, resource_id: str) -> None:
        """``:validateUpload`` once. Raises FailedPrecondition while files are still landing."""

    def download_urls(self, kind: Kind, resource_id: str) -> Mapping[str, str]:
        """File name -> signed GET URL (a credential: never printed, never stored)."""
