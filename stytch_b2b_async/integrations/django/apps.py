"""The Django application, which `INSTALLED_APPS` names."""

from django.apps import AppConfig


class StytchConfig(AppConfig):
    """Sessions of Stytch."""

    name: str = "stytch_b2b_async.integrations.django"
    label: str = "stytch"
