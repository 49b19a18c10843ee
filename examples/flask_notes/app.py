"""The application: every view but `health` has a rule. Settings are in the environment."""

from flask import Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stytch_b2b_async import BlockingClient
from stytch_b2b_async.integrations.flask import Auth, current_session
from stytch_b2b_async.web import member

from .notes import Notes

MAX_NOTE = 200

notes = Notes()
auth = Auth(BlockingClient(), organization="{org}", login_page="/auth/login")
app = Flask(__name__)
auth.init_app(app)
app.register_blueprint(auth.login_routes(after="/", create_organizations=False), url_prefix="/auth")

# Members of the organization in the path. What roles may do is the project's policy.
reader = auth.require(member())
keeper = auth.require(member(permission=("notes", "delete")))
anybody = auth.require(member(organization=None))


@app.get("/health")
def health() -> str:
    return "ok"


@app.get("/")
@anybody
def home() -> ResponseReturnValue:
    return redirect(url_for("show", org=current_session.organization_slug), 303)


@app.get("/<org>/notes")
@reader
def show(org: str) -> str:
    return render_template("notes.html", me=current_session, notes=notes.of(current_session.organization_id))


@app.post("/<org>/notes")
@reader
def add(org: str) -> ResponseReturnValue:
    text = request.form.get("text", "").strip()
    if not 0 < len(text) <= MAX_NOTE:
        return f"A note has 1 to {MAX_NOTE} characters.", 422
    notes.add(current_session.organization_id, text)
    return redirect(url_for("show", org=org), 303)


@app.post("/<org>/notes/<int:number>/remove")
@keeper
def remove(org: str, number: int) -> ResponseReturnValue:
    notes.remove(current_session.organization_id, number)
    return redirect(url_for("show", org=org), 303)


@app.after_request
def explain(response: Response) -> Response:
    """Show a page to browsers that may not do something."""
    if response.status_code == 403 and request.accept_mimetypes.accept_html and response.mimetype == "application/problem+json":
        response.set_data(render_template("refused.html"))
        response.mimetype = "text/html"
    return response
