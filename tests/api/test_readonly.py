from __future__ import annotations

import pytest

from reconciler.api.readonly import is_read

D = "/v1/accounts/acme/deployments"
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


@pytest.mark.parametrize(
    ("method", "path", "query", "read"),
    [
        ("POST", D, "deploymentId=d&validateOnly=true", True),
        ("POST", D, "validateOnly=true", True),
        ("POST", D, "deploymentId=d", False),
        ("POST", D, "validateOnly=false", False),
        ("POST", D, "validateOnly=True", False),
        ("POST", D, "validateOnly=", False),
        ("POST", D, "validateOnly=true&validateOnly=false", False),
        ("POST", D, "validateOnly=true&validateOnly=true", False),
        ("POST", D, "validateOnly=true&validate_only=false", False),
        ("POST", D, "validate_only=true", False),
        ("POST", D, "deploymentId=validateOnly%3Dtrue", False),
        ("POST", f"{D}/d:undelete", "validateOnly=true", False),
        ("POST", f"{D}/d", "validateOnly=true", False),
        ("POST", "/v1/accounts/acme/models", "validateOnly=true", False),
        ("POST", "/v1/accounts/acme/deployments:x", "validateOnly=true", False),
        ("PATCH", D, "validateOnly=true", False),
        ("DELETE", f"{D}/d", "validateOnly=true", False),
    ],
)
def test_the_one_dry_run_of_the_platform_is_a_read(
    method: str, path: str, query: str, read: bool
) -> None:
    assert read == is_read(method, path, query)
