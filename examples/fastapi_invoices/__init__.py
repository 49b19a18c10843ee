"""Invoices of several organizations: logins, roles, machines and webhooks, with FastAPI."""
