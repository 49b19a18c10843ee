"""Seed data: organizations with members and connections, roles and M2M clients, to start with."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import attrs
import msgspec

from stytch_b2b_async.api.m2m.clients import Create as CreateClient
from stytch_b2b_async.api.organizations import Create as CreateOrganization
from stytch_b2b_async.api.organizations.members import Create as CreateMember
from stytch_b2b_async.api.scim.connection import Create as CreateSCIM
from stytch_b2b_async.api.sso.oidc import CreateConnection as CreateOIDC
from stytch_b2b_async.api.sso.oidc import UpdateConnection as UpdateOIDC
from stytch_b2b_async.api.sso.saml import CreateConnection as CreateSAML
from stytch_b2b_async.api.sso.saml import UpdateByURL
from stytch_b2b_async.api.sso.saml import UpdateConnection as UpdateSAML
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Location, fields_of
from stytch_b2b_async.schema.declare import did_you_mean

from .errors import EmulatedError
from .project import Project, State
from .routes import Route
from .rules.passwords.checking import set_members_password
from .service import Service
from .settings import ProjectSettings
from .state.store import MEMORY, evolve

SeedSource: TypeAlias = "str | Path | Mapping[str, Any]"
"""A JSON file, or its content."""

_PARTS: Final = ("organizations", "roles", "m2m_clients")
_OWN: Final = ("members", "sso_connections", "scim_connection")
"""What an organization has beside the fields of the call that creates it."""
_STATUSES: Final = ("active", "pending")
_ATTRIBUTES: Final = {"email": "email", "full_name": "name", "groups": "groups"}


@attrs.frozen
class Seed:
    """Seed data whose outline is valid; the API's own rules check the rest when it is applied."""

    organizations: Sequence[Mapping[str, Any]] = ()
    roles: Mapping[str, Mapping[str, Sequence[str]]] = attrs.field(factory=dict[str, Mapping[str, Sequence[str]]])
    m2m_clients: Sequence[Mapping[str, Any]] = attrs.field(default=(), repr=False)

    @classmethod
    def read(cls, source: SeedSource) -> "Seed":
        """Read seed data. Raises ValueError with the path of what does not fit, OSError for a file that cannot be read."""
        found: Any = source
        if not isinstance(source, Mapping):
            try:
                found = msgspec.json.decode(Path(source).read_bytes())
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                raise ValueError(f"seed {source}: not valid JSON: {error}") from None
        seed = _object(found, "$")
        _check_names(seed, _PARTS, "$")
        for role_id, resources in _object(seed.get("roles", {}), "$.roles").items():
            for resource_id, actions in _object(resources, f"$.roles.{role_id}").items():
                for index, action in enumerate(_list(actions, f"$.roles.{role_id}.{resource_id}")):
                    if not isinstance(action, str):
                        raise _misfit(f"$.roles.{role_id}.{resource_id}[{index}]", "must be a string")
        return cls(
            _objects(seed.get("organizations", []), "$.organizations"),
            seed.get("roles", {}),
            _objects(seed.get("m2m_clients", []), "$.m2m_clients"),
        )

    def settings(self, settings: ProjectSettings) -> ProjectSettings:
        """Add the roles to a project's settings."""
        return attrs.evolve(settings, roles={**settings.roles, **self.roles})

    def state(self, project: Project, routes: Sequence[Route]) -> State:
        """Create the data in a project of its own, by the API's rules, and export it. Raises ValueError with a path."""
        scratch = Project.open(project.project_id, project.secret, db=MEMORY, settings=project.settings, clock=project.clock)
        try:
            _Creation(Service(scratch, routes), routes).create(self)
            return scratch.export()
        finally:
            scratch.store.close()


