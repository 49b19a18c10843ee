"""Run the application with an emulated Stytch: `python -m examples.django_notes`; or its tests: `… test`."""

import os
import secrets
import sys

from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from stytch_b2b_async.emulator import Emulator

from .seed import MEMBERS, PASSWORD, SEED


def main(port: int = 8000) -> None:
    with Emulator(seed=SEED) as stytch:
        os.environ |= {
            "STYTCH_PROJECT_ID": stytch.project_id,
            "STYTCH_SECRET": stytch.secret,
            "STYTCH_BASE_URL": stytch.url,
            "STYTCH_PUBLIC_TOKEN": stytch.public_token,
        }
        server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
        server.set_app(get_wsgi_application())
        print(f"Notes:  http://localhost:{server.server_port}/")
        print(f"Mail:   {stytch.url}/_emulator/")
        print(f"Password of everybody: {PASSWORD}")
        for email, organization, roles in MEMBERS:
            print(f"  {email:20} {organization:8} {', '.join(roles) or 'may not remove notes'}")
        server.serve_forever()


def test() -> None:
    import django

    os.environ |= {"STYTCH_PROJECT_ID": "project-test-1", "STYTCH_SECRET": "secret-test-1"}
    django.setup()
    call_command("test", f"{__package__}.tests")


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": f"{__package__}.settings", "DJANGO_SECRET_KEY": secrets.token_urlsafe()}
    if sys.argv[1:] == ["test"]:
        test()
    else:
        main(*map(int, sys.argv[1:]))
