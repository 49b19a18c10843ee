"""The form of an endpoint: from its inputs to a request, and from the catalogue to HTML."""

from .entries import Entries
from .filled import Filled, fill
from .inputs import Drawing, Offer
from .layout import form_of
from .secrecy import deep_link, without_secrets

__all__ = ["Drawing", "Entries", "Filled", "Offer", "deep_link", "fill", "form_of", "without_secrets"]
