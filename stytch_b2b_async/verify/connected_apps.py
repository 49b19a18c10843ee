"""Has moved to `stytch_b2b_async.api.idp._local`."""

from stytch_b2b_async._deprecated import moved

__getattr__ = moved(__name__, "stytch_b2b_async.api.idp._local")
