"""floe.identity/oidc against tokens that PyJWT signs, and an issuer that publishes its keys as OpenID Connect says. The real
issuer, Keycloak, is among the services."""

import datetime
import hashlib
import http.server
import ipaddress
import json
import os
import ssl
import threading
import time

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import abi_host  # noqa: F401 (puts bindings/python on the path)
import payload_schemas
from floe_command import BIN

os.environ.setdefault("FLOE_LIBRARY", str(BIN.resolve().parents[1]))
import floe  # noqa: E402

RSA, STRANGER = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
EC = {algorithm: ec.generate_private_key(curve) for algorithm, curve in CURVES.items()}


def public(key, kid, **members):
    algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **members}


class Issuer:
    """Serves what its attributes say; `asked` are the paths of the requests, `moved` leads from paths to URLs."""

    def __init__(self):
        issuer = self
        self.asked, self.moved, self.user = [], {}, {"sub": "f3a1", "email": "ada@example.com"}
        self.keys = [public(RSA, "rsa"), *(public(key, algorithm) for algorithm, key in EC.items())]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked.append(self.path)
                status, body = issuer.answer(self.path, self.headers)
                self.send_response(status)
                if status == 302:
                    self.send_header("location", body.decode())
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/realms/floe"
        self.name, self.certs = self.url, self.url + "/certs"

    def answer(self, path, headers):
        if path in self.moved:
            return 302, self.moved[path].encode()
        if path == "/realms/floe/.well-known/openid-configuration":
            return 200, json.dumps({"issuer": self.name, "jwks_uri": self.certs, "userinfo_endpoint": self.url + "/userinfo",
                                    "scopes_supported": ["openid"]}).encode()
        if path == "/realms/floe/certs":
            return (500, b"") if self.keys is None else (200, json.dumps({"keys": self.keys}).encode())
        if path == "/realms/floe/userinfo" and headers["authorization"].startswith("Bearer "):
            return (200, json.dumps(self.user).encode()) if self.user else (401, b"")
        return 404, b""

    def token(self, key=RSA, algorithm="RS256", headers=None, **claims):
        now = int(time.time())
        content = {"iss": self.url, "sub": "f3a1", "aud": "floe", "exp": now + 300, "roles": ["builder"], **claims}
        return jwt.encode({name: value for name, value in content.items() if value is not None}, key, algorithm, {"kid": "rsa", **(headers or {})})

    def headed(self, head, sign=lambda message: sign(message, RSA, "RS256")):
        """A token with any header: PyJWT checks those that it writes."""
        message = jwt.utils.base64url_encode(json.dumps(head).encode()) + b"." + self.token().split(".")[1].encode()
        return (message + b"." + jwt.utils.base64url_encode(sign(message))).decode()


def sign(message, key, algorithm):
    return jwt.algorithms.get_default_algorithms()[algorithm].sign(message, key)


@pytest.fixture
def issuer():
    found = Issuer()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def opened(product, issuer):
    """Opens the plugin as a program does: with the host's HTTP."""
    product.choose()
    with floe.Project(str(product.directory)) as project:
        project.compile()
        yield lambda **config: project.plugin("floe.identity/oidc", {"issuer": issuer.url, "audience": "floe", **config})


def test_every_public_key_algorithm(issuer, opened):
    identity = opened()
    for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
        assert identity.validate_token(issuer.token(algorithm=algorithm).encode())["valid"], algorithm
    for algorithm, key in EC.items():
        token = issuer.token(key, algorithm, {"kid": algorithm})
        verdict = identity.validate_token(token.encode())
        assert verdict["valid"], (algorithm, verdict)
        # An independent reader agrees about the key that was published.
        assert jwt.decode(token, key.public_key(), [algorithm], audience="floe", issuer=issuer.url)["sub"] == verdict["subject"]
    assert issuer.asked == ["/realms/floe/.well-known/openid-configuration", "/realms/floe/certs"], "keys are asked for once"


