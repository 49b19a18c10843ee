"""`.example()` of models and responses, for the tests of those who use them."""

import re
from typing import assert_type

import pytest
from support.endpoints import RESPONSES

from stytch_b2b_async.api.passwords import PasswordLoginResponse
from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.models import Member
from stytch_b2b_async.schema import Model, models_of
from stytch_b2b_async.schema.converter import loads

MODELS = sorted(
    {model for response in RESPONSES for model in models_of(response)}, key=lambda cls: f"{cls.__module__}.{cls.__name__}"
)


@pytest.mark.parametrize("model", MODELS, ids=lambda cls: cls.__name__)
def test_stable_examples(model: type[Model]) -> None:
    """Every model and response has one that is always the same."""
    example = model.example()
    assert model is type(example)
    assert model.example() == example


@pytest.mark.parametrize("response", RESPONSES, ids=lambda cls: cls.__name__)
def test_an_example_fits_its_declaration(response: type[Response]) -> None:
    example = response.example()
    assert (example, []) == loads(example.to_json().encode(), response)


def test_parts_are_given_by_name() -> None:
    response = assert_type(PasswordLoginResponse.example(member=Member.example(name="Bea")), PasswordLoginResponse)
    assert "Bea" == response.member.name
    assert 200 == response.status_code


def test_ids_are_in_the_formats_of_the_api() -> None:
    uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    member = Member.example()
    assert re.fullmatch(f"member-test-{uuid}", member.member_id)
    assert re.fullmatch(f"organization-test-{uuid}", member.organization_id)
    assert re.fullmatch(f"request-id-test-{uuid}", PasswordLoginResponse.example().request_id)
    assert 44 == len(PasswordLoginResponse.example().session_token)


def test_an_unknown_part_is_refused_by_its_name() -> None:
    with pytest.raises(TypeError, match=r"^Member\.example: unknown field nam; did you mean name\?$"):
        Member.example(nam="Bea")
