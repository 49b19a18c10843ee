"""SSO: connections to identity providers, and who may join through them."""
