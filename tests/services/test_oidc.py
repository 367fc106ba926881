"""floe.identity/oidc with the tokens of a real Keycloak: a realm with a role, two people, and a client for floe."""

import json
import os
import urllib.parse
import urllib.request

import pytest

from server_process import free_ports, running

import floe

ADMIN = "admin-of-the-tests"
FORM = "application/x-www-form-urlencoded"


def person(name, *roles):
    return {"username": name, "enabled": True, "email": f"{name}@example.com", "emailVerified": True, "firstName": name, "lastName": "Tester",
            "credentials": [{"type": "password", "value": f"{name}-password"}], "realmRoles": list(roles)}


def client(name, audience):
    mapper = {"name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
              "config": {"included.custom.audience": audience, "access.token.claim": "true"}}
    return {"clientId": name, "publicClient": True, "directAccessGrantsEnabled": True, "protocolMappers": [mapper]}


REALM = {"realm": "floe", "enabled": True, "roles": {"realm": [{"name": "builder"}]}, "users": [person("ada", "builder"), person("bob")],
         "clients": [client("floe-cli", "floe"), client("shop", "shop")]}


class Keycloak:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.issuer = f"{self.url}/realms/floe"

    def request(self, path, body, **headers):
        request = urllib.request.Request(self.url + path, data=body.encode(), headers={name.replace("_", "-"): value for name, value in headers.items()})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def token(self, realm, client_id, name, password):
        form = {"grant_type": "password", "client_id": client_id, "username": name, "password": password, "scope": "openid profile email"}
        return json.loads(self.request(f"/realms/{realm}/protocol/openid-connect/token", urllib.parse.urlencode(form), content_type=FORM))["access_token"]

    def of(self, name, client_id="floe-cli"):
        return self.token("floe", client_id, name, f"{name}-password")

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/realms/master", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory):
    [port] = free_ports(1)
    server = Keycloak(port)
    arguments = ["start", "--optimized", "--http-enabled=true", "--hostname-strict=false", "--http-host=127.0.0.1", f"--http-port={port}"]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN)
        environment.setenv("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN)
        with running("keycloak", arguments, tmp_path_factory.mktemp("keycloak"), server.is_ready):
            token = server.token("master", "admin-cli", ADMIN, ADMIN)
            server.request("/admin/realms", json.dumps(REALM), content_type="application/json", authorization=f"Bearer {token}")
            yield server


def test_tokens_of_keycloak(keycloak, product):
    product.choose()
    config = {"issuer": keycloak.issuer, "audience": "floe", "roles_claim": ["realm_access", "roles"]}
    with floe.Project(str(product.directory)) as project:
        project.compile()
        identity = project.plugin("floe.identity/oidc", config)
        ada = keycloak.of("ada")
        verdict = identity.validate_token(ada.encode())
        assert verdict["valid"] and "builder" in verdict["roles"] and verdict["claims"]["azp"] == "floe-cli"
        user = identity.user_info(ada.encode())
        assert (user["subject"], user["email"], user["name"]) == (verdict["subject"], "ada@example.com", "ada Tester")
        assert identity.oidc_config()["token_endpoint"] == f"{keycloak.issuer}/protocol/openid-connect/token"
        assert identity.validate_token(keycloak.of("ada", "shop").encode())["error"] == "the token is for another audience"
        admin = keycloak.token("master", "admin-cli", ADMIN, ADMIN)
        assert identity.validate_token(admin.encode())["error"] == "the token is not signed with a key of the issuer"


def test_who_may_compile(keycloak, product):
    product.choose({"rbac": {"enabled": True, "required_role": "builder"}, "audit_logging": "enabled"},
                   identity={"type": "oidc", "config": {"issuer": keycloak.issuer, "audience": "floe", "roles_claim": ["realm_access", "roles"]}})
    product.run("compile", env={**os.environ, "FLOE_TOKEN": keycloak.of("ada")})
    refused = product.run("compile", env={**os.environ, "FLOE_TOKEN": keycloak.of("bob")}, expect=1)
    assert "it takes the role builder" in refused.stderr
