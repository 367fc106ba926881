"""What floe.network_security/kubernetes and floe.rbac/kubernetes write is accepted by kubeconform and by a real API server."""

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


@pytest.fixture(scope="module")
def namespace(cluster, documents):
    """The namespace that the plugin wrote, there for real: objects of a namespace need one, also in a dry run."""
    return cluster.made(next(one for one in documents if one["kind"] == "Namespace"))


def test_api_server_accepts_every_document(cluster, namespace, documents):
    for document in documents:
        if document["kind"] == "Namespace":
            document = document | {"metadata": document["metadata"] | {"name": "floe-other"}}
        status, answer = cluster.create(document, dry_run=True)
        assert status == 201, answer
        for member in document.keys() - {"metadata", "spec"}:
            assert answer[member] == document[member]
        if document["kind"] == "NetworkPolicy":  # the server fills in nothing that the plugin left out
            assert answer["spec"] == document["spec"]


def test_api_server_refuses_unknown_members(cluster, namespace, documents):
    policy = next(one for one in documents if one["kind"] == "NetworkPolicy")
    status, answer = cluster.create(policy | {"spec": policy["spec"] | {"egres": []}}, dry_run=True)
    assert status == 400 and 'unknown field "spec.egres"' in answer["message"]


def test_namespace_refuses_pods_that_are_not_restricted(cluster, namespace, documents):
    job = next(one for one in documents if one["kind"] == "Pod")
    status, answer = cluster.create(job | {"spec": job["spec"] | {"securityContext": {}}}, dry_run=True)
    assert status == 403 and 'violates PodSecurity "restricted:latest"' in answer["message"]


# (group, resource, name, verb) -> whether the account `runner` may, with the Role of REQUESTS and nothing else.
ACCESS = {
    ("", "secrets", "warehouse", "get"): True,
    ("", "secrets", "warehouse", "update"): False,
    ("", "secrets", "payroll", "get"): False,
    ("", "secrets", "", "list"): False,
    ("batch", "jobs", "", "create"): True,
    ("batch", "jobs", "nightly", "get"): True,
    ("batch", "jobs", "nightly", "delete"): False,
    ("", "jobs", "", "create"): False,
}


def test_roles_allow_what_they_say_and_nothing_else(cluster, namespace, documents):
    for kind in ("ServiceAccount", "Role", "RoleBinding"):
        cluster.made(next(one for one in documents if one["kind"] == kind))
    token = cluster.token_of(NAMESPACE, "runner")

    def may(group, resource, name, verb, where=NAMESPACE):
        attributes = {"namespace": where, "group": group, "resource": resource, "name": name, "verb": verb}
        status, answer = cluster.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}, token)
        assert status == 201, answer
        return answer["status"]["allowed"]

    assert {access: may(*access) for access in ACCESS} == ACCESS
    assert not any(may(*access, where="default") for access in ACCESS)
