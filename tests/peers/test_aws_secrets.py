"""floe.secrets/aws-secrets-manager against moto, which checks signatures and policies as AWS does."""

import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

import abi_host  # noqa: F401 (puts bindings/python on the path)
from floe_command import BIN, ROOT
from recording_servers import http_recorder

os.environ.setdefault("FLOE_LIBRARY", str(BIN.resolve().parents[1]))
import floe  # noqa: E402

REGION = "eu-central-1"
VALUE = "s3cr3t-välue-9f3e"
READER = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "secretsmanager:ListSecrets"], "Resource": "*"}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "*"}}]}


class Moto:
    """Plain requests that need no signature; in a header without one moto reads only which service is meant."""

    def __init__(self, url):
        self.url = url

    def post(self, path, body, **headers):
        request = urllib.request.Request(self.url + path, method="POST", data=body.encode(), headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def authorization(self, service):
        return {"authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"}

    def iam(self, action, **parameters):
        return self.post("/", urllib.parse.urlencode({"Action": action, "Version": "2010-05-08", **parameters}),
                         **{"content-type": "application/x-www-form-urlencoded"}, **self.authorization("iam"))

    def secrets(self, action, **request):
        return json.loads(self.post("/", json.dumps(request), **{"content-type": "application/x-amz-json-1.1", "x-amz-target": f"secretsmanager.{action}"},
                                    **self.authorization("secretsmanager")))

    def enforce(self):
        """From now on a request needs a signature and a policy that allows it."""
        self.allow(0)

    def allow(self, count):
        """So many requests are not checked."""
        self.post("/moto-api/reset-auth", str(count), **{"content-type": "text/plain"})

    def user(self, name, *statements):
        """(access key, its secret) of a new user."""
        self.iam("CreateUser", UserName=name)
        if statements:
            self.iam("PutUserPolicy", UserName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        answer = self.iam("CreateAccessKey", UserName=name)
        return tuple(re.search(f"<{part}>(.*?)</{part}>", answer).group(1) for part in ("AccessKeyId", "SecretAccessKey"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    python = subprocess.run([str(ROOT / "tools/peers.sh"), "--python", "moto"], capture_output=True, text=True, check=True).stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("moto") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([str(pathlib.Path(python).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 120
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"moto ended with {process.wait(0.1)}: {log.read_text()}")
            assert time.monotonic() < deadline, log.read_text()
        yield Moto(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def moto(server, monkeypatch):
    server.allow(1_000_000)
    server.post("/moto-api/reset", "")
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    return server


@pytest.fixture
def use(monkeypatch):
    def put_in_environment(keys):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys[0])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys[1])

    return put_in_environment


@pytest.fixture
def opened(product, moto, monkeypatch):
    """Opens the plugin as a program does: with the host's HTTP."""
    monkeypatch.setenv("AWS_REGION", REGION)
    product.choose()
    with floe.Project(str(product.directory)) as project:
        project.compile()
        yield lambda **config: project.plugin("floe.secrets/aws-secrets-manager", {"endpoint": moto.url, "sts_endpoint": moto.url, **config})


def test_values_are_written_read_listed_and_removed(moto, use, opened):
    use(moto.user("owner", {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}))
    moto.secrets("CreateSecret", Name="elsewhere", SecretString="x")
    moto.enforce()
    secrets = opened(prefix="floe/")
    assert secrets.list("") == {"keys": []}
    for key, value in (("warehouse-key", VALUE.encode()), ("warehouse/user", b"ada"), ("binary", b"\x00\xff")):
        secrets.put(key, value)
        assert secrets.get(key) == value
    assert secrets.list("") == {"keys": ["binary", "warehouse-key", "warehouse/user"]}
    assert secrets.list("warehouse") == {"keys": ["warehouse-key", "warehouse/user"]}
    secrets.put("warehouse-key", b"newer")
    assert secrets.get("warehouse-key") == b"newer"
    for _ in range(2):
        secrets.remove("warehouse-key")
    with pytest.raises(floe.FloeError, match="deletion|deleted"):
        secrets.get("warehouse-key")
    secrets.put("warehouse-key", b"restored")
    assert secrets.get("warehouse-key") == b"restored"
    at_once = opened(prefix="floe/", recovery_days=0)
    for _ in range(2):
        at_once.remove("warehouse-key")
    with pytest.raises(floe.errors.NotFound, match="ResourceNotFoundException"):
        at_once.get("warehouse-key")
    for key in ("", "a b", "ä", "a?b"):
        with pytest.raises(floe.errors.InvalidArgument):
            secrets.get(key)


def test_long_lists_come_in_pages(moto, use, opened):
    use(moto.user("reader", READER))
    names = [f"key-{number:03}" for number in range(130)]
    for name in names:
        moto.secrets("CreateSecret", Name=name, SecretString="x")
    moto.enforce()
    assert opened().list("key-") == {"keys": names}


def test_what_the_account_may_not_do_is_said(moto, use, opened):
    key, secret = moto.user("reader", READER)
    moto.secrets("CreateSecret", Name="warehouse-key", SecretString=VALUE)
    moto.enforce()
    use((key, secret))
    secrets = opened()
    assert secrets.get("warehouse-key") == VALUE.encode()
    for attempt in (lambda: secrets.put("warehouse-key", VALUE.encode()), lambda: secrets.remove("warehouse-key")):
        with pytest.raises(floe.errors.Permission) as failure:
            attempt()
        assert re.search(r"is not authorized to perform: secretsmanager:(UpdateSecret|DeleteSecret)", str(failure.value))
        assert VALUE not in str(failure.value) and secret not in str(failure.value)
    use((key, "wr0ng" + secret[5:]))
    with pytest.raises(floe.errors.Unauthenticated) as failure:
        secrets.get("warehouse-key")
    assert secret[5:] not in str(failure.value) and f"`{moto.url}` answered" in str(failure.value)


def test_static_credentials_come_from_references(moto, opened, monkeypatch):
    key, secret = moto.user("reader", READER)
    moto.secrets("CreateSecret", Name="warehouse-key", SecretString=VALUE)
    moto.enforce()
    credentials = {"mode": "static", "access_key_id": {"secret_ref": "aws-id"}, "secret_access_key": {"secret_ref": "aws-key"}}
    secrets = opened(credentials=credentials)
    with pytest.raises(floe.errors.Unauthenticated, match="the environment has no `FLOE_SECRET_AWS_ID`"):
        secrets.get("warehouse-key")
    monkeypatch.setenv("FLOE_SECRET_AWS_ID", key)
    monkeypatch.setenv("FLOE_SECRET_AWS_KEY", secret)
    assert secrets.get("warehouse-key") == VALUE.encode()
    assert secrets.pod_environment({"keys": ["warehouse-key"], "name": "shop"})["env"] == [
        {"name": f"FLOE_SECRET_{name}", "valueFrom": {"secretKeyRef": {"name": "shop", "key": ref}}}
        for name, ref in (("AWS_ID", "aws-id"), ("AWS_KEY", "aws-key"))]


def test_a_web_identity_assumes_its_role(moto, opened, tmp_path, monkeypatch):
    moto.iam("CreateRole", RoleName="floe", AssumeRolePolicyDocument=json.dumps(TRUST))
    moto.iam("PutRolePolicy", RoleName="floe", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [READER]}))
    moto.secrets("CreateSecret", Name="warehouse-key", SecretString=VALUE)
    token = tmp_path / "token"
    token.write_text("header.pl4nted-identity.signature\n")
    secrets = opened(credentials={"mode": "iam_role", "role_arn": "arn:aws:iam::123456789012:role/floe"})
    with pytest.raises(floe.errors.Unauthenticated, match="AWS_WEB_IDENTITY_TOKEN_FILE"):
        secrets.get("warehouse-key")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    assert secrets.get("warehouse-key") == VALUE.encode()
    moto.enforce()
    assert secrets.get("warehouse-key") == VALUE.encode()
    with pytest.raises(floe.errors.Permission, match="is not authorized to perform: secretsmanager:UpdateSecret"):
        secrets.put("warehouse-key", b"x")
    assert secrets.pod_environment({"keys": ["warehouse-key"]}) == {"env": [], "envFrom": [], "volumeMounts": [], "volumes": []}


def test_a_run_uses_the_secret(moto, use, product):
    keys = moto.user("reader", READER)
    moto.secrets("CreateSecret", Name="backend-key", SecretString=VALUE.replace("ä", "a"))
    moto.enforce()
    use(keys)
    with http_recorder() as backend:
        product.choose(secrets={"type": "aws-secrets-manager", "config": {"region": REGION, "endpoint": moto.url}}, lineage_backend={
            "type": "http", "config": {"url": backend.url, "timeout": 5, "auth": {"type": "api_key", "secret_ref": "backend-key"}}})
        process = product.run("run", "-vv")
    assert {headers["authorization"] for _, headers, _ in backend.requests} == {f"Bearer {VALUE.replace('ä', 'a')}"}
    assert "FLOE-W0801" not in process.stderr
    for text in (VALUE.replace("ä", "a"), keys[1]):
        assert text not in process.stdout + process.stderr
        for path in product.state.rglob("*"):
            assert not path.is_file() or text.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("config, message", [
    ({"regio": "x"}, "regio"), ({"recovery_days": 31}, "recovery_days"), ({"credentials": {"mode": "magic"}}, "mode"),
    ({"credentials": {"mode": "static"}}, "static credentials need `access_key_id` and `secret_access_key`"),
    ({"endpoint": "ftp://x"}, "endpoint")])
def test_refused_configurations(opened, config, message):
    with pytest.raises(floe.errors.FloeError, match=re.escape(message)):
        opened(**config).get("warehouse-key")


def test_a_region_is_needed(opened, monkeypatch):
    monkeypatch.delenv("AWS_REGION")
    with pytest.raises(floe.errors.InvalidConfig, match="neither `region` nor AWS_REGION says where the secrets are"):
        opened().get("warehouse-key")
