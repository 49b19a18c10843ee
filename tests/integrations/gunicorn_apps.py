"""What gunicorn serves: the applications of the table, with a Stytch in another process."""

import json
import os
import pickle
from typing import Any
from urllib.request import Request, urlopen

import attrs
from integrations.app_on_django import on_django
from integrations.apps_on_werkzeug import on_flask
from web.app import SETUPS, Setup
from web.bridge import EVENTS
from web.served_by_gunicorn import STAGE

from stytch_b2b_async.client import BlockingClient
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.verify.options import Verification
from stytch_b2b_async.webhooks import WebhookEvent


class _Reported(list[WebhookEvent]):
    """Events that are reported to the process of the test."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._url = base_url + EVENTS

    def append(self, event: WebhookEvent) -> None:
        with urlopen(Request(self._url, pickle.dumps(event)), timeout=5):  # noqa: S310  # on this machine
            pass


def flask() -> Any:
    return on_flask(*_stage())


def django() -> Any:
    return on_django(*_stage())


def _stage() -> tuple[BlockingClient, Setup]:
    stage = json.loads(os.environ[STAGE])
    setup = next(each for each in SETUPS if each.name == stage["setup"])
    client = BlockingClient(
        stage["project_id"],
        stage["secret"],
        base_url=stage["base_url"],
        verification=Verification(keys=[JWK(**stage["key"])]),
        max_attempts=1,
        timeout=setup.timeout,
    )
    return client, attrs.evolve(setup, events=_Reported(stage["base_url"]))
