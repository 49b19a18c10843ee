"""Django: rules on views, logins and webhooks. Needs `stytch-b2b-async[django]`.

```python
# settings.py
INSTALLED_APPS = [..., "stytch_b2b_async.integrations.django"]
MIDDLEWARE = ["stytch_b2b_async.integrations.django.middleware", ...]
STYTCH = {"organization": "{org}", "login": {"after": "/"}}

# urls.py
urlpatterns = [path("auth/", include("stytch_b2b_async.integrations.django.urls")), path("<slug:org>/invoices", invoices)]


# views.py
@require(member())
def invoices(request: HttpRequest, org: str) -> HttpResponse:
    return HttpResponse(f"Invoices for {session(request).member_id}")
```
"""

from stytch_b2b_async._extras import extra_needed

with extra_needed(__name__, "django"):
    from .exchange import granted, session
    from .middleware import middleware
    from .settings import auth
    from .views import RequireMixin, require, without_rule

__all__ = ["RequireMixin", "auth", "granted", "middleware", "require", "session", "without_rule"]
