"""The pages: small, without JavaScript, and each replaceable."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from stytch_b2b_async._html import Html, element, escaped, joined

from .style import POLICY, STYLE
from .views import (
    AppView,
    CodeView,
    ConfirmView,
    ForgotView,
    LoginView,
    LogoutView,
    MessageView,
    NewPasswordView,
    OrganizationChoice,
    OrganizationsView,
    SecondFactorView,
    View,
)


class Pages:
    """Make the pages of the login routes.

    To use templates of your own, override the methods of the pages that you want to replace, or `layout` for all of them:

    ```python
    class OurPages(Pages):
        content_security_policy = "default-src 'self'"

        def login(self, view: LoginView) -> str:
            return templates.get_template("login.html").render(view=view)
    ```

    Texts of a view are not escaped: leave that to the template engine.
    """

    content_security_policy: str | None = POLICY
    """The header of all pages; None for one that is set elsewhere."""

    def layout(self, title: str, *content: object) -> str:
        """Return a whole page around its content, which is `Html` that is escaped already."""
        head = element(
            "head",
            Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            Html('<link rel="icon" href="data:,">'),  # none: browsers would ask for /favicon.ico
            element("title", title),
            element("style", Html(STYLE)),
        )
        body = element("body", element("main", element("h1", title), *content))
        return f"<!doctype html>{element('html', head, body, lang='en')}\n"

    def message(self, view: MessageView) -> str:
        """Say something, such as that mail was sent, or why a request is refused."""
        return self.layout(view.title, _error(view), element("p", view.text), _back(view))

    def login(self, view: LoginView) -> str:
        """Offer the ways to log in."""
        title = f"Log in to {view.organization}" if view.organization else "Log in"
        methods: set[str] = set(view.methods)
        parts: list[object] = [_error(view), element("p", view.notice) if view.notice else Html()]
        if methods & {"password", "magic_link", "email_code"}:
            parts.append(_email_form(view, methods))
        others = [element("a", f"Continue with {button.label}", class_="button", href=button.path) for button in view.oauth]
        if "sso" in methods:
            others.append(_sso(view))
        if others:
            parts += [Html("<hr>") if len(parts) > 2 else Html(), *others]  # noqa: PLR2004  # more than error and notice
        return self.layout(title, *parts)

    def code(self, view: CodeView) -> str:
        """Ask for the code of a mail."""
        text = f"If {view.email_address} can log in here, a code is on its way by mail. It is good for ten minutes."
        form = _form(
            view,
            "check_code",
            _hidden({"email_address": view.email_address, "organization": view.organization}),
            _code_input("Code"),
            _button("Log in"),
        )
        return self.layout("Enter the code", _error(view), element("p", text), form, _back(view))

    def confirm(self, view: ConfirmView) -> str:
        """Ask whether to continue a login that this browser did not begin."""
        text = (
            "This login was not begun in this browser. Continue if you have just opened it yourself, such as from an invitation or"
            " your company's portal. If somebody sent you here, close this page: you could be logged in to an account that is not"
            " yours."
        )
        form = _form(view, "callback", _hidden(view.fields), _button("Continue"))
        return self.layout("Continue logging in?", _error(view), element("p", text), form)

    def new_password(self, view: NewPasswordView) -> str:
        """Ask for a new password."""
        foreign = "This link was not requested in this browser. Continue only if you have requested it yourself."
        form = _form(
            view,
            "reset",
            _hidden(view.fields),
            _input("New password", "password", "password", autocomplete="new-password", required=""),
            _button("Save and log in"),
        )
        notice = foreign if view.is_foreign else "Enter your new password once more." if view.is_last_step else ""
        return self.layout("Choose a new password", _error(view), element("p", notice) if notice else Html(), form)

    def forgot(self, view: ForgotView) -> str:
        """Ask for the address to which a link for a new password is mailed."""
        form = _form(
            view,
            "forgot",
            _hidden({"organization": view.organization}),
            _input("Email address", "email_address", "email", autocomplete="username", required="", value=view.email_address),
            _button("Mail me a link"),
        )
        return self.layout("Choose a new password", _error(view), element("p", "We mail you a link for it."), form, _back(view))

    def organizations(self, view: OrganizationsView) -> str:
        """Offer the organizations that the visitor may enter, and perhaps a new one."""
        parts: list[object] = [_error(view), *(_choice(view, choice) for choice in view.choices)]
        if not view.choices:
            parts.append(element("p", "You do not belong to an organization yet."))
        if view.can_create:
            name = _input("Name", "organization_name", "text", required="", maxlength="128", autocomplete="organization")
            parts += [element("h2", "New organization"), _form(view, "create", name, _button("Create"))]
        return self.layout("Choose an organization", *parts)

    def second_factor(self, view: SecondFactorView) -> str:
        """Ask for a second factor, or which one to set up."""
        parts: list[object] = [_error(view)]
        if view.must_enroll and not view.code_sent:
            parts.append(element("p", "This organization asks for a second factor. Choose one:"))
            parts.append(_form(view, "enroll_app", _button("Use an authenticator app")))
            number = _input("Phone number", "phone_number", "tel", required="", placeholder="+12025550162", autocomplete="tel")
            parts += [Html("<hr>"), _form(view, "send_text", number, _button("Send codes by text message", is_main=False))]
            return self.layout("Set up a second factor", *parts)
        if view.code_sent:
            sent = (
                f"We sent a code to the number that ends in {view.phone_ends_in}." if view.phone_ends_in else "We sent you a code."
            )
            parts += [element("p", sent), _factor_form(view, "sms", "Code from the message")]
        if view.has_app:
            parts.append(_factor_form(view, "totp", "Code from your authenticator app"))
        if view.phone_ends_in or view.code_sent:
            again = "Send another code" if view.code_sent else f"Send a code to the number that ends in {view.phone_ends_in}"
            parts.append(_form(view, "send_text", _button(again, is_main=False)))
        if view.has_app:
            recovery = _factor_form(view, "recovery_code", "Recovery code")
            parts.append(element("details", element("summary", "I cannot use my app"), recovery))
        return self.layout("Second factor", *parts)

    def app(self, view: AppView) -> str:
        """Show the secret for an authenticator app, and ask for its first code."""
        codes = element("ul", *(element("li", element("code", code)) for code in view.recovery_codes))
        return self.layout(
            "Set up your app",
            _error(view),
            element("p", "Scan this with an authenticator app, and enter the code that it shows."),
            Html(f'<img alt="QR code" src="{escaped(view.qr_code)}">'),
            element("details", element("summary", "I cannot scan it"), element("p", element("code", view.secret))),
            element("h2", "Recovery codes"),
            element("p", "Keep them in a safe place: each logs you in once without the app.", class_="quiet"),
            codes,
            _factor_form(view, "totp", "Code from the app"),
        )

    def logout(self, view: LogoutView) -> str:
        """Ask whether to log out."""
        return self.layout("Log out?", _error(view), _form(view, "logout", _button("Log out")))


_CODE: Final = {
    "autofocus": "",
    "inputmode": "numeric",
    "autocomplete": "one-time-code",
    "maxlength": "64",
    "class_": "code",
    "required": "",
}


def _email_form(view: LoginView, methods: set[str]) -> Html:
    email = _input("Email address", "email_address", "email", autocomplete="username", required="", value=view.email_address)
    parts = [_hidden({"organization": view.organization}), email]
    first = "password" if "password" in methods else "link" if "magic_link" in methods else "code"
    if "password" in methods:
        parts += [_input("Password", "password", "password", autocomplete="current-password", required=""), _button("Log in")]
    if "magic_link" in methods:
        parts.append(_button("Mail me a link", is_main=first == "link", path=view.paths["link"]))
    if "email_code" in methods:
        parts.append(_button("Mail me a code", is_main=first == "code", path=view.paths["code"]))
    if "password" in methods:
        link = element("a", "Forgot your password?", href=_path(view, "forgot"))
        parts.append(element("p", link, class_="quiet"))
    return _form(view, first, *parts)


def _sso(view: LoginView) -> Html:
    if view.organization:
        return element("a", "Continue with SSO", class_="button", href=_path(view, "sso"))
    name = _input("Your organization's short name", "organization", "text", required="", placeholder="acme")
    form = element("form", name, _button("Continue", is_main=False), method="get", action=view.paths["sso"])
    return element("details", element("summary", "Log in with SSO"), form)


def _choice(view: View, choice: OrganizationChoice) -> Html:
    label = choice.name if choice.is_member else f"Join {choice.name}"
    small = [element("small", choice.slug)] if choice.slug != choice.name else []
    button = element("button", label, *small, type="submit")
    return _form(view, "join", _hidden({"organization_id": choice.organization_id}), button)


def _factor_form(view: View, method: str, label: str) -> Html:
    field = _code_input(label) if method != "recovery_code" else _input(label, "code", "text", autocomplete="off", required="")
    return _form(view, "second_factor", _hidden({"method": method}), field, _button("Continue"))


def _form(view: View, route: str, *content: object) -> Html:
    return element("form", *content, method="post", action=view.paths[route])


def _hidden(fields: Mapping[str, str]) -> Html:
    written = (f'<input type="hidden" name="{escaped(name)}" value="{escaped(value)}">' for name, value in fields.items() if value)
    return joined(map(Html, written))


def _input(label: str, name: str, kind: str, **attributes: str) -> Html:
    given = {"name": name, "type": kind, **attributes}
    written = "".join(f' {key.rstrip("_")}="{escaped(value)}"' for key, value in given.items())
    return element("label", label, Html(f"<input{written}>"))


def _code_input(label: str) -> Html:
    return _input(label, "code", "text", **_CODE)


def _button(label: str, *, is_main: bool = True, path: str = "") -> Html:
    """Make a button; with a path, one that posts its form elsewhere, and needs no password."""
    attributes = {"class_": "main"} if is_main else {}
    if path:
        attributes |= {"formaction": path, "formnovalidate": ""}
    return element("button", label, type="submit", **attributes)


def _error(view: View) -> Html:
    return element("p", view.error, class_="error", role="alert") if view.error else Html()


def _back(view: View) -> Html:
    return element("p", element("a", "Back to the login", href=_path(view, "login")), class_="quiet")


def _path(view: View, route: str) -> str:
    """Return where a link leads, for the same organization."""
    return view.paths[route] + (f"?organization={quote(view.organization, safe='')}" if view.organization else "")
