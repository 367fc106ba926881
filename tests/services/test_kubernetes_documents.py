"""What floe.network_security/kubernetes and floe.rbac/kubernetes write is accepted by kubeconform."""

import contextlib
import json
import pathlib
import subprocess

import kubernetes_validate
import pytest

from abi_host import plugin
from server_process import program

NAMESPACE = "floe-jobs"
LABELS = {"team": "data"}
# plugin -> method -> requests, which between them use every member.
REQUESTS = {
    "floe.rbac": {
        "namespace_object": [{"name": NAMESPACE, "layer": "jobs", "labels": LABELS}],
        "service_account": [
            {"name": "runner", "namespace": NAMESPACE, "labels": LABELS, "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/floe"}},
            {"name": "watcher", "namespace": NAMESPACE, "automount_token": True}],
        "role": [{"name": "runner", "namespace": NAMESPACE, "rules": [
            {"resources": ["secrets"], "verbs": ["get"], "resource_names": ["warehouse"]},
            {"api_groups": ["batch"], "resources": ["jobs", "jobs/status"], "verbs": ["create", "get", "watch"]}]}],
        "role_binding": [{"name": "runner", "namespace": NAMESPACE, "role": "runner", "subjects": [{"name": "runner", "namespace": NAMESPACE}]}],
    },
    "floe.network_security": {
        "policies": [
            {"namespace": NAMESPACE},
            {"namespace": NAMESPACE, "pod_labels": {"app": "job"}, "allow_dns": False, "allow_same_namespace": True, "egress_https": True,
             "labels": LABELS, "ingress": [{"namespace": "ingress-nginx"}], "egress": [
                 {"name": "catalog", "namespace": "platform", "pod_labels": {"app": "polaris"}, "ports": [{"port": 8181}]},
                 {"name": "db", "cidr": "10.0.0.0/8", "cidr_except": ["10.1.0.0/16"], "ports": [{"port": 5432, "protocol": "TCP"}]},
                 {"name": "db6", "cidr": "fd00::/8", "ports": [{"port": 53, "protocol": "UDP"}]}]}],
    },
}


def pod(pod_context, container_context, volumes):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job", "namespace": NAMESPACE}, "spec": {
        "serviceAccountName": "runner", "securityContext": pod_context, "volumes": volumes["volumes"], "containers": [
            {"name": "floe", "image": "floe", "securityContext": container_context, "volumeMounts": volumes["volumeMounts"]}]}}


@pytest.fixture(scope="module")
def documents():
    found = []
    with contextlib.ExitStack() as open_plugins:
        instances = {group: open_plugins.enter_context(plugin(group, "kubernetes", {})) for group in REQUESTS}
        for group, methods in REQUESTS.items():
            for method, requests in methods.items():
                for request in requests:
                    answer = instances[group].call(method, request)
                    found += answer["manifests"] if method == "policies" else [answer]
        network, rbac = instances["floe.network_security"], instances["floe.rbac"]
        volumes = network.call("writable_volumes", {"paths": [{"path": "/tmp", "size_limit": "1Gi", "medium": "Memory"}, {"path": "/home/floe/.floe"}]})
        found.append(pod(network.call("pod_security_context", {})["pod"], network.call("container_security_context", {})["container"], volumes))
        security = rbac.call("pod_security", {"level": "restricted", "run_as_user": 7, "run_as_group": 8, "fs_group": 9})
        found.append(pod(security["pod"], security["container"], volumes))
    return found


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """The schemas that kubernetes-validate carries, as kubeconform reads them: without a base address of a website."""
    source = pathlib.Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / "v1.37.0-local-strict"
    target = tmp_path_factory.mktemp("schemas")
    for path in source.glob("*.json"):
        schema = json.loads(path.read_text().replace("/api/_definitions.json", "_definitions.json"))
        schema.pop("$id", None)
        (target / path.name).write_text(json.dumps(schema))
    return target


def conform(schemas, documents):
    """kubeconform's answer, one entry for each document; it reads them side by side."""
    location = f"{schemas}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
    process = subprocess.run([program("kubeconform"), "-strict", "-verbose", "-output", "json", "-schema-location", location],
                             input="\n---\n".join(map(json.dumps, documents)), capture_output=True, text=True, timeout=60)
    assert process.stderr == ""
    return process.returncode, sorted((one["kind"], one["name"], one["status"]) for one in json.loads(process.stdout)["resources"])


def test_kubeconform_accepts_every_document(schemas, documents):
    assert len(documents) == 16
    assert conform(schemas, documents) == (0, sorted((one["kind"], one["metadata"]["name"], "statusValid") for one in documents))


def test_kubeconform_refuses_unknown_members(schemas, documents):
    policy = next(one for one in documents if one["kind"] == "NetworkPolicy")
    code, found = conform(schemas, [policy | {"spec": policy["spec"] | {"egres": []}}])
    assert code == 1 and found == [("NetworkPolicy", policy["metadata"]["name"], "statusInvalid")]
