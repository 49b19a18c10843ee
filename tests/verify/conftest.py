from support.jwks import publisher
from support.policies import registry
from support.token_fixtures import api, mode, signer, stranger

__all__ = ["api", "mode", "publisher", "registry", "signer", "stranger"]
