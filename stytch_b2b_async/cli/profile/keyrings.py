"""Secrets in the system's keyring, if there is one."""

from typing import Final

SERVICE: Final = "stytch-b2b"


def is_available() -> bool:
    """Return whether the system has a keyring that can be used."""
    try:
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring
    except ImportError:
        return False
    try:
        backend = keyring.get_keyring()
        return not isinstance(backend, NoKeyring) and backend.priority > 0
    except Exception:  # noqa: BLE001  # backends raise what they like
        return False


def read(name: str) -> str | None:
    """Return the secret of a profile; None if the keyring has none."""
    try:
        import keyring

        return keyring.get_password(SERVICE, name)
    except Exception:  # noqa: BLE001  # likewise: locked, missing, broken
        return None


def write(name: str, secret: str) -> bool:
    """Store the secret of a profile; return whether the keyring took it."""
    if not is_available():
        return False
    import keyring

    try:
        keyring.set_password(SERVICE, name, secret)
    except Exception:  # noqa: BLE001  # likewise
        return False
    return read(name) == secret


def delete(name: str) -> None:
    """Delete the secret of a profile, if the keyring has it."""
    try:
        import keyring

        keyring.delete_password(SERVICE, name)
    except Exception:  # noqa: BLE001  # likewise, or there is none
        return
