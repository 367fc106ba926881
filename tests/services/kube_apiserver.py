"""A real API server of Kubernetes: kube-apiserver with RBAC over etcd, without controllers and nodes."""

import contextlib
import json
import ssl
import subprocess
import urllib.error
import urllib.request

from server_process import free_ports, running as running_server

ADMIN = "admin-t0ken-of-the-tests"


class Cluster:
    """`url` of its API, `etcd` of its store."""

    def __init__(self, directory, port, etcd):
        self.url, self.etcd = f"https://127.0.0.1:{port}", etcd
        self.ca_file = directory / "certificates" / "apiserver.crt"
        self.kinds = {}

    def request(self, method, path, document=None, token=ADMIN):
        """(status, document of the answer); an answer that is no JSON is a text."""
        request = urllib.request.Request(self.url + path, method=method, data=None if document is None else json.dumps(document).encode(),
                                         headers={"authorization": f"Bearer {token}", "content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=str(self.ca_file)), timeout=30) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content.decode()

    def is_ready(self):
        if not self.ca_file.exists():
            return False
        try:
            return self.request("GET", "/readyz")[0] == 200
        except (OSError, ssl.SSLError):
            return False

    def collection_of(self, document):
        """The path at which such an object is created, as the server's discovery says."""
        group = document["apiVersion"]
        root = f"/api/{group}" if "/" not in group else f"/apis/{group}"
        if group not in self.kinds:
            status, found = self.request("GET", root)
            assert status == 200, found
            self.kinds[group] = {one["kind"]: one for one in found["resources"] if "/" not in one["name"]}
        kind = self.kinds[group][document["kind"]]
        namespace = f"/namespaces/{document['metadata']['namespace']}" if kind["namespaced"] else ""
        return f"{root}{namespace}/{kind['name']}"

    def create(self, document, dry_run=False):
        """(status, answer); unknown members are errors, as `kubectl apply --validate=strict` has it."""
        query = "?fieldValidation=Strict" + ("&dryRun=All" if dry_run else "")
        return self.request("POST", self.collection_of(document) + query, document)

    def made(self, document):
        status, answer = self.create(document)
        assert status == 201, answer
        return answer

    def token_of(self, namespace, account):
        """A token of a service account, as the kubelet asks for it."""
        status, answer = self.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token",
                                      {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}})
        assert status == 201, answer
        return answer["status"]["token"]


@contextlib.contextmanager
def running(directory):
    client, peer, port = free_ports(3)
    etcd, ring = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    key = directory / "accounts.key"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    tokens = directory / "tokens.csv"
    tokens.write_text(f'{ADMIN},admin,1,"system:masters"\n')
    cluster = Cluster(directory, port, etcd)

    def is_etcd_ready():
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{etcd}/health", timeout=5) as answer:
            return answer.status == 200

    with running_server("etcd", [
            "--data-dir", directory / "etcd", "--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--listen-peer-urls", ring,
            "--initial-advertise-peer-urls", ring, "--initial-cluster", f"default={ring}", "--unsafe-no-fsync", "--log-level", "error"],
            directory, is_etcd_ready), running_server("kube-apiserver", [
            "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", port, "--cert-dir", cluster.ca_file.parent,
            "--token-auth-file", tokens, "--authorization-mode", "RBAC", "--service-account-issuer", "https://kubernetes.default.svc",
            "--service-account-signing-key-file", key, "--service-account-key-file", key, "--service-cluster-ip-range", "10.0.0.0/24",
            "--endpoint-reconciler-type", "none", "--disable-admission-plugins", "ServiceAccount"],
            directory, cluster.is_ready):
        yield cluster
