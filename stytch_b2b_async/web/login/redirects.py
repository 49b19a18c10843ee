"""Logins that leave for an identity provider: SSO and OAuth."""

from typing import Any

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.logins import StartURLs

from .answers import Answer
from .fields import bad_request, query_of
from .visit import Visit


def start_sso(visit: Visit) -> Flow[Answer]:
    """Redirect to the organization's identity provider; with `connection_id`, to one of several."""
    fields = query_of(visit.request)
    organization, connection = visit.organization(fields), fields.text("connection_id", 128)
    if not organization and not connection:
        raise bad_request("Which organization? Enter its short name.", "organization_missing")
    pair, cookies = visit.bound()
    located = {"connection_id": connection} if connection else _located(organization)
    url = _urls(visit).sso(
        **located,
        login_redirect_url=visit.callback_url,
        signup_redirect_url=visit.callback_url,
        pkce_code_challenge=pair.challenge,
    )
    yield from ()
    return _leave(url, (*cookies, *visit.asked_next(fields)))


def start_oauth(visit: Visit, provider: str) -> Flow[Answer]:
    """Redirect to an OAuth provider, for an organization or to choose one later."""
    fields = query_of(visit.request)
    organization = visit.organization(fields)
    pair, cookies = visit.bound()
    if organization:
        located = _located(organization)
        url = _urls(visit).oauth(
            provider,
            organization_id=located.get("organization_id"),
            slug=located.get("slug"),
            login_redirect_url=visit.callback_url,
            signup_redirect_url=visit.callback_url,
            pkce_code_challenge=pair.challenge,
        )
    else:
        url = _urls(visit).oauth_discovery(provider, discovery_redirect_url=visit.callback_url, pkce_code_challenge=pair.challenge)
    yield from ()
    return _leave(url, (*cookies, *visit.asked_next(fields)))


def _leave(url: str, cookies: tuple[Any, ...]) -> Answer:
    return Answer(location=url, data={"status": "redirect", "location": url}, cookies=cookies)


def _located(organization: str) -> dict[str, str]:
    return {"organization_id" if organization.startswith("organization-") else "slug": organization}


def _urls(visit: Visit) -> StartURLs:
    urls = visit.settings.start_urls
    if urls is None:
        raise bad_request("There is no login of this kind here.", "not_offered")
    return urls
