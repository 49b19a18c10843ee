"""A Stytch in memory, for tests of web applications: see `FakeStytch`."""

from stytch_b2b_async._extras import extra_needed

with extra_needed("FakeStytch", "emulator"):
    from .credentials import IssuedToken, SignedIn
    from .disturbances import Disturbance
    from .stytch import FakeStytch

__all__ = ["Disturbance", "FakeStytch", "IssuedToken", "SignedIn"]
