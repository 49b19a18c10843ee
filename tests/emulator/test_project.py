"""The project's credentials and figures."""

from support.tenants import Tenant, refused

from stytch_b2b_async.emulator import Emulator


async def test_whoami(acme: Tenant) -> None:
    """The project of the credentials."""
    assert acme.stytch.project_id == (await acme.client.debug.whoami()).project_id


async def test_metrics(acme: Tenant) -> None:
    """Organizations, members who are not deleted, and machine-to-machine clients."""
    await acme.client.m2m.clients.create(scopes=[])
    await acme.client.connected_app.clients.create(client_type="first_party")
    made = await acme.client.organizations.members.create(organization_id=acme.organization_id, email_address="g@example.com")
    await acme.client.organizations.members.delete(organization_id=acme.organization_id, member_id=made.member_id)
    counts = {metric.metric_type: metric.count for metric in (await acme.client.project.metrics()).metrics}
    assert {"ORGANIZATION_COUNT": 1, "MEMBER_COUNT": 1, "M2M_CLIENT_COUNT": 1} == counts


async def test_wrong_secret(stytch: Emulator) -> None:
    """Is told apart from a wrong format."""
    from stytch_b2b_async import Client

    async with Client(stytch.project_id, "secret-test-wrong", base_url=stytch.url, max_attempts=1) as client:
        with refused("unauthorized_credentials", 401):
            await client.debug.whoami()
