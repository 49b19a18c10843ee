"""The command `openapi`."""

import json

import pytest
import yaml

from stytch_b2b_async.openapi import document

from .conftest import Run


@pytest.mark.parametrize(("output", "load"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_the_description_is_printed(output: str, load: object, run: Run) -> None:
    """Whole, in either format."""
    assert callable(load)
    assert document("http://127.0.0.1:8787") == load(run("openapi", "--format", output, "--base-url", "http://127.0.0.1:8787").out)
