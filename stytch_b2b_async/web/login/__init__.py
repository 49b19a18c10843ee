"""Ready-made routes to log in, choose a password, switch organizations and log out."""

from .pages import Pages
from .routes import LoginRoutes
from .settings import LoginRouteOptions

__all__ = ["LoginRouteOptions", "LoginRoutes", "Pages"]
