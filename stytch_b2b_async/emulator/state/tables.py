"""The tables. Times are seconds since 1970; tokens are stored as SHA-256 hashes."""

from typing import Final

VERSION: Final = 1

STATE_TABLES: Final = (
    "sessions",
    "intermediate_sessions",
    "mailed_tokens",
    "passwords",
    "messages",
    "members",
    "organizations",
)
"""The tables that a reset empties, referring ones first."""

TABLES: Final = """
CREATE TABLE project (
    project_id TEXT NOT NULL,
    secret TEXT NOT NULL
);
CREATE TABLE organizations (
    organization_id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    external_id TEXT UNIQUE,
    document TEXT NOT NULL
);
CREATE TABLE members (
    member_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations,
    email TEXT NOT NULL,
    email_id TEXT NOT NULL,
    external_id TEXT,
    deleted INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    document TEXT NOT NULL
);
CREATE UNIQUE INDEX members_by_email ON members (organization_id, email) WHERE NOT deleted;
CREATE UNIQUE INDEX members_by_external_id ON members (organization_id, external_id) WHERE NOT deleted;
CREATE INDEX members_sharing_email ON members (email) WHERE NOT deleted;
CREATE TABLE passwords (
    scope TEXT NOT NULL,
    email TEXT NOT NULL,
    password_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    reset_required INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, email)
);
CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    member_id TEXT NOT NULL REFERENCES members,
    expires_at REAL NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX sessions_of_member ON sessions (member_id);
CREATE TABLE intermediate_sessions (
    token_hash TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    member_id TEXT,
    organization_id TEXT,
    factors TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE mailed_tokens (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    member_id TEXT,
    code_challenge TEXT,
    expires_at REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE messages (
    message_id INTEGER PRIMARY KEY,
    document TEXT NOT NULL
);
CREATE TABLE signing_keys (
    key_id TEXT PRIMARY KEY,
    private_pem TEXT NOT NULL,
    certificate TEXT NOT NULL
);
"""