def shared_key(issuer):
    """The attack that public keys invite: HS256 with the published key as the secret."""
    secret = RSA.public_key().public_numbers().n.to_bytes(256, "big")
    return issuer.token(secret, "HS256")


def tampered(issuer):
    head, content, signature = issuer.token().split(".")
    other = issuer.token(roles=["builder", "admin"]).split(".")[1]
    return ".".join((head, other, signature))


def headed(**members):
    return lambda issuer: issuer.headed({"alg": "RS256", "kid": "rsa", **members})


NO_ALGORITHM, UNKNOWN_EXTENSION = "the token is not signed with a public key's algorithm", "the token uses an extension that floe does not know"
REFUSED = {
    "no token": (lambda issuer: "", "the token is no signed JWT"),
    "not a token": (lambda issuer: "a.b.c", "the token is no signed JWT"),
    "an encrypted one": (lambda issuer: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d", "the token is no signed JWT"),
    "no algorithm": (lambda issuer: jwt.encode({"sub": "f3a1"}, None, "none"), NO_ALGORITHM),
    "a shared key": (shared_key, NO_ALGORITHM),
    "an algorithm that is not accepted": (lambda issuer: issuer.token(ed25519.Ed25519PrivateKey.generate(), "EdDSA"), None),
    "other content": (tampered, "the token is not signed with a key of the issuer"),
    "another key": (lambda issuer: issuer.token(STRANGER), "the token is not signed with a key of the issuer"),
    "another key's name": (lambda issuer: issuer.token(headers={"kid": "ES256"}), "the token is not signed with a key of the issuer"),
    "a key nobody knows": (lambda issuer: issuer.token(STRANGER, headers={"kid": "new"}), "the token is not signed with a key of the issuer"),
    "an extension": (lambda issuer: issuer.token(headers={"crit": ["b64"], "b64": True}), UNKNOWN_EXTENSION),
    **{f"an extension as {kind}": (headed(crit=value, b64=False), UNKNOWN_EXTENSION)
       for kind, value in {"null": None, "a text": "b64", "a number": 1, "nothing": [], "an object": {}}.items()},
    "an algorithm that is no text": (headed(alg=["RS256"]), "the token's `alg` is no text"),
    "a key id that is no text": (headed(kid=7), "the token's `kid` is no text"),
    "a header that is no object": (lambda issuer: issuer.headed(["RS256"]), "the token is no signed JWT"),
    "another issuer": (lambda issuer: issuer.token(iss=issuer.url + "/"), "the token is of another issuer"),
    "another audience": (lambda issuer: issuer.token(aud=["shop", "floe2"]), "the token is for another audience"),
    "an audience in words": (lambda issuer: issuer.token(aud="shop floe"), "the token is for another audience"),
    "no audience": (lambda issuer: issuer.token(aud=None), "the token is for another audience"),
    "expired": (lambda issuer: issuer.token(exp=int(time.time()) - 61), "the token has expired"),
    "without an end": (lambda issuer: issuer.token(exp=None), "the token does not say when it expires"),
    "another claim's end": (lambda issuer: issuer.token(exp=None, Exp=1), "the token does not say when it expires"),
    "an end in words": (lambda issuer: issuer.token(exp="4102444800"), "the token's `exp` is no number"),
    "a begin in words": (lambda issuer: issuer.token(nbf="0"), "the token's `nbf` is no number"),
    "not yet": (lambda issuer: issuer.token(nbf=int(time.time()) + 120), "the token is not valid yet"),
    "nobody": (lambda issuer: issuer.token(sub=None), "the token does not say who it is for"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(issuer, opened, name):
    make, said = REFUSED[name]
    verdict = opened().validate_token(make(issuer).encode())
    assert verdict["valid"] is False and set(verdict) == {"valid", "error"}
    assert said is None or verdict["error"] == said


def test_claims_become_roles_and_groups(issuer, opened):
    token = issuer.token(aud=["account", "floe"], groups=["sales"], realm_access={"roles": ["builder", "reader"]}, exp=4102444800).encode()
    payloads = payload_schemas.Payloads()
    verdict = opened(roles_claim=["realm_access", "roles"], audience=["other", "floe"]).validate_token(token)
    assert payloads.problems("identity/validation", verdict) == []
    assert (verdict["roles"], verdict["groups"], verdict["expires_at"]) == (["builder", "reader"], ["sales"], "2100-01-01T00:00:00.000Z")
    assert opened().validate_token(issuer.token(exp=1e300).encode())["expires_at"] == "9999-12-31T23:59:59.000Z"
    words = opened(groups_claim="team").validate_token(issuer.token(roles="builder  reader", team="Data Sales").encode())
    assert (words["roles"], words["groups"]) == (["builder", "reader"], ["Data Sales"])
    user = opened(roles_claim="groups").user_info(token)
    assert payloads.problems("identity/user", user) == []
    assert (user["subject"], user["email"], user["roles"]) == ("f3a1", "ada@example.com", ["sales"])
    issuer.user = {"sub": "someone-else"}
    with pytest.raises(floe.errors.Unauthenticated, match="the issuer speaks of someone else"):
        opened().user_info(token)
    issuer.user = None
    with pytest.raises(floe.errors.Unauthenticated, match="the issuer refuses the token"):
        opened().user_info(token)
    found = opened().oidc_config()
    assert payloads.problems("identity/oidc", found) == [] and found["jwks_uri"] == issuer.url + "/certs"


def test_what_the_issuer_says_of_a_user_is_not_signed(issuer, opened):
    issuer.user = {"sub": "f3a1", "roles": ["admin"], "aud": "shop", "email": "ada@example.com", "groups": ["sales"]}
    user = opened().user_info(issuer.token().encode())
    assert (user["roles"], user["groups"], user["email"], user["claims"]["aud"]) == (["builder"], ["sales"], "ada@example.com", "floe")
    issuer.moved = {"/realms/floe/userinfo": issuer.url + "/elsewhere"}
    with pytest.raises(floe.errors.Unavailable, match="answered 302"):
        opened().user_info(issuer.token().encode())
    assert "/realms/floe/elsewhere" not in issuer.asked, "the token goes to no other URL"


def test_a_key_that_came_later(issuer, opened):
    identity = opened()
    issuer.keys, later = [], issuer.keys
    assert identity.validate_token(issuer.token().encode())["valid"] is False
    # Once in ten seconds: a made-up key id must not hammer the issuer.
    assert issuer.asked.count("/realms/floe/certs") == 1
    issuer.keys = later
    assert opened(timeout_ms=9999).validate_token(issuer.token().encode())["valid"] is True


def test_an_issuer_in_trouble_keeps_its_keys(issuer, opened):
    good, bad = issuer.token().encode(), issuer.token(STRANGER).encode()
    some = [opened(refresh_seconds=0), opened(refresh_seconds=0, timeout_ms=9999)]
    assert all(identity.validate_token(good)["valid"] for identity in some)
    keys = issuer.keys
    for identity, issuer.keys in zip(some, (None, [])):
        issuer.asked.clear()
        assert [identity.validate_token(token)["valid"] for token in (bad, good, bad)] == [False, True, False]
        assert set(issuer.asked) == {"/realms/floe/certs"}
    issuer.keys = keys


@pytest.mark.parametrize("keys, said", [
    ([{"kty": "oct", "kid": "rsa", "k": "c2VjcmV0"}], False),
    ([{"kid": "rsa"}, None, "x", {"kty": "RSA", "kid": "rsa", "n": "!", "e": "AQAB"}], False),
    ([{"kty": "RSA", "kid": "rsa", "use": "enc", **{name: public(RSA, "rsa")[name] for name in "ne"}}], False),
    ([public(RSA, "rsa", alg="RS512")], False),
    *(([public(RSA, "rsa", **{name: value})], False) for name in ("use", "alg") for value in (None, 1, ["sig", "RS256"])),
    *(([public(RSA, "rsa", key_ops=value)], False) for value in (None, "verify", [], ["sign", "encrypt"])),
    ([public(RSA, "rsa", key_ops=["sign", "verify"])], True),
    *(([public(RSA, "rsa", e=value)], False) for value in ("", "AA", "AQ", "AAE", "AQAA", "AQAB=", 65537)),
    ([{"kty": "RSA", **{name: public(RSA, "rsa")[name] for name in "ne"}}], True),
])
def test_what_an_issuer_may_publish(issuer, opened, keys, said):
    issuer.keys = keys
    assert opened().validate_token(issuer.token().encode())["valid"] is said


def digest_as_signature(message):
    """With the exponent 1 whoever can pad a digest (RFC 8017 section 9.2) has signed it."""
    digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    return b"\0\1" + b"\xff" * (256 - 3 - len(digest)) + b"\0" + digest


def sign_on(message, curve, algorithm):
    """A signature of one algorithm's digest with another one's curve."""
    der = EC[curve].sign(message, ec.ECDSA({"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}[algorithm]))
    return jwt.utils.der_to_raw_signature(der, CURVES[curve])


def test_weak_keys(issuer, opened):
    def verdict(key, token, timeout):
        issuer.keys = [key]
        return opened(timeout_ms=timeout).validate_token(token.encode())

    refused = {"valid": False, "error": "the token is not signed with a key of the issuer"}
    short, three = rsa.generate_private_key(65537, 1024), rsa.generate_private_key(3, 2048)
    by_short = issuer.headed({"alg": "RS256", "kid": "rsa"}, lambda message: sign(message, short, "RS256"))
    assert verdict(public(short, "rsa"), by_short, 9001) == refused
    assert verdict(public(three, "rsa"), issuer.token(three), 9002)["valid"] is True
    forged = issuer.headed({"alg": "RS256", "kid": "rsa"}, digest_as_signature)
    assert verdict(public(RSA, "rsa", e="AQ"), forged, 9003) == refused
    # RFC 7518 section 3.4: a curve for each algorithm.
    for timeout, (algorithm, curve) in enumerate([("ES256", "ES512"), ("ES512", "ES256"), ("ES384", "ES256")], 9004):
        token = issuer.headed({"alg": algorithm, "kid": curve}, lambda message: sign_on(message, curve, algorithm))
        assert verdict(public(EC[curve], curve), token, timeout) == refused, (algorithm, curve)


def test_an_issuer_that_cannot_be_had(issuer, opened):
    token = issuer.token().encode()
    with pytest.raises(floe.errors.Unavailable, match="answered 404"):
        opened(issuer=issuer.url + "/no").validate_token(token)
    issuer.name = "https://elsewhere.example"
    with pytest.raises(floe.errors.Unavailable, match="describes the issuer `https://elsewhere.example`, not"):
        opened().validate_token(token)
    # What it says is foreign text.
    issuer.name = "https://ada:secret@elsewhere.example/\x1b[2J\n" + "ä" * 500 + "?token=secret"
    with pytest.raises(floe.errors.Unavailable) as told:
        opened(timeout_ms=9001).validate_token(token)
    assert "`https://elsewhere.example/␛[2J␊ääää" in told.value.message and told.value.message.count("ä") < 200
    assert "secret" not in told.value.message and told.value.message.isprintable()
    issuer.name, issuer.certs = issuer.url, issuer.url + "/\x1b[2J" + "A" * 5000
    with pytest.raises(floe.errors.Unavailable, match="␛.* is no http or https URL") as told:
        opened(timeout_ms=9002).validate_token(token)
    assert told.value.message.isprintable() and told.value.message.count("A") < 200
    # Whoever says where the keys are needs no discovery.
    assert opened(jwks_uri=issuer.url + "/certs").validate_token(token)["valid"] is True


def test_an_issuer_of_its_own_authority(issuer, opened, tmp_path):
    """A certificate that only `ca_file` trusts; and no way from https to keys in plain text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
                   .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=1))
                   .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
                   .sign(key, hashes.SHA256()))
    trusted, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    trusted.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    issuer.server.socket = context.wrap_socket(issuer.server.socket, server_side=True)
    plain, issuer.url = issuer.url, issuer.url.replace("http:", "https:")
    issuer.name, issuer.certs = issuer.url, issuer.url + "/certs"
    token = issuer.token().encode()
    assert opened(ca_file=str(trusted)).validate_token(token)["valid"] is True
    with pytest.raises(floe.errors.Unavailable, match="certificate"):
        opened().validate_token(token)
    issuer.certs = plain + "/certs"
    with pytest.raises(floe.errors.Unavailable, match="names `http://127.*/certs`, which is not https"):
        opened(ca_file=str(trusted), timeout_ms=9001).validate_token(token)
    issuer.certs = issuer.url + "/certs"
    issuer.moved["/realms/floe/certs"] = plain + "/elsewhere"
    with pytest.raises(floe.errors.FloeError, match="[Pp]rotocol"):
        opened(ca_file=str(trusted), timeout_ms=9002).validate_token(token)


@pytest.mark.parametrize("config, said", [
    ({"issuer": "id.example.com"}, "`issuer`"), ({"audience": []}, "`audience`"), ({"roles_claim": [1]}, "`roles_claim`"),
    ({"leeway_seconds": 601}, "`leeway_seconds`"), ({"secret": "x"}, "secret"),
    ({"issuer": "https://ada:pw@id.example.com/"}, "`issuer` must be a URL without user name and password"),
    ({"ca_file": "ca.pem"}, "`?ca_file`?"),
    ({"issuer": "https://id.example.com", "jwks_uri": "http://id.example.com/keys"}, "`jwks_uri` must be an https URL"),
    ({"jwks_uri": "https://ada@id.example.com?x"}, "`jwks_uri` must be a URL without user name and password"),
])
def test_a_wrong_configuration_names_its_member(opened, config, said):
    with pytest.raises(floe.errors.InvalidConfig, match=said):
        opened(**config).validate_token(b"x")


@pytest.mark.parametrize("claim", ["roles_claim", "groups_claim"])
def test_a_domain_borrows_no_claim(product, issuer, claim):
    config = {"issuer": issuer.url, "audience": "floe"}

    def manifest(name, scope, config, **members):
        document = {"apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": name, "version": "1.0.0"}, "scope": scope,
                    "plugins": {"compute": "duckdb", "identity": {"type": "oidc", "config": config}}, **members}
        (product.directory / f"{name}.yaml").write_text(json.dumps(document))

    manifest("enterprise", "enterprise", config, approved_plugins={"compute": ["duckdb"], "identity": ["oidc"]})
    manifest("manifest", "domain", config, parent_manifest="enterprise.yaml")
    product.run("compile")
    manifest("manifest", "domain", {**config, claim: "name"}, parent_manifest="enterprise.yaml")
    refused = product.run("compile", expect=1).stderr
    assert f"error[FLOE-E0321]: Cannot override security policy: `plugins.identity.config.{claim}` cannot be changed" in refused


def test_who_may_compile(product, issuer):
    """From the manifest to the audit log."""
    product.choose({"rbac": {"enabled": True, "required_role": "builder"}, "audit_logging": "enabled"},
                   identity={"type": "oidc", "config": {"issuer": issuer.url, "audience": "floe"}})

    def compile_as(token, expect):
        return product.run("compile", "-vv", env={**os.environ, "FLOE_TOKEN": token}, expect=expect)

    compile_as(issuer.token(), 0)
    [line] = (product.state / "audit/audit.jsonl").read_text().splitlines()
    assert json.loads(line)["actor"] == "f3a1"
    assert "it takes the role builder" in compile_as(issuer.token(roles=["reader"]), 1).stderr
    late = issuer.token(exp=int(time.time()) - 3600)
    refused = compile_as(late, 1)
    assert "you may not compile on this platform: the token has expired" in refused.stderr
    everything = refused.stdout + refused.stderr + "".join(path.read_text(errors="replace") for path in product.state.rglob("*") if path.is_file())
    assert late not in everything and late.split(".")[2] not in everything
