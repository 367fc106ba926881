"""What floe.network_security/kubernetes and floe.rbac/kubernetes write: whole documents, each accepted by kubernetes-validate."""

import json

import pytest
from kubernetes_validate import validate

from abi_host import CallFailed, abi, plugin, refused

KUBERNETES = "1.37"
MANAGED = {"app.kubernetes.io/managed-by": "floe", "app.kubernetes.io/part-of": "floe"}
RESTRICTED_POD = {"runAsNonRoot": True, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
RESTRICTED_CONTAINER = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


@pytest.fixture
def network():
    with plugin("floe.network_security", "kubernetes", {}) as instance:
        yield instance


@pytest.fixture
def rbac():
    with plugin("floe.rbac", "kubernetes", {}) as instance:
        yield instance


def accepted(document):
    validate(document, KUBERNETES, strict=True)
    return document


def refused_raw(instance, method, request):
    """Requests that fit no schema too."""
    refused(abi.FLOE_INVALID_ARGUMENT, instance, method, json.dumps(request).encode())


def pod(**parts):
    return accepted({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job"},
                     "spec": {"securityContext": parts.get("pod", {}), "volumes": parts.get("volumes", []), "containers": [
                         {"name": "floe", "image": "floe", "securityContext": parts.get("container", {}),
                          "volumeMounts": parts.get("mounts", [])}]}})


def test_validator_refuses_unknown_members():
    with pytest.raises(Exception, match="egres"):
        accepted({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {"podSelector": {}, "egres": []}})


def specs(network, request):
    manifests = network.call("policies", request)["manifests"]
    assert manifests == network.call("policies", request)["manifests"]
    for document in manifests:
        assert accepted(document)["metadata"]["namespace"] == request["namespace"]
        assert document["metadata"]["labels"] == MANAGED | request.get("labels", {})
    return {document["metadata"]["name"]: document["spec"] for document in manifests}


DENY = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
DNS = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [
    {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
     "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}]}


def test_policies(network):
    assert specs(network, {"namespace": "jobs"}) == {"floe-default-deny": DENY, "floe-allow-dns": DNS}
    assert specs(network, {
        "namespace": "jobs", "allow_dns": False, "allow_same_namespace": True, "egress_https": True, "labels": {"team": "data"},
        "ingress": [{"namespace": "ingress-nginx"}],
        "egress": [{"name": "catalog", "namespace": "platform", "pod_labels": {"app": "polaris"}, "ports": [{"port": 8181}]},
                   {"name": "db", "cidr": "10.0.0.0/8", "cidr_except": ["10.1.0.0/16"], "ports": [{"port": 5432, "protocol": "TCP"}]}]}) == {
        "floe-default-deny": DENY,
        "floe-allow-same-namespace": DENY | {"ingress": [{"from": [{"podSelector": {}}]}], "egress": [{"to": [{"podSelector": {}}]}]},
        "floe-ingress-1": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [
            {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}]}]},
        "floe-egress-catalog": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [
            {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "platform"}}, "podSelector": {"matchLabels": {"app": "polaris"}}}],
             "ports": [{"protocol": "TCP", "port": 8181}]}]},
        "floe-egress-db": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [
            {"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}], "ports": [{"protocol": "TCP", "port": 5432}]}]},
        "floe-allow-https": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [
            {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]}},
                    {"ipBlock": {"cidr": "::/0", "except": ["::1/128", "64:ff9b:1::/48", "fc00::/7", "fe80::/10"]}}],
             "ports": [{"protocol": "TCP", "port": 443}]}]}}


def test_policies_of_some_pods_lie_beside_others(network):
    one, two = (specs(network, {"namespace": "jobs", "pod_labels": {"app": app}}) for app in ("one", "two"))
    assert len(one) == len(two) == 2 and not one.keys() & two.keys()
    assert {spec["podSelector"]["matchLabels"]["app"] for spec in one.values()} == {"one"}


