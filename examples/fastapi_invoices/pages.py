"""The pages. All that comes from elsewhere is escaped."""

from collections.abc import Sequence
from html import escape

from stytch_b2b_async.models.session import MemberSession

from .invoices import Invoice

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1c2430; background: #f4f6f9 }
header { display: flex; justify-content: space-between; align-items: center; padding: .75rem 1.5rem; background: #fff }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
table { width: 100%; border-collapse: collapse; background: #fff }
th, td { padding: .6rem .8rem; text-align: left; border-bottom: 1px solid #e3e8ef }
td.amount { font-variant-numeric: tabular-nums }
form.inline { display: inline; margin-right: .4rem }
form.new { display: flex; gap: .5rem; margin-top: 1.5rem }
input, button { font: inherit; padding: .4rem .7rem; border: 1px solid #b6c0ce; border-radius: .35rem }
button { background: #1f5eff; border-color: #1f5eff; color: #fff; cursor: pointer }
button.quiet { background: #fff; color: #1c2430; border-color: #b6c0ce }
.error { color: #a4161a }
"""


def layout(title: str, content: str, header: str = "") -> str:
    head = f'<meta charset="utf-8"><link rel="icon" href="data:,"><title>{escape(title)}</title><style>{STYLE}</style>'
    main = f"<main><h1>{escape(title)}</h1>{content}</main>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{header}{main}</body></html>'


def invoices(me: MemberSession, shown: Sequence[Invoice], error: str = "") -> str:
    roles = set(me.roles)
    rows = "".join(row(me, invoice, roles) for invoice in shown)
    table = (
        f"<table><tr><th>No.<th>Customer<th>Amount<th>Status<th></tr>{rows}</table>"
        if rows
        else "<p>There are no invoices yet.</p>"
    )
    new = form(f"/{me.organization_slug}/invoices", NEW, "Create", kind="new") if "editor" in roles else ""
    problem = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    return layout(f"Invoices of {me.organization_slug}", f"{problem}{table}{new}", header(me))


def refused() -> str:
    return layout(
        "You may not do that",
        '<p>Your role does not allow this, or it belongs to another organization.</p><p><a href="/">Back to your invoices</a></p>',
    )


def header(me: MemberSession) -> str:
    who = escape(f"{me.organization_slug} · {', '.join(sorted(me.roles))}")
    return f"<header><span>{who}</span>{form('/auth/logout', '', 'Log out', quiet=True)}</header>"


def row(me: MemberSession, invoice: Invoice, roles: set[str]) -> str:
    path = f"/{me.organization_slug}/invoices/{invoice.number}"
    actions = [form(f"{path}/paid", "", "Mark as paid", quiet=True)] if not invoice.paid and "editor" in roles else []
    if "stytch_admin" in roles:
        actions.append(form(f"{path}/remove", "", "Remove", quiet=True))
    cells = [
        str(invoice.number),
        escape(invoice.customer),
        f"{invoice.cents / 100:,.2f} €",
        "paid" if invoice.paid else "open",
        "".join(actions),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def form(path: str, fields: str, button: str, *, kind: str = "inline", quiet: bool = False) -> str:
    look = ' class="quiet"' if quiet else ""
    return f'<form class="{kind}" method="post" action="{escape(path)}">{fields}<button{look}>{escape(button)}</button></form>'


NEW = (
    '<input name="customer" placeholder="Customer" aria-label="Customer" required maxlength="100">'
    '<input name="amount" type="number" min="0.01" step="0.01" placeholder="Amount in €" aria-label="Amount in €" required>'
)
