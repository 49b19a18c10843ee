"""Read requests from CSV, JSON lines and Parquet, and say what is wrong with them."""

from .problems import InputError
from .requests import Checked, check, requests_in
from .sources import Format, InputFile

__all__ = ["Checked", "Format", "InputFile", "InputError", "check", "requests_in"]