class _Creation:
    """Creates seed data by the handlers of the API."""

    def __init__(self, service: Service, routes: Sequence[Route]) -> None:
        self._service = service
        self._handlers = {route.request: route.handler for route in routes}

    def create(self, seed: Seed) -> None:
        for index, organization in enumerate(seed.organizations):
            path = f"$.organizations[{index}]"
            made = self._call(CreateOrganization, _without(organization, *_OWN), path)
            organization_id = made.organization.organization_id
            for position, member in enumerate(_objects(organization.get("members", []), f"{path}.members")):
                self._member(organization_id, member, f"{path}.members[{position}]")
            for position, sso in enumerate(_objects(organization.get("sso_connections", []), f"{path}.sso_connections")):
                self._sso_connection(organization_id, sso, f"{path}.sso_connections[{position}]")
            if "scim_connection" in organization:
                scim = _object(organization["scim_connection"], f"{path}.scim_connection")
                self._call(CreateSCIM, scim, f"{path}.scim_connection", organization_id=organization_id)
        for index, client in enumerate(seed.m2m_clients):
            self._call(CreateClient, client, f"$.m2m_clients[{index}]")

    def _member(self, organization_id: str, given: Mapping[str, Any], path: str) -> None:
        made = self._call(CreateMember, _without(given, "password"), path, organization_id=organization_id)
        if "password" not in given:
            return
        password: object = given["password"]
        if not isinstance(password, str):
            raise _misfit(f"{path}.password", "must be a string")

        def set_password(project: Project) -> None:
            member = set_members_password(project, made.organization, made.member, password)
            project.members.save(evolve(member, email_address_verified=True))

        self._run(set_password, f"{path}.password")

    def _sso_connection(self, organization_id: str, given: Mapping[str, Any], path: str) -> None:
        """Create a connection; what an active one needs of its identity provider is made up."""
        kind = _one_of(given, "type", ("saml", "oidc"), path)
        is_active = _one_of(given, "status", _STATUSES, path, "active") == "active"
        names = _without(given, "type", "status")
        made = self._call(CreateSAML if kind == "saml" else CreateOIDC, names, path, organization_id=organization_id)
        if not is_active:
            return
        connection_id: str = made.connection.connection_id
        url = f"https://idp.example/{connection_id}"
        ids = {"organization_id": organization_id, "connection_id": connection_id}
        if kind == "saml":
            self._call(UpdateSAML, {"attribute_mapping": _ATTRIBUTES}, path, **ids)
            self._call(UpdateByURL, {"metadata_url": url}, path, **ids)
        else:
            self._call(UpdateOIDC, {"issuer": url, "client_id": "app", "client_secret": f"made-up-{connection_id}"}, path, **ids)

    def _call(self, request: Callable[..., Request[Any]], given: Mapping[str, Any], path: str, **known: str) -> Any:
        cls = cast("type[Request[Any]]", request)
        fields = [field for field in fields_of(cls) if field.location is Location.BODY]
        _check_names(given, [field.wire_name for field in fields], path)
        for field in fields:
            if field.required and given.get(field.wire_name) is None:
                raise _misfit(f"{path}.{field.wire_name}", "is required")
        names = {field.wire_name: field.name for field in fields}
        try:
            made = cls(**known, **{names[name]: value for name, value in given.items()})
        except (TypeError, ValueError) as error:
            raise ValueError(f"seed: {path}.{error}") from None  # it begins with the field's name
        handler = self._handlers.get(cls)
        if handler is None:
            raise _misfit(path, f"cannot be created: {cls.operation} is not emulated")
        return self._run(lambda project: handler(project, made), path)

    def _run(self, act: Callable[[Project], Any], path: str) -> Any:
        try:
            return self._service.run(act)
        except EmulatedError as error:
            raise ValueError(f"seed: {path}: {error.message} ({error.error_type})") from None


def _check_names(given: Mapping[str, Any], known: Sequence[str], path: str) -> None:
    for name in given:
        if name not in known:
            raise _misfit(f"{path}.{name}", f"is unknown{did_you_mean(name, known)}")


def _without(given: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    return {key: value for key, value in given.items() if key not in names}


def _one_of(given: Mapping[str, Any], name: str, known: Sequence[str], path: str, default: str | None = None) -> str:
    value: object = given.get(name, default)
    if not isinstance(value, str) or value not in known:
        raise _misfit(f"{path}.{name}", f"must be {' or '.join(known)}")
    return value


def _object(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _misfit(path, "must be an object")
    return cast("Mapping[str, Any]", value)


def _list(value: object, path: str) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise _misfit(path, "must be a list")
    return cast("Sequence[object]", value)


def _objects(value: object, path: str) -> Sequence[Mapping[str, Any]]:
    return [_object(item, f"{path}[{index}]") for index, item in enumerate(_list(value, path))]


def _misfit(path: str, problem: str) -> ValueError:
    return ValueError(f"seed: {path} {problem}")
