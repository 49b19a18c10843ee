# ruff: noqa: PT009  # as Django has it
"""Tests of the application, with a Stytch in memory: `python -m examples.django_notes test`."""

from urllib.parse import urlencode

from django.test import Client, SimpleTestCase

from stytch_b2b_async.integrations.django import auth, without_rule
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake import SignedIn

from .seed import ROLES
from .views import notes

BROWSER = {"Host": "localhost", "Origin": "http://localhost", "Accept": "text/html"}


class NotesTest(SimpleTestCase):
    def setUp(self) -> None:
        self.stytch = self.enterContext(FakeStytch(roles=ROLES))
        self.enterContext(self.stytch.behind(auth()))
        self.browser = Client(headers=BROWSER)

    def log_in(self, member: SignedIn) -> None:
        self.browser.cookies.load(member.cookies)

    def test_only_health_has_no_rule(self) -> None:
        self.assertEqual(without_rule(), {"* /health"})

    def test_login_and_logout(self) -> None:
        """A login by a mailed link up to the logout."""
        self.stytch.sign_in("ada@acme.example", organization="acme")
        page = self.browser.get("/acme/notes")
        self.assertRedirects(page, "/auth/login?next=/acme/notes", status_code=303)
        fields = urlencode({"email_address": "ada@acme.example", "organization": "acme"})
        self.browser.post("/auth/login/link", fields, content_type="application/x-www-form-urlencoded")
        page = self.browser.get(self.stytch.outbox.last(to="ada@acme.example").url, follow=True)
        self.assertContains(page, "Notes of acme")
        self.browser.post("/auth/logout")
        self.assertEqual(self.browser.get("/acme/notes").status_code, 303)

    def test_a_note_from_its_start_to_its_end(self) -> None:
        ada = self.stytch.sign_in("ada@acme.example", organization="acme", roles=["keeper"])
        self.log_in(ada)
        page = self.browser.post("/acme/notes", {"text": "<milk & honey>"}, follow=True)
        self.assertContains(page, "&lt;milk &amp; honey&gt;")
        (number,) = notes.of(ada.organization.organization_id)
        page = self.browser.post(f"/acme/notes/{number}/remove", follow=True)
        self.assertContains(page, "There are no notes yet")

    def test_without_a_role_nobody_removes(self) -> None:
        self.log_in(self.stytch.sign_in("grace@acme.example", organization="acme", roles=[]))
        self.assertContains(self.browser.post("/acme/notes/1/remove"), "You may not do that", status_code=403)

    def test_organizations_see_nothing_of_each_other(self) -> None:
        self.log_in(self.stytch.sign_in("bob@globex.example", organization="globex", roles=["keeper"]))
        self.assertEqual(self.browser.get("/acme/notes").status_code, 403)
        self.assertEqual(self.browser.get("/globex/notes").status_code, 200)

    def test_forms_of_other_sites_are_refused(self) -> None:
        self.log_in(self.stytch.sign_in("ada@acme.example", organization="acme"))
        page = self.browser.post("/acme/notes", {"text": "spam"}, headers={"Origin": "https://evil.example"})
        self.assertEqual(page.status_code, 403)

    def test_what_is_no_note(self) -> None:
        self.log_in(self.stytch.sign_in("ada@acme.example", organization="acme"))
        for text in ("", "  ", "x" * 201):
            with self.subTest(text=text):
                self.assertEqual(self.browser.post("/acme/notes", {"text": text}).status_code, 422)

    def test_an_outage_logs_nobody_out(self) -> None:
        self.log_in(self.stytch.sign_in("ada@acme.example", organization="acme").age(minutes=6))
        with self.stytch.down():
            self.assertEqual(self.browser.get("/acme/notes").status_code, 503)
        self.assertEqual(self.browser.get("/acme/notes").status_code, 200)
