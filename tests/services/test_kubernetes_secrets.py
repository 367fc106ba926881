"""floe.secrets/kubernetes over a real API server: what its account may do works, and what it may not says so without a secret."""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import subprocess

import floe
import pytest

from abi_host import plugin
from recording_servers import http_recorder

VALUE = b"s3cr3t \x00\xff\n"
TOKEN = "pl4nted-t0ken-9f3e"
NUMBERS = itertools.count()


@pytest.fixture
def namespace(cluster):
    """A namespace of its own, made by floe.rbac/kubernetes."""
    name = f"secrets-{next(NUMBERS)}"
    with plugin("floe.rbac", "kubernetes", {}) as rbac:
        cluster.made(rbac.call("namespace_object", {"name": name}))
    return name


@pytest.fixture
def account(cluster, namespace, tmp_path):
    """Makes accounts with these verbs on these Secrets (None: on all); gives the configuration that uses them."""

    def make(name, verbs=(), secrets=("floe-secrets",)):
        with plugin("floe.rbac", "kubernetes", {}) as rbac:
            cluster.made(rbac.call("service_account", {"name": name, "namespace": namespace}))
            named = [verb for verb in verbs if verb != "create"]
            rules = [{"resources": ["secrets"], "verbs": named, "resource_names": list(secrets)}] if named else []
            rules += [{"resources": ["secrets"], "verbs": ["create"]}] if "create" in verbs else []
            if rules:
                cluster.made(rbac.call("role", {"name": name, "namespace": namespace, "rules": rules}))
                cluster.made(rbac.call("role_binding", {"name": name, "namespace": namespace, "role": name,
                                                        "subjects": [{"name": name, "namespace": namespace}]}))
        token = tmp_path / f"{name}.token"
        token.write_text(cluster.token_of(namespace, name) + "\n")
        return {"server": cluster.url, "ca_file": str(cluster.ca_file), "token_file": str(token), "namespace": namespace}

    return make


@pytest.fixture
def opened(product):
    """Opens the plugin as a program does: with the host's HTTP."""
    product.choose()
    with contextlib.ExitStack() as stack:
        project = stack.enter_context(floe.Project(str(product.directory)))
        project.compile()
        yield lambda config: project.plugin("floe.secrets/kubernetes", config)


def stored(cluster, namespace, name="floe-secrets"):
    status, secret = cluster.request("GET", f"/api/v1/namespaces/{namespace}/secrets/{name}")
    assert status == 200, secret
    return secret, {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()}


def store(cluster, namespace, name, **values):
    cluster.made({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}, "stringData": values})


