"""Framework integrations, one module each; each needs its framework installed."""
