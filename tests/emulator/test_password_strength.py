from support.tenants import PASSWORD

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings


async def test_zxcvbn_judges_a_password(client: Client) -> None:
    """And says what is wrong with it."""
    weak = await client.passwords.strength_check(password="password")
    strong = await client.passwords.strength_check(password=PASSWORD)
    assert (False, 0, "zxcvbn", None) == (weak.valid_password, weak.score, weak.strength_policy, weak.luds_feedback)
    assert weak.zxcvbn_feedback is not None
    assert weak.zxcvbn_feedback.warning
    assert strong.valid_password
    assert strong.score >= 3
    assert strong.breach_detection_on_create


async def test_password_like_the_email(client: Client) -> None:
    """An address makes a password like it weaker. Its parts are guessed first."""
    password = "ada.lovelace@example.com"
    assert (await client.passwords.strength_check(password=password)).valid_password
    assert not (await client.passwords.strength_check(password=password, email_address=password)).valid_password


async def test_a_leak_counts_when_the_address_is_given(client: Client) -> None:
    """Without it, the leak is told but not counted."""
    leaked = "a strong passphrase that leaked"
    alone = await client.passwords.strength_check(password=leaked)
    with_address = await client.passwords.strength_check(password=leaked, email_address="ada@example.com")
    assert (True, True) == (alone.valid_password, alone.breached_password)
    assert (False, True) == (with_address.valid_password, with_address.breached_password)


async def test_breach_lookup_off() -> None:
    """Leaks are not told where they are not looked up. The setting is the project's."""
    async with Emulator(settings=ProjectSettings(breach_detection_on_create=False)) as stytch, stytch.client() as client:
        checked = await client.passwords.strength_check(password="password123!", email_address="ada@example.com")
    assert (False, False) == (checked.breached_password, checked.breach_detection_on_create)


async def test_old_rules_count_kinds_of_characters() -> None:
    """A symbol is whatever is neither letter of the alphabet nor digit."""
    async with Emulator(settings=ProjectSettings(strength_policy="luds")) as stytch, stytch.client() as client:
        weak = await client.passwords.strength_check(password="abc")
        strong = await client.passwords.strength_check(password="abcdefGé")
    assert ("luds", False, None) == (weak.strength_policy, weak.valid_password, weak.zxcvbn_feedback)
    assert weak.luds_feedback is not None
    assert (2, 5, True, False) == (
        weak.luds_feedback.missing_complexity,
        weak.luds_feedback.missing_characters,
        weak.luds_feedback.has_lower_case,
        weak.luds_feedback.has_symbol,
    )
    assert strong.valid_password


async def test_password_length_extremes(client: Client) -> None:
    """An empty and a very long password can be judged. In little time."""
    assert not (await client.passwords.strength_check(password="")).valid_password
    assert (await client.passwords.strength_check(password="wobbly-teapot" * 1000)).valid_password
