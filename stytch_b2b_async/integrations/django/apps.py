"""The Django application, which `INSTALLED_APPS` names."""

from django.apps import AppConfig


class StytchConfig(AppConfig):
    """Sessions of Stytch."""

    name = "stytch_b2b_async.integrations.django"
    label = "stytch"
    verbose_name = "Stytch"
