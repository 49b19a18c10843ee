"""The comparison with the vendor's SDK, as far as it needs no vendor."""

from typing import Any

import attrs
import pytest

from parity.arguments import ODD, sets
from parity.calls import differences
from parity.findings import Findings
from parity.known import FILE, Difference, Reasons
from parity.ours import shape
from parity.recorder import Recorded
from parity.shapes import Field, Method, Shape, Surfaces
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.schema import ObjectOf

SENT = Recorded("PUT", "/v1/widgets/a%20b", {"loud": "true"}, {"content-type": "application/json"}, {"name": "n", "labels": []})
REPEATED = {"name": "n", "labels": [], "widget_id": "a b"}
TEXT = Shape("a string")
THING = Shape("an object", name="Widget", fields=lambda: {"widget_id": Field(TEXT, required=True)})


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"method": "POST"}, [("method", "", "PUT here, POST there")]),
        ({"path": "/v1/widgets/b"}, [("path", "", "/v1/widgets/a%20b here, /v1/widgets/b there")]),
        ({"path": "/v1/widgets/a/b"}, [("path", "", "/v1/widgets/a%20b here, /v1/widgets/a/b there")]),
        (
            {"path": "/v1/widgets/%61%20b"},
            [("path that is quoted otherwise", "", "/v1/widgets/a%20b here, /v1/widgets/%61%20b there")],
        ),
        ({"query": {"loud": "True"}}, [("boolean in the query that is spelt as in Python", "loud", "true here, True there")]),
        ({"query": {}}, [("query field that only we send", "loud", "'true'")]),
        ({"query": {"loud": "true", "widget_id": "a b"}}, [("path value repeated in the query", "widget_id", "'a b'")]),
        ({"headers": {}}, [("header", "content-type", "application/json here, None there")]),
        ({"body": REPEATED}, [("path value repeated in the body", "widget_id", "'a b'")]),
        ({"body": {"name": "n", "labels": None}}, [("body field with another value", "labels", "[] here, None there")]),
        ({"body": {"name": "n"}}, [("body field that only we send", "labels", "[]")]),
        ({"body": None}, [("body", "", "{'name': 'n', 'labels': []} here, None there")]),
    ],
)
def test_different_requests(changes: dict[str, Any], found: list[tuple[str, str, str]]) -> None:
    """What differs between two requests is told."""
    assert found == list(differences(SENT, attrs.evolve(SENT, **changes)))


def test_missing_body() -> None:
    """A type without a body is told apart from other headers."""
    read = attrs.evolve(SENT, method="GET", headers={}, body=None)
    named = attrs.evolve(read, headers={"content-type": "application/json"})
    assert [("header that describes a body where there is none", "content-type")] == [
        found[:2] for found in differences(read, named)
    ]


def test_one_sided_fields() -> None:
    """What only one side takes or answers is told."""
    words = Shape("a string", words=frozenset({"red"}))
    ours = Method({"name": Field(TEXT, required=True), "mine": Field(TEXT, required=False)}, THING)
    theirs = Method({"name": Field(words, required=False), "new": Field(TEXT, required=False)}, Shape("an object"))
    assert [
        ("new", "parameter that only the vendor has"),
        ("mine", "parameter that the vendor lacks"),
        ("name", "parameter that is required only here"),
        ("name", "word that only the vendor knows"),
        ("widget_id", "response field that the vendor lacks"),
    ] == [(mismatch.field, mismatch.what) for mismatch in Surfaces().compare("widgets.get", ours, theirs)]


def test_shared_classes() -> None:
    """Classes that many endpoints share are compared once."""
    retyped = Shape("an object", name="Other", fields=lambda: {"widget_id": Field(Shape("an integer"), required=True)})
    ours, theirs = ({"widget": Field(inner, required=True)} for inner in (THING, retyped))
    surfaces = Surfaces()
    compared = [*surfaces.compare("a", Method(ours, TEXT), Method(theirs, TEXT))]
    assert [("Widget", "widget_id", "a string here, an integer there")] == [(one.where, one.field, one.detail) for one in compared]
    assert [] == [*surfaces.compare("b", Method(ours, TEXT), Method(theirs, TEXT))]


def test_made_up_arguments() -> None:
    """Made up arguments tell their fields apart."""
    member = shape(ObjectOf(Member))
    made = sets(member.fields())
    assert member.fields().keys() == made["all"].keys()
    assert made["all"]["member_id"] != made["all"]["organization_id"]
    assert ODD in made["odd ids"]["member_id"]
    assert {name for name, field in member.fields().items() if field.required} == made["required"].keys()
    assert [] == made["empty"]["retired_email_addresses"]


REASONS = Reasons.load(
    """
    [[local]]
    where = "widgets.check"
    reason = "made up"

    [[difference]]
    what = "path"
    where = "widgets.*"
    reason = "made up"
    """
)


@pytest.mark.parametrize(
    ("found", "passes", "told"),
    [
        ([Difference("widgets.get", "path")], True, "0 unexplained, 0 stale"),
        ([Difference("widgets.get", "path"), Difference("people.get", "path")], False, "1 unexplained, 0 stale"),
        ([Difference("widgets.get", "method")], False, "1 unexplained, 1 stale"),
        ([], False, "NO LONGER FOUND: path (widgets.*, *)"),
    ],
)
def test_reasons(found: list[Difference], told: str, capsys: pytest.CaptureFixture[str], *, passes: bool) -> None:
    """It passes when every difference has a reason and every reason a difference."""
    findings = Findings()
    for difference in found:
        findings.add(difference, "this here, that there")
    assert passes is findings.tell(REASONS)
    assert told in capsys.readouterr().out


def test_missing_reason() -> None:
    """A difference without a reason is not known."""
    with pytest.raises(TypeError, match="reason"):
        Reasons.load('[[difference]]\nwhat = "path"')
    with pytest.raises(ValueError, match="unknown table: diference"):
        Reasons.load('[[diference]]\nwhat = "path"\nreason = "made up"')


def test_the_known_differences_can_be_read() -> None:
    assert Reasons.load(FILE.read_text(encoding="utf-8")).known
