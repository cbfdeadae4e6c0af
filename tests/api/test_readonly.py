from __future__ import annotations

import pytest

from reconciler.api.readonly import is_read

M = "/v1/accounts/acme/models/m"


@pytest.mark.parametrize(
    ("method", "path", "read"),
    [
        ("GET", "/v1/accounts/acme/models", True),
        ("GET", M, True),
        ("GET", f"{M}:getDownloadEndpoint", True),
        ("GET", f"{M}:validateUpload", False),
        ("GET", f"{M}:somethingNew", False),
        ("POST", f"{M}:getUploadEndpoint", False),
        ("POST", "/v1/accounts/acme/models", False),
        ("PATCH", M, False),
        ("PUT", M, False),
        ("DELETE", M, False),
        ("get", M, False),
    ],
)
def test_a_read_is_told_by_method_and_verb(method: str, path: str, read: bool) -> None:
    assert read == is_read(method, path)
