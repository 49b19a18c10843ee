"""Run the application with an emulated Stytch: `python -m examples.litestar_notes`."""

import os
import socket
import sys

import uvicorn

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
        from .app import app

        listening = socket.create_server(("127.0.0.1", port))
        print(f"Notes:  http://localhost:{listening.getsockname()[1]}/")
        print(f"Mail:   {stytch.url}/_emulator/")
        print(f"Password of everybody: {PASSWORD}")
        for email, organization, roles in MEMBERS:
            print(f"  {email:20} {organization:8} {', '.join(roles) or 'may not remove notes'}")
        with listening:
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listening])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
