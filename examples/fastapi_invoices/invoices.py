"""Invoices, kept in memory: each belongs to one organization."""

from collections import defaultdict

from pydantic import BaseModel, Field


class Draft(BaseModel):
    customer: str = Field(min_length=1, max_length=100)
    cents: int = Field(gt=0)


class Invoice(Draft):
    number: int
    paid: bool = False


class Invoices:
    """The invoices of all organizations, by the organization's id."""

    def __init__(self) -> None:
        self._invoices: defaultdict[str, dict[int, Invoice]] = defaultdict(dict)

    def of(self, organization_id: str) -> list[Invoice]:
        return list(self._invoices[organization_id].values())

    def find(self, organization_id: str, number: int) -> Invoice | None:
        return self._invoices[organization_id].get(number)

    def add(self, organization_id: str, draft: Draft) -> Invoice:
        made = Invoice(number=max(self._invoices[organization_id], default=0) + 1, **draft.model_dump())
        self._invoices[organization_id][made.number] = made
        return made

    def remove(self, organization_id: str, number: int) -> None:
        self._invoices[organization_id].pop(number, None)

    def forget(self, organization_id: str) -> None:
        """Remove the invoices of an organization that was deleted."""
        self._invoices.pop(organization_id, None)
