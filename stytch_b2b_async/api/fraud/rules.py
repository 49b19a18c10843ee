"""Rules that determine verdicts in advance, for single visitors or whole networks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta

from stytch_b2b_async.endpoint import Effect, Endpoint, Host, Mode, Namespace, Request, Response, post
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models.enums import RuleAction
from stytch_b2b_async.models.fraud import Rule
from stytch_b2b_async.schema import frozen


@frozen
class SetResponse(Response):
    """The rule after the call; one of the identifiers is set."""

    action: RuleAction
    visitor_id: str | None = None
    browser_id: str | None = None
    visitor_fingerprint: str | None = None
    browser_fingerprint: str | None = None
    hardware_fingerprint: str | None = None
    network_fingerprint: str | None = None
    expires_at: datetime | None = None
    """None for a rule that does not expire."""
    cidr_block: str | None = None
    country_code: str | None = None
    asn: str | None = None


@post("/v1/rules/set", Effect.REPEATABLE, host=Host.FRAUD)
class Set(Request[SetResponse]):
    """Set the verdict for a visitor, a type of device, a network or a country.

    Takes one identifier. If several rules match a visitor, the first in this order wins: `visitor_id`, `browser_id`,
    `visitor_fingerprint`, `browser_fingerprint`, `hardware_fingerprint`, `network_fingerprint`, `cidr_block`, `asn`,
    `country_code`. Of several address blocks, the smallest wins, and of equal ones the strictest action. Different visitors may
    share a browser, hardware or network fingerprint.

    - `action`: NONE deletes the rule. ALLOW is not possible for a country.
    - `cidr_block`: an address, or a block with a prefix of 16 to 32 bits.
    - `country_code`: two letters (ISO 3166-1).
    - `asn`: a number as a string, 0 to 4294967295.
    - `expires_in_minutes`: default: the rule does not expire.

    See https://stytch.com/docs/api-reference/fraud/api/set-rule.
    """

    action: RuleAction
    visitor_id: str | None = None
    browser_id: str | None = None
    visitor_fingerprint: str | None = None
    browser_fingerprint: str | None = None
    hardware_fingerprint: str | None = None
    network_fingerprint: str | None = None
    expires_in_minutes: int | None = None
    description: str | None = None
    cidr_block: str | None = None
    country_code: str | None = None
    asn: str | None = None


@frozen
class ListResponse(Page[Rule]):
    """One page of the rules."""

    next_cursor: str | None
    """Cursor of the next page; None or `""` on the last."""
    rules: list[Rule]


@post("/v1/rules/list", Effect.READS, host=Host.FRAUD)
class List(Request[ListResponse]):
    """List the project's rules.

    - `cursor`: `next_cursor` of the previous page.
    - `limit`: rules in one page, at most 100; default 10.

    See https://stytch.com/docs/api-reference/fraud/api/get-rule.
    """

    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None


class FraudRules(Namespace[Mode]):
    """Rules that determine verdicts in advance, for single visitors or whole networks."""

    set: Final = Endpoint(Set)
    list: Final = PagedEndpoint(List)
