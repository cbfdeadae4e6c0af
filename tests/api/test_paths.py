from __future__ import annotations

import pytest

from reconciler.api.paths import name_path, resource_path, template
from reconciler.errors import InvalidArgument
from reconciler.kinds.registry import kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/accounts/acme/models", "/v1/accounts/{account}/models"),
        ("/v1/accounts/acme/models/m", "/v1/accounts/{account}/models/{id}"),
        (
            "/v1/accounts/acme/models/m:validateUpload",
            "/v1/accounts/{account}/models/{id}:validateUpload",
        ),
    ],
)
def test_a_template_holds_no_names(path: str, expected: str) -> None:
    assert expected == template(path)


@pytest.mark.parametrize("resource_id", ["", ".", ".."])
def test_an_id_that_would_climb_the_path_is_refused(resource_id: str) -> None:
    with pytest.raises(InvalidArgument):
        resource_path("acme", kind("Model"), resource_id)


def test_an_id_cannot_bring_a_slash_a_query_or_a_verb() -> None:
    path = resource_path("acme", kind("Model"), "a/b?c:d#e")

    assert "/v1/accounts/acme/models/a%2Fb%3Fc%3Ad%23e" == path


@pytest.mark.parametrize("name", ["", "m", "models/m", "accounts/a", "accounts/a/models", "x/a/b"])
def test_what_is_no_full_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument):
        name_path(name)


def test_a_name_of_any_account_has_a_path() -> None:
    assert "/v1/accounts/fireworks/models/m" == name_path("accounts/fireworks/models/m")
