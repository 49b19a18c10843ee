"""The page to log in, and logins by password, mailed link and mailed code."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import Request as APIRequest

from .answers import Answer, LoginRefusedError
from .failures import refusable, silent
from .fields import Fields, body_of, query_of
from .finish import finish
from .settings import PROVIDERS
from .views import CodeView, LoginView, MessageView, Method, OAuthButton
from .visit import Visit

_ACCEPTED: Mapping[Method, str] = {"password": "password", "magic_link": "magic_link", "email_code": "email_otp", "sso": "sso"}
"""Ways to log in, as the API calls them."""
_WRONG = (
    "The email address or password is wrong, or the password must be chosen anew."
    " After too many attempts, wait for an hour, or choose a new password."
)


def show_login(visit: Visit) -> Flow[Answer]:
    """Show the ways to log in. No call is made, so the page does not tell which organizations exist."""
    fields = query_of(visit.request)
    answer = login_page(visit, visit.organization(fields), cookies=visit.asked_next(fields))
    yield from ()
    return answer


def log_in_with_password(visit: Visit) -> Flow[Answer]:
    """Log in with a password."""
    fields = body_of(visit.request)
    organization, email = visit.organization(fields), fields.email()
    wrong = LoginRefusedError(401, "wrong_credentials", _WRONG)
    response = yield from refusable(visit, _password(visit, organization, email, fields.password()), wrong)
    return finish(visit, response)


def mail_link(visit: Visit) -> Flow[Answer]:
    """Mail a link to log in, or to join. The answer is the same whether it was sent or not."""
    fields = body_of(visit.request)
    organization, email = visit.organization(fields), fields.email()
    pair, cookies = visit.bound()
    challenge = None if visit.settings.links_elsewhere else pair.challenge
    yield from silent(visit, _link(visit, organization, email, challenge))
    text = f"If {email} can log in here, a link is on its way. Open it in this browser; it is good for an hour."
    if visit.settings.links_elsewhere:
        text = f"If {email} can log in here, a link is on its way. It is good for an hour."
    return _sent(visit, organization, text, cookies)


def mail_code(visit: Visit) -> Flow[Answer]:
    """Mail a code to log in, or to join. The answer is the same whether it was sent or not."""
    fields = body_of(visit.request)
    organization, email = visit.organization(fields), fields.email()
    yield from silent(visit, _code(organization, email))
    view = CodeView(paths=visit.paths, organization=organization, email_address=email)
    return Answer(show=lambda pages: pages.code(view), data={"status": "sent"})


def log_in_with_code(visit: Visit) -> Flow[Answer]:
    """Log in with a mailed code."""
    fields = body_of(visit.request)
    organization, email = visit.organization(fields), fields.email()
    wrong = LoginRefusedError(401, "wrong_code", "The code is wrong, was used or is too old.")
    response = yield from refusable(visit, _code_login(visit, organization, email, fields.code()), wrong)
    return finish(visit, response)


def login_page(
    visit: Visit, organization: str, *, email_address: str = "", error: str = "", cookies: tuple[Any, ...] = (), status: int = 200
) -> Answer:
    """Return the page to log in."""
    settings, pending = visit.settings, visit.pending
    methods: tuple[Method, ...] = settings.methods
    notice = ""
    if pending is not None and pending.kind == "primary_factor":
        organization = pending.organization_id
        methods = tuple(method for method in methods if _ACCEPTED[method] in pending.methods)
        notice = "This organization asks you to log in in another way, too."
    query = f"?organization={quote(organization, safe='')}" if organization else ""
    view = LoginView(
        paths=visit.paths,
        error=error,
        organization=organization,
        email_address=email_address,
        methods=methods,
        oauth=tuple(
            OAuthButton(label=PROVIDERS.get(provider, provider.title()), path=visit.paths[f"oauth_{provider}"] + query)
            for provider in settings.oauth
        ),
        notice=notice,
    )
    data = {"status": "login", "methods": list(methods), "oauth": list(settings.oauth)}
    return Answer(show=lambda pages: pages.login(view), data=data, cookies=cookies, status=status)


def show_login_again(visit: Visit, refused: LoginRefusedError) -> Answer:
    """Return the page to log in, with what went wrong."""
    fields = _lenient(visit)
    page = login_page(visit, fields.get("organization", ""), email_address=fields.get("email_address", ""), error=refused.text)
    return refused.answer(page.show) if page.show else page


def show_code_again(visit: Visit, refused: LoginRefusedError) -> Answer:
    """Return the page that asks for a mailed code, with what went wrong."""
    fields = _lenient(visit)
    organization, email = fields.get("organization", ""), fields.get("email_address", "")
    view = CodeView(paths=visit.paths, error=refused.text, organization=organization, email_address=email)
    return refused.answer(lambda pages: pages.code(view))


def _lenient(visit: Visit) -> Mapping[str, str]:
    """Return the fields that a form shows again, as far as they are well-formed."""
    kept: dict[str, str] = {}
    try:
        fields: Fields = body_of(visit.request)
        kept["organization"] = visit.organization(fields)
        kept["email_address"] = fields.text("email_address", 320)
    except LoginRefusedError:
        pass
    return kept


def _sent(visit: Visit, organization: str, text: str, cookies: tuple[Any, ...]) -> Answer:
    view = MessageView(paths=visit.paths, organization=organization, title="Check your mail", text=text)
    return Answer(show=lambda pages: pages.message(view), data={"status": "sent"}, cookies=cookies)


def _first_factor(visit: Visit, organization: str) -> Mapping[str, Any]:
    """Return the factors so far, if they are for this organization, and how long the session lasts."""
    pending = visit.pending
    if pending is None or pending.kind != "primary_factor" or pending.organization_id != organization:
        return visit.duration
    return {**visit.duration, "intermediate_session_token": pending.token}


def _password(visit: Visit, organization: str, email: str, password: str) -> APIRequest[Any]:
    from stytch_b2b_async.api.passwords import Authenticate
    from stytch_b2b_async.api.passwords.discovery import Authenticate as Discover

    if not organization:
        return Discover(email_address=email, password=password)
    options = _first_factor(visit, organization)
    return Authenticate(organization_id=organization, email_address=email, password=password, **options)


def _link(visit: Visit, organization: str, email: str, challenge: str | None) -> APIRequest[Any]:
    from stytch_b2b_async.api.magic_links.email import LoginOrSignup
    from stytch_b2b_async.api.magic_links.email.discovery import Send

    url = visit.callback_url
    if not organization:
        return Send(email_address=email, discovery_redirect_url=url, pkce_code_challenge=challenge)
    return LoginOrSignup(
        organization_id=organization,
        email_address=email,
        login_redirect_url=url,
        signup_redirect_url=url,
        pkce_code_challenge=challenge,
    )


def _code(organization: str, email: str) -> APIRequest[Any]:
    from stytch_b2b_async.api.otps.email import LoginOrSignup
    from stytch_b2b_async.api.otps.email.discovery import Send

    return LoginOrSignup(organization_id=organization, email_address=email) if organization else Send(email_address=email)


def _code_login(visit: Visit, organization: str, email: str, code: str) -> APIRequest[Any]:
    from stytch_b2b_async.api.otps.email import Authenticate
    from stytch_b2b_async.api.otps.email.discovery import Authenticate as Discover

    if not organization:
        return Discover(email_address=email, code=code)
    return Authenticate(organization_id=organization, email_address=email, code=code, **_first_factor(visit, organization))
