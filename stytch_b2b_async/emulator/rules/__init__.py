"""Rules of the API that apply to several endpoints."""