@pytest.mark.parametrize("request_", [
    {}, {"namespace": "Jobs"}, {"namespace": "a.b"}, {"namespace": "-a"}, {"namespace": "a" * 64}, {"namespace": 1},
    *({"namespace": "jobs"} | more for more in (
        {"allow_dns": "no"}, {"pod_labels": {"a b": "c"}}, {"pod_labels": {"a": "-"}}, {"egress": {}},
        {"labels": {"app.kubernetes.io/managed-by": "helm"}}, {"egress": [{"name": "a", "cidr": "10.0.0.0/8"}] * 2})),
    *({"namespace": "jobs", "egress": [rule]} for rule in (
        {}, {"name": "A", "cidr": "10.0.0.0/8"}, {"cidr": "10.0.0.0"}, {"cidr": "10.0.0.1/8"}, {"cidr": "10.0.0.0/33"}, {"cidr": "x/8"},
        {"cidr": "fd00::/129"}, {"cidr": "10.0.0.0/8", "namespace": "a"}, {"cidr": "10.0.0.0/8", "cidr_except": ["10.0.0.0/8"]},
        {"cidr": "10.0.0.0/8", "cidr_except": ["11.0.0.0/16"]}, {"namespace": "a", "cidr_except": ["10.0.0.0/8"]}, {"namespace": "a", "ports": []},
        {"namespace": "a", "ports": [{}]}, {"namespace": "a", "ports": [{"port": 65536}]}, {"namespace": "a", "ports": [{"port": 1, "protocol": "SCTP"}]}))])
def test_refused_policies(network, request_):
    refused_raw(network, "policies", request_)


def test_security_contexts(network, rbac):
    assert network.call("pod_security_context", {}) == {"pod": RESTRICTED_POD}
    assert network.call("container_security_context", {}) == {"container": RESTRICTED_CONTAINER}
    assert rbac.call("pod_security", {"level": "restricted"}) == {"pod": RESTRICTED_POD, "container": RESTRICTED_CONTAINER}
    pod(pod=RESTRICTED_POD, container=RESTRICTED_CONTAINER)
    loose = rbac.call("pod_security", {"level": "privileged", "run_as_user": 7, "run_as_group": 8, "fs_group": 9, "run_as_non_root": False,
                                       "read_only_root_filesystem": False, "allow_privilege_escalation": True, "seccomp_profile": "Unconfined"})
    assert loose == {"pod": {"runAsNonRoot": False, "runAsUser": 7, "runAsGroup": 8, "fsGroup": 9, "seccompProfile": {"type": "Unconfined"}},
                     "container": {"allowPrivilegeEscalation": True, "readOnlyRootFilesystem": False, "capabilities": {"drop": ["ALL"]}}}
    pod(**loose)
    for request in ({"run_as_non_root": False}, {"allow_privilege_escalation": True}, {"seccomp_profile": "Unconfined"}, {"run_as_user": 0},
                    {"level": "baseline", "seccomp_profile": "Unconfined"}, {"level": "none"}):
        refused_raw(rbac, "pod_security", request)
    refused(abi.FLOE_UNSUPPORTED, rbac, "pod_security", {"seccomp_profile": "Localhost"})


def test_writable_volumes(network):
    long = "/" + "a" * 70
    paths = [{"path": "/tmp", "size_limit": "1Gi", "medium": "Memory"}, {"path": "/home/floe/.floe"}, {"path": "/home-floe/floe"}, {"path": long}]
    result = network.call("writable_volumes", {"paths": paths})
    names = [volume["name"] for volume in result["volumes"]]
    assert names[:2] == ["tmp", "home-floe-floe"] and len(set(names)) == 4 and max(map(len, names)) == 63
    assert result["volumes"][0]["emptyDir"] == {"sizeLimit": "1Gi", "medium": "Memory"} and result["volumes"][1]["emptyDir"] == {}
    assert result["volumeMounts"] == [{"name": name, "mountPath": one["path"]} for name, one in zip(names, paths)]
    pod(volumes=result["volumes"], mounts=result["volumeMounts"])
    for path in ("/", "/proc", "/sys/fs", "/dev", "/etc/ssl", "/run", "/var/run/x", "tmp", "/tmp/../etc", "/tmp/", "//etc", "/a:b"):
        refused_raw(network, "writable_volumes", {"paths": [{"path": path}]})
    for request in ({}, {"paths": [{"path": "/a"}, {"path": "/a"}]}, {"paths": [{"path": "/a", "size_limit": "1 GB"}]}, {"paths": [{"path": "/a", "medium": "Disk"}]}):
        refused_raw(network, "writable_volumes", request)


