"""The pages: the form of an endpoint with its code, reply, mail and history; and the first page."""

import secrets

import attrs

from stytch_b2b_async._html import Html, element, joined
from stytch_b2b_async.catalog import EndpointInfo, operations
from stytch_b2b_async.config import is_loopback
from stytch_b2b_async.endpoint import Effect

from .form import Drawing, Entries, Filled, form_of
from .form.inputs import code_in
from .history import Exchange, History
from .layout import page
from .mailbox import cards_of, mailbox_of
from .reply import reply_of
from .seen import Seen
from .snippet import panel, snippets_of
from .target import Target

_EFFECTS = {
    Effect.READS: ("reads", "Changes nothing."),
    Effect.REPEATABLE: ("changes", "Sending it again changes nothing more."),
    Effect.ACTS_ONCE: ("acts each time", "It acts each time it is sent."),
}


@attrs.frozen
class View:
    """What the pages show besides the form itself."""

    target: Target
    history: History
    seen: Seen

    def endpoint(
        self,
        endpoint: EndpointInfo,
        entries: Entries,
        filled: Filled,
        *,
        show_errors: bool = False,
        reply: Html | None = None,
        notices: tuple[str, ...] = (),
    ) -> str:
        """Create the page of an endpoint."""
        errors = errors_of(filled) if show_errors else {}
        drawing = Drawing(errors, entries.empties, entries.added, self.seen.offers())
        form = element(
            "form",
            element("button", "Send", class_="hidden", tabindex="-1", aria_hidden="true"),  # what Enter presses
            form_of(endpoint, entries, drawing),
            element("p", errors.get("", ""), class_="error", data_error="", id="e-"),
            element("input", type="hidden", name="_submission", value=secrets.token_urlsafe(12)),
            self._send_bar(endpoint),
            method="post",
            action=f"/{endpoint.operation}",
            id="form",
            novalidate=True,
            autocomplete="off",
        )
        main = element("main", self._title(endpoint), *(element("p", text, class_="notice") for text in notices), form, id="main")
        texts = snippets_of(filled.draft, self.target.config, show_secrets=False)
        aside = element(
            "div",
            panel(texts, note_of(filled, self.target)),
            element("section", element("h2", "Reply"), reply or _NO_REPLY, id="reply", aria_live="polite", aria_label="Reply"),
            self.mail(),
            self.past(),
            class_="aside",
        )
        return page(self.target, endpoint.operation, main, aside, current=endpoint.operation)

    def first(self, query: str) -> str:
        """Create the first page, or the results of a search."""
        steps = ("organizations.create", "organizations.members.create", "passwords.email.reset_start", "passwords.authenticate")
        start = [element("li", element("a", name, href=f"/{name}"), " ", element("span", operations()[name])) for name in steps]
        main = element(
            "main",
            element("h1", "Try an endpoint", class_="words"),
            element(
                "p",
                "Pick one from the list, or press ",
                element("kbd", "/"),
                " to search. A form shows what it takes, and its code.",
            ),
            element("h2", "A login, step by step"),
            element("ol", *start, class_="steps"),
            id="main",
        )
        return page(self.target, "Endpoints", main, element("div", self.mail(), self.past(), class_="aside"), query=query)

    def mail(self) -> Html:
        """Draw the emulator's mailbox."""
        mailbox = self.target.mailbox
        if mailbox is not None:
            content = mailbox_of(mailbox.outbox, mailbox.url)
        elif is_loopback(self.target.config.base_url):  # where one would look for mail
            text = f"{self.target.config.base_url} did not answer as this project's emulator, so no mail is shown."
            content = element("p", text, class_="quiet")
        else:
            return Html()
        return element("section", element("h2", "Mail"), content, id="mail", aria_label="Mail")

    def past(self) -> Html:
        """Draw the history."""
        rows = [
            element(
                "li",
                element("a", exchange.operation, href=f"/{exchange.operation}?_call={exchange.number}"),
                element("span", exchange.status or "no reply", class_="badge good" if exchange.succeeded else "badge bad"),
                element("time", f"{exchange.at:%H:%M:%S}", datetime=exchange.at.isoformat()),
            )
            for exchange in self.history.newest_first()
        ]
        content = element("ol", *rows) if rows else element("p", "Nothing was sent yet.", class_="quiet")
        return element("section", element("h2", "History"), content, id="history", aria_label="History")

    def reply(self, exchange: Exchange, endpoint: EndpointInfo) -> Html:
        """Draw a reply, and the mail that the call caused."""
        mailbox = self.target.mailbox
        cards = cards_of(mailbox.outbox, exchange.mails) if mailbox else []
        sent = [element("div", element("p", "This call sent mail:", class_="quiet"), *cards, class_="sent-mail")] if cards else []
        return joined([*sent, reply_of(exchange, endpoint)])

    def refusal(self, filled: Filled) -> Html:
        """Say that nothing was sent, and why."""
        named = [name or "the form" for name in errors_of(filled)]
        return element("p", f"Not sent: see {', '.join(named)}.", class_="problem")

    def question(self, endpoint: EndpointInfo) -> Html:
        """Ask before a call that acts each time, or changes a live project."""
        where = f"the {self.target.name} {self.target.config.project_id or self.target.config.base_url}"
        return element(
            "div",
            element("p", element("strong", endpoint.summary)),
            element("p", f"{_EFFECTS[endpoint.effect][1]} It goes to {where}."),
            element("button", "Send it", name="_confirmed", value="yes", form="form", id="confirm", class_="primary"),
            class_="question",
        )

    def _title(self, endpoint: EndpointInfo) -> Html:
        tag, _ = _EFFECTS[endpoint.effect]
        facts: list[object] = [
            element("span", tag, class_="badge"),
            element("code", element("b", endpoint.method), f" {endpoint.path}"),
        ]
        if endpoint.url:
            facts.append(element("a", "Stytch's page", href=endpoint.url, target="_blank", rel="noopener noreferrer"))
        lacking = "The emulator does not emulate this endpoint: it will answer 501 not_emulated."
        refused = f"This explorer lets through {self.target.allow} only: it will refuse this endpoint."
        return joined(
            [
                element("h1", endpoint.operation),
                element("p", code_in(endpoint.summary), class_="summary"),
                element("p", *facts, class_="facts"),
                *(element("p", code_in(text), class_="prose") for text in _paragraphs(endpoint)),
                element("p", lacking, class_="notice") if self.target.lacks(endpoint.operation) else "",
                element("p", refused, class_="notice") if self.target.refuses(endpoint.operation, endpoint.effect) else "",
            ]
        )

    def _send_bar(self, endpoint: EndpointInfo) -> Html:
        return element(
            "div",
            element("button", "Send to the LIVE project" if self.target.is_live else "Send", class_="primary", id="send"),
            element("span", _EFFECTS[endpoint.effect][1], class_="quiet"),
            element("button", "Copy link", type="button", class_="small script", id="copy-link"),
            class_="send",
        )


_NO_REPLY = element("p", "Nothing sent yet.", class_="quiet")


def errors_of(filled: Filled) -> dict[str, str]:
    """Return what is wrong or missing, by path."""
    return {**{name: f"{name} is required" for name in filled.missing}, **filled.errors}


def note_of(filled: Filled, target: Target) -> str:
    """Say what the snippets lack."""
    if filled.errors:
        return f"Left out: what is wrong in {', '.join(path or 'the form' for path in filled.errors)}."
    if filled.missing:
        return f"Still missing: {', '.join(filled.missing)}."
    if target.emulator is not None:
        return "It runs with the STYTCH_ variables that the command has printed."
    return "The credentials come from STYTCH_PROJECT_ID and STYTCH_SECRET."


def _paragraphs(endpoint: EndpointInfo) -> list[str]:
    """Return what the description says besides its summary, parameters and links."""
    _, *paragraphs = endpoint.documentation.split("\n\n")
    return [" ".join(text.split()) for text in paragraphs if not text.lstrip().startswith(("- ", "See http", "Raises "))]