def test_values_are_written_read_listed_and_removed(cluster, namespace, account, opened):
    secrets = opened(account("owner", ["get", "patch", "create"]))
    assert secrets.list("") == {"keys": []}
    secrets.put("warehouse-key", VALUE)
    secrets.put("warehouse.user", b"ada")
    secrets.put("other", b"")
    secret, values = stored(cluster, namespace)
    assert values == {"warehouse-key": VALUE, "warehouse.user": b"ada", "other": b""}
    assert secret["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "floe"}
    assert [secrets.get(key) for key in ("warehouse-key", "warehouse.user", "other")] == [VALUE, b"ada", b""]
    assert secrets.list("") == {"keys": ["other", "warehouse-key", "warehouse.user"]}
    assert secrets.list("warehouse") == {"keys": ["warehouse-key", "warehouse.user"]}
    secrets.put("warehouse-key", b"newer")
    assert secrets.get("warehouse-key") == b"newer"
    for _ in range(2):
        secrets.remove("warehouse-key")
    with pytest.raises(floe.errors.NotFound, match=f"the Secret `{namespace}/floe-secrets` has no key `warehouse-key`"):
        secrets.get("warehouse-key")
    assert stored(cluster, namespace)[1] == {"warehouse.user": b"ada", "other": b""}


def test_a_key_names_another_secret(cluster, namespace, account, opened):
    store(cluster, namespace, "warehouse", key="s3cr3t", user="ada")
    secrets = opened(account("reader", ["get"], ["warehouse"]))
    assert secrets.get("warehouse/key") == b"s3cr3t"
    assert secrets.list("warehouse/") == {"keys": ["warehouse/key", "warehouse/user"]}
    for key in ("", "a b", "../x", "Warehouse/key", "warehouse/a/b", "warehouse/", ".key", "%2e/x"):
        with pytest.raises(floe.errors.InvalidArgument):
            secrets.get(key)


def test_what_the_account_may_not_do_is_said(cluster, namespace, account, opened):
    store(cluster, namespace, "floe-secrets", key=TOKEN)
    store(cluster, namespace, "payroll", key=TOKEN)
    secrets = opened(account("reader", ["get"]))
    assert secrets.get("key") == TOKEN.encode()
    user = f'User "system:serviceaccount:{namespace}:reader" cannot'
    end = f'resource "secrets" in API group "" in the namespace "{namespace}"'
    for attempt, name, verb in ((lambda: secrets.get("payroll/key"), "payroll", "get"),
                                (lambda: secrets.list("payroll/"), "payroll", "get"),
                                (lambda: secrets.put("key", TOKEN.encode()), "floe-secrets", "patch"),
                                (lambda: secrets.remove("key"), "floe-secrets", "patch")):
        with pytest.raises(floe.errors.Permission) as failure:
            attempt()
        assert f'`{cluster.url}` answered 403: secrets "{name}" is forbidden: {user} {verb} {end}' in str(failure.value)
        assert TOKEN not in str(failure.value) and "Bearer" not in str(failure.value)
    assert stored(cluster, namespace)[1] == {"key": TOKEN.encode()}


def test_a_token_is_read_anew_for_each_request(cluster, namespace, account, opened, tmp_path):
    store(cluster, namespace, "floe-secrets", key="s3cr3t")
    reader, stranger = account("reader", ["get"]), account("stranger")
    token = tmp_path / "rotated.token"

    def rotate(content):  # as the kubelet does: never a half of it
        (tmp_path / "next.token").write_text(content)
        (tmp_path / "next.token").rename(token)

    rotate(TOKEN)
    secrets = opened({**reader, "token_file": str(token)})
    with pytest.raises(floe.errors.Unauthenticated) as failure:
        secrets.get("key")
    assert f"`{cluster.url}` answered 401: Unauthorized" in str(failure.value) and TOKEN not in str(failure.value)
    rotate(pathlib.Path(reader["token_file"]).read_text())
    assert secrets.get("key") == b"s3cr3t"
    rotate(pathlib.Path(stranger["token_file"]).read_text())
    with pytest.raises(floe.errors.Permission):
        secrets.get("key")
    token.unlink()
    for attempt in (lambda: secrets.get("key"), lambda: secrets.list(""), lambda: secrets.remove("key")):
        with pytest.raises(floe.errors.Unauthenticated, match="rotated.token"):
            attempt()


def test_only_the_authority_that_is_named_is_trusted(cluster, namespace, account, opened):
    config = account("reader", ["get"])
    with pytest.raises(floe.errors.InputOutput, match="certificate"):
        opened({key: value for key, value in config.items() if key != "ca_file"}).get("key")


def test_a_server_that_is_no_api(cluster, namespace, account, opened):
    config = account("reader", ["get"])
    secrets = opened({**config, "server": cluster.etcd})
    for attempt in (lambda: secrets.get("key"), lambda: secrets.list(""), lambda: secrets.remove("key")):
        with pytest.raises(floe.errors.InvalidConfig, match="answered 404 and is no API of Kubernetes"):
            attempt()


def test_outside_of_a_pod_the_server_must_be_named(product, opened, monkeypatch):
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(floe.errors.InvalidConfig, match="there is no KUBERNETES_SERVICE_HOST here: outside of a pod name `server`"):
        opened({"namespace": "floe", "token_file": "/dev/null"}).get("key")


# The command as in a pod: the files of its service account where every pod has them, and nothing else of the host's /run.
POD = """set -e
mount -t tmpfs none "$(realpath /var/run)"
mkdir -p /var/run/secrets/kubernetes.io
cp -r "$1" /var/run/secrets/kubernetes.io/serviceaccount
shift
exec "$@"
"""


def test_in_a_pod_nothing_has_to_be_configured(cluster, namespace, account, product, tmp_path):
    config = account("reader", ["get"])
    store(cluster, namespace, "floe-secrets", **{"backend-key": TOKEN})
    files = tmp_path / "serviceaccount"
    files.mkdir()
    (files / "namespace").write_text(namespace)
    for name, key in (("token", "token_file"), ("ca.crt", "ca_file")):
        (files / name).write_bytes(pathlib.Path(config[key]).read_bytes())
    host, port = cluster.url.removeprefix("https://").split(":")
    product.choose(secrets="kubernetes")
    environment = {**os.environ, "KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    pod = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", POD, "pod", str(files)]
    command = product.command("plugin", "call", "floe.secrets/kubernetes", "get", "{key: backend-key}", "--show-secrets")
    process = subprocess.run([*pod, *command], env=environment, capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout) == {"value": base64.b64encode(TOKEN.encode()).decode()}


def test_pods_ask_with_their_account_or_mount(cluster, namespace, account, opened, tmp_path):
    request = {"keys": ["warehouse-key"], "namespace": namespace, "name": "shop"}
    assert opened(account("reader", ["get"])).pod_environment(request) == {"env": [], "envFrom": [], "volumeMounts": [], "volumes": []}
    parts = opened({"directory": str(tmp_path), "secret": "warehouse"}).pod_environment(request)
    assert parts == {"env": [], "envFrom": [], "volumeMounts": [{"name": "floe-secrets", "mountPath": str(tmp_path), "readOnly": True}], "volumes": [
        {"name": "floe-secrets", "secret": {"secretName": "warehouse", "defaultMode": 0o400, "items": [{"key": "warehouse-key", "path": "warehouse-key"}]}}]}
    with plugin("floe.rbac", "kubernetes", {}) as rbac:
        security = rbac.call("pod_security", {})
    status, answer = cluster.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job", "namespace": namespace}, "spec": {
        "securityContext": security["pod"], "volumes": parts["volumes"], "containers": [
            {"name": "floe", "image": "floe", "securityContext": security["container"], "volumeMounts": parts["volumeMounts"]}]}}, dry_run=True)
    assert status == 201, answer