def pss(enforce):
    return {f"pod-security.kubernetes.io/{mode}": level for mode, level in (("enforce", enforce), ("audit", "restricted"), ("warn", "restricted"))}


def test_accounts_and_roles(rbac):
    def made(method, request):
        return accepted(rbac.call(method, request))

    assert made("namespace_object", {"name": "jobs", "layer": "jobs"}) == {
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "jobs", "labels": MANAGED | {"floe.dev/layer": "jobs"} | pss("restricted")}}
    assert made("namespace_object", {"name": "a", "layer": "services"})["metadata"]["labels"] == MANAGED | {"floe.dev/layer": "services"} | pss("baseline")
    assert made("namespace_object", {"name": "a", "pod_security": {"enforce": "privileged"}})["metadata"]["labels"] == MANAGED | pss("privileged")
    assert made("service_account", {"name": "floe", "namespace": "jobs", "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/floe"}}) == {
        "apiVersion": "v1", "kind": "ServiceAccount", "automountServiceAccountToken": False,
        "metadata": {"name": "floe", "namespace": "jobs", "labels": MANAGED, "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/floe"}}}
    assert made("service_account", {"name": "floe", "namespace": "jobs", "automount_token": True})["automountServiceAccountToken"] is True
    rules = [{"api_groups": ["batch"], "resources": ["jobs"], "verbs": ["watch", "create"]},
             {"resources": ["secrets"], "verbs": ["get"], "resource_names": ["b", "a", "a"]}, {"api_groups": ["batch"], "resources": ["jobs"], "verbs": ["get"]}]
    expected = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "runner", "namespace": "jobs", "labels": MANAGED}, "rules": [
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["a", "b"]},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "get", "watch"]}]}
    for order in (rules, rules[::-1]):
        assert made("role", {"name": "runner", "namespace": "jobs", "rules": order}) == expected
    assert made("role_binding", {"name": "b", "namespace": "jobs", "role": "runner", "subjects": [{"name": "floe", "namespace": "jobs"}] * 2}) == {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "b", "namespace": "jobs", "labels": MANAGED},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "runner"},
        "subjects": [{"kind": "ServiceAccount", "name": "floe", "namespace": "jobs"}]}


@pytest.mark.parametrize("method, request_", [
    ("namespace_object", {"name": "floe_jobs"}), ("namespace_object", {"name": "a", "layer": "x"}), ("namespace_object", {"name": "a", "pod_security": {"enforce": "x"}}),
    ("namespace_object", {"name": "a", "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}), ("service_account", {"name": "a"}),
    ("service_account", {"name": "a", "namespace": "b", "annotations": {"a b": ""}}), ("role_binding", {"name": "a", "namespace": "b", "role": "c", "subjects": []}),
    *(("role", {"name": "a", "namespace": "b", "rules": rules}) for rules in (
        [], [{"resources": ["pods"], "verbs": ["*"]}], [{"resources": ["*"], "verbs": ["get"]}], [{"api_groups": ["*"], "resources": ["pods"], "verbs": ["get"]}],
        [{"resources": ["roles"], "verbs": ["escalate"]}], [{"resources": ["secrets"], "verbs": ["create"], "resource_names": ["a"]}],
        [{"resources": ["secrets"], "verbs": ["get"], "resource_names": []}], [{"resources": [], "verbs": ["get"]}], [{"resources": ["pods"], "verbs": [""]}]))])
def test_refused_accounts_and_roles(rbac, method, request_):
    refused_raw(rbac, method, request_)


def found(kind, name, namespace="jobs", labels=MANAGED, **members):
    metadata = {"name": name, "labels": labels} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata} | members


def reference(kind, name):
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}


