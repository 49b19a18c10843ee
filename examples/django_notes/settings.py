"""The project's settings. Those of the client are in the environment."""

import os
from pathlib import Path
from typing import Any

SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = f"{__package__}.urls"
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = ["stytch_b2b_async.integrations.django"]
MIDDLEWARE = [
    "stytch_b2b_async.integrations.django.middleware",  # forms of other sites are refused by the rules, without CsrfViewMiddleware
    f"{__package__}.views.explain",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]}]
STYTCH: dict[str, Any] = {
    "organization": "{org}",
    "login_page": "/auth/login",
    "login": {"after": "/", "create_organizations": False},
}
