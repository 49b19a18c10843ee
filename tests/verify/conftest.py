from support.token_fixtures import api, mode, signer, stranger

__all__ = ["api", "mode", "signer", "stranger"]