def run_with_key(product, config):
    """A run whose lineage backend wants a key; (what the backend was sent, the process)."""
    with http_recorder() as backend:
        product.choose(secrets={"type": "kubernetes", "config": config}, lineage_backend={
            "type": "http", "config": {"url": backend.url, "timeout": 5, "auth": {"type": "api_key", "secret_ref": "backend-key"}}})
        process = product.run("run", "-vv")
    for path in product.state.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path
    assert TOKEN not in process.stdout + process.stderr
    return {headers["authorization"] for _, headers, _ in backend.requests}, process


def test_a_run_uses_the_secret(cluster, namespace, account, product):
    store(cluster, namespace, "floe-secrets", **{"backend-key": TOKEN})
    sent, process = run_with_key(product, account("reader", ["get"]))
    assert sent == {f"Bearer {TOKEN}"} and "FLOE-W0801" not in process.stderr


def test_a_run_without_the_permission_says_so(cluster, namespace, account, product):
    store(cluster, namespace, "floe-secrets", **{"backend-key": TOKEN})
    sent, process = run_with_key(product, account("stranger"))
    assert sent == set() and "warning[FLOE-W0801]" in process.stderr
    assert f'secrets "floe-secrets" is forbidden: User "system:serviceaccount:{namespace}:stranger" cannot get' in process.stderr
