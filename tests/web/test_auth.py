import pytest

from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.testing import TokenMinter
from stytch_b2b_async.web import Auth, Granted, Refused, RequestHead, machine, member


@pytest.fixture(scope="session")
def minter() -> TokenMinter:
    return TokenMinter()


def head(*headers: tuple[str, str], method: str = "GET", scheme: str = "https") -> RequestHead:
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in (("host", "app.example.com"), *headers)]
    return RequestHead(method=method, headers=pairs, scheme=scheme)


async def test_a_fresh_jwt_is_granted(minter: TokenMinter) -> None:
    async with Client(minter.project_id, "secret", verification=minter.verification) as client:
        granted = await Auth(client).decide(head(("cookie", f"__Host-stytch_session_jwt={minter.session_jwt()}")), member())
    assert isinstance(granted, Granted)
    assert "acme" == granted.principal.organization_slug


def test_blocking(minter: TokenMinter) -> None:
    with BlockingClient(minter.project_id, "secret", verification=minter.verification) as client:
        auth = Auth(client)
        refused = auth.decide_blocking(head(), member())
        granted = auth.decide_blocking(head(("authorization", f"bearer {minter.m2m_token(scopes=['a:b'])}")), machine("a:b"))
    assert isinstance(refused, Refused)
    assert 401 == refused.status
    assert isinstance(granted, Granted)
    assert ["a:b"] == granted.principal.scopes