AUDITED = [
    (found("Namespace", "ok", None, MANAGED | pss("restricted")), []),
    (found("Namespace", "open", None, {}), [("info", "unmanaged_resource"), ("warning", "unmanaged_resource")]),
    (found("ServiceAccount", "ok", automountServiceAccountToken=False), []),
    (found("ServiceAccount", "mounts"), [("warning", "token_automount_enabled")]),
    (found("Role", "ok", rules=[{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["a"]}]), []),
    (found("Role", "all", rules=[{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]), [("error", "wildcard_permission")] * 3),
    (found("Role", "secrets", rules=[{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]), [("warning", "missing_resource_names")]),
    (found("Role", "power", rules=[{"resources": ["pods/exec"], "verbs": ["create", "impersonate"]}]), [("error", "excessive_permissions")] * 2),
    (found("ClusterRole", "all", None, rules=[{"nonResourceURLs": ["*"], "verbs": ["get"]}]), [("critical", "wildcard_permission")]),
    (found("ClusterRole", "cluster-admin", None, {"kubernetes.io/bootstrapping": "rbac-defaults"}, rules=[{"resources": ["*"], "verbs": ["*"]}]), []),
    (found("RoleBinding", "ok", roleRef=reference("Role", "ok"), subjects=[{"kind": "ServiceAccount", "name": "ok", "namespace": "jobs"}]), []),
    (found("RoleBinding", "cross", roleRef=reference("Role", "ok"), subjects=[{"kind": "ServiceAccount", "name": "ok", "namespace": "other"}]),
     [("warning", "cross_namespace_access")]),
    (found("RoleBinding", "orphan", roleRef=reference("Role", "gone")), [("warning", "orphaned_binding")]),
    (found("RoleBinding", "admin", roleRef=reference("ClusterRole", "cluster-admin"), subjects=[{"kind": "Group", "name": "system:authenticated"}]),
     [("critical", "excessive_permissions")] * 2),
    (found("ClusterRoleBinding", "viewers", None, roleRef=reference("ClusterRole", "view")), [("error", "cluster_scope_binding")]),
    (found("ClusterRoleBinding", "admins", None, roleRef=reference("ClusterRole", "cluster-admin")), [("critical", "cluster_scope_binding")]),
    (found("ConfigMap", "other", labels={}), []),
]


def test_audit(rbac):
    findings = rbac.call("audit", {"objects": [document for document, _ in AUDITED], "cluster": "prod"})["findings"]
    told = [(one["severity"], one["type"], one["resource"]["kind"], one["resource"]["name"]) for one in findings]
    assert told == [(severity, kind, document["kind"], document["metadata"]["name"]) for document, expected in AUDITED for severity, kind in expected]
    assert rbac.call("audit", {"objects": [AUDITED[3][0]]}) == {"findings": [
        {"severity": "warning", "type": "token_automount_enabled", "resource": {"kind": "ServiceAccount", "name": "mounts", "namespace": "jobs"},
         "message": "every pod of the account gets its token", "recommendation": "set `automountServiceAccountToken: false`"}]}
    for state in ({}, {"objects": [1]}, {"objects": [{"kind": "Role"}]}):
        refused_raw(rbac, "audit", state)


@pytest.mark.parametrize("method, request_, message", [
    ("namespace_object", {"name": "floe_jobs"},
     "`name` is `floe_jobs`; a name has 1 to 63 small letters, digits and `-`, with a letter or digit at both ends"),
    ("role", {"name": "a", "namespace": "b", "rules": [{"resources": ["pods"], "verbs": ["*"]}]}, "`rules[0].verbs` has the wildcard `*`; name what is needed"),
    ("pod_security", {"level": "baseline", "seccomp_profile": "Unconfined"}, "the level `baseline` does not allow `seccomp_profile: Unconfined`"),
    ("role", {"name": "a", "namespace": "b", "rules": [{"resources": ["pods"], "verbs": ["get"], "verb": "*"}]},
     "unknown member `rules[0].verb`; accepted are `api_groups`, `resources`, `verbs`, `resource_names`")])
def test_messages(rbac, method, request_, message):
    with pytest.raises(CallFailed) as failure:
        rbac.call(method, json.dumps(request_).encode())
    assert str(failure.value) == f"{message} (status {abi.FLOE_INVALID_ARGUMENT})"
