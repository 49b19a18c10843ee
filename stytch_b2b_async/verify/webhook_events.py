"""Has moved to `stytch_b2b_async.webhooks.events`."""

from stytch_b2b_async._deprecated import moved

__getattr__ = moved(__name__, "stytch_b2b_async.webhooks.events")
