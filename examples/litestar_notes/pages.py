"""The pages. All that comes from elsewhere is escaped."""

from collections.abc import Mapping
from html import escape

from stytch_b2b_async.models.session import MemberSession

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1c2430; background: #f4f6f9 }
header { display: flex; justify-content: space-between; align-items: center; padding: .75rem 1.5rem; background: #fff }
main { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
ul { list-style: none; padding: 0 }
li { display: flex; justify-content: space-between; align-items: center; gap: 1rem }
li { padding: .6rem .8rem; margin-bottom: .5rem; background: #fff }
form.new { display: flex; gap: .5rem; margin-top: 1.5rem }
input, button { font: inherit; padding: .4rem .7rem; border: 1px solid #b6c0ce; border-radius: .35rem }
input { flex: 1 }
button { background: #1f5eff; border-color: #1f5eff; color: #fff; cursor: pointer }
button.quiet { background: #fff; color: #1c2430; border-color: #b6c0ce }
"""
LOG_OUT = '<form method="post" action="/auth/logout"><button class="quiet">Log out</button></form>'


def notes(me: MemberSession, shown: Mapping[int, str]) -> str:
    path = f"/{me.organization_slug}/notes"
    items = "".join(item(path, number, text, may_remove="keeper" in me.roles) for number, text in shown.items())
    listed = f"<ul>{items}</ul>" if items else "<p>There are no notes yet.</p>"
    new = (
        f'<form class="new" method="post" action="{escape(path)}">'
        '<input name="text" placeholder="A new note" aria-label="A new note" required maxlength="200"><button>Add</button></form>'
    )
    who = escape(f"{me.organization_slug} · {', '.join(sorted(me.roles))}")
    return layout(f"Notes of {me.organization_slug}", listed + new, f"<header><span>{who}</span>{LOG_OUT}</header>")


def item(path: str, number: int, text: str, *, may_remove: bool) -> str:
    button = f'<button class="quiet" aria-label="Remove {escape(text)}">Remove</button>'
    form = f'<form method="post" action="{escape(path)}/{number}/remove">{button}</form>' if may_remove else ""
    return f"<li><span>{escape(text)}</span>{form}</li>"


def refused() -> str:
    return layout(
        "You may not do that",
        '<p>Your role does not allow this, or it belongs to another organization.</p><p><a href="/">Back to your notes</a></p>',
    )


def layout(title: str, content: str, header: str = "") -> str:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
    )
    main = f"<main><h1>{escape(title)}</h1>{content}</main>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{header}{main}</body></html>'
