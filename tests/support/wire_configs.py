"""Configurations for tests of encoding and decoding."""

from stytch_b2b_async.config import Config
from support.http_servers import PROJECT_ID, SECRET

CONFIG = Config.resolve(PROJECT_ID, SECRET, "https://stytch.example.com", "https://fraud.example.com")


STRICT = Config(
    project_id=PROJECT_ID, secret=SECRET, base_url="https://stytch.example.com", fraud_base_url=CONFIG.fraud_base_url, strict=True
)


HERE = "https://stytch.example.com"
