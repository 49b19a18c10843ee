"""Numbers and strings with documented bounds, which the API checks."""

from typing import Annotated, TypeAlias

from msgspec import Meta

SessionMinutes: TypeAlias = Annotated[int, Meta(ge=5, le=527_040)]
"""Up to 366 days."""

LinkMinutes: TypeAlias = Annotated[int, Meta(ge=5, le=10_080)]
"""Lifetime of a link in an email, up to a week."""

CodeMinutes: TypeAlias = Annotated[int, Meta(ge=2, le=15)]
"""Lifetime of a one-time code in an email."""

PageLimit: TypeAlias = Annotated[int, Meta(ge=1, le=1_000)]
"""Items in one page."""

OrganizationName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]

Slug: TypeAlias = Annotated[str, Meta(min_length=2, max_length=128)]

ExternalId: TypeAlias = Annotated[str, Meta(max_length=128)]
"""Your own id of a member or an organization."""
