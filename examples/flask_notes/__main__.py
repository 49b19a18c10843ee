"""Run the application with an emulated Stytch: `python -m examples.flask_notes`."""

import logging
import os
import sys

from werkzeug.serving import make_server

from stytch_b2b_async.emulator import Emulator

from .seed import MEMBERS, PASSWORD, SEED


def main(port: int = 8000) -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with Emulator(seed=SEED) as stytch:
        os.environ |= {
            "STYTCH_PROJECT_ID": stytch.project_id,
            "STYTCH_SECRET": stytch.secret,
            "STYTCH_BASE_URL": stytch.url,
            "STYTCH_PUBLIC_TOKEN": stytch.public_token,
        }
        from .app import app

        server = make_server("127.0.0.1", port, app, threaded=True)
        print(f"Notes:  http://localhost:{server.server_port}/")
        print(f"Mail:   {stytch.url}/_emulator/")
        print(f"Password of everybody: {PASSWORD}")
        for email, organization, roles in MEMBERS:
            print(f"  {email:20} {organization:8} {', '.join(roles) or 'may not remove notes'}")
        server.serve_forever()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
