"""The API's rules that hold for several endpoints."""
