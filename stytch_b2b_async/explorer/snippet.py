"""The call of a form as code, in four languages."""

from collections.abc import Mapping
from typing import Any, Final

from stytch_b2b_async._html import Html, element
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.snippets import command_line, curl, python

LANGUAGES: Final[Mapping[str, str]] = {
    "python": "Python",
    "blocking": "Blocking",
    "command": "Command line",
    "curl": "curl",
}


def snippets_of(draft: Request[Any] | None, config: Config, *, show_secrets: bool) -> dict[str, str]:
    """Write a request in every language; nothing without a request."""
    if draft is None:
        return dict.fromkeys(LANGUAGES, "")
    return {
        "python": python(draft, show_secrets=show_secrets),
        "blocking": python(draft, blocking=True, show_secrets=show_secrets),
        "command": command_line(draft, show_secrets=show_secrets),
        "curl": curl(draft, config, show_secrets=show_secrets),
    }


def panel(texts: Mapping[str, str], note: str) -> Html:
    """Draw the snippets, one of which is shown; the choice needs no script."""
    choices: list[Html] = []
    for name, title in LANGUAGES.items():
        box = element("input", type="radio", name="_language", value=name, id=f"show-{name}", checked=name == "python")
        choices.append(element("label", box, element("span", title)))
    texts_shown = [
        element(
            "pre",
            element("code", texts[name], id=f"snippet-{name}"),
            class_=f"snippet {name}",
            tabindex="0",
            role="region",
            aria_label=f"{title} snippet",
        )
        for name, title in LANGUAGES.items()
    ]
    secrets = element(
        "label",
        element("input", type="checkbox", name="_secrets", value="yes", form="form", id="secrets"),
        "Show secrets",
        class_="quiet",
    )
    copy = element("button", "Copy", type="button", class_="small script", id="copy-snippet")
    return element(
        "section",
        element("div", element("h2", "Code"), secrets, copy, class_="bar"),
        element("fieldset", element("legend", "Language", class_="hidden"), *choices, class_="tabs"),
        *texts_shown,
        element("p", note, class_="quiet", id="snippet-note", aria_live="polite"),
        class_="snippets",
        aria_label="Code",
    )
