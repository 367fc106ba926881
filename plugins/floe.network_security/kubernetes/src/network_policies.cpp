#include "network_policies.hpp"

#include "cidr.hpp"
#include "kubernetes/metadata.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <set>

namespace floe::kubernetes {
namespace {

json::object selector(const Labels& labels) {
  if (labels.empty()) return {};
  return {{"matchLabels", to_object(labels)}};
}

json::object namespace_selector(const std::string& name) { return selector({{"kubernetes.io/metadata.name", name}}); }

json::object port(std::int64_t number, std::string_view protocol) { return {{"protocol", protocol}, {"port", number}}; }

// The policies of one request, in order.
class Policies {
 public:
  static Result<Policies> make(const Request& request) {
    Policies out(request);
    out.namespace_ = FLOE_TRY(dns_label(request, "namespace"));
    out.pod_labels_ = FLOE_TRY(labels(request, "pod_labels"));
    if (!out.pod_labels_.empty()) {
      // Policies for some pods lie beside those for others of the same namespace.
      constexpr std::size_t kDigits = 8;
      out.suffix_ = "-" + text::sha256_hex(to_json(to_object(out.pod_labels_))).substr(0, kDigits);
    }
    return out;
  }

  // A direction without rules is left out, unless there is none at all: that denies both.
  Status add(std::string_view what, const json::array& ingress, const json::array& egress) {
    const std::string name = fmt::format("floe-{}{}", what, suffix_);
    if (!is_dns_label(name)) {
      return failf(ErrorCode::kInvalidArgument, "the policy's name `{}` is longer than 63 characters", name);
    }
    if (!names_.insert(name).second) {
      return failf(ErrorCode::kInvalidArgument, "two rules are named `{}`", what);
    }
    const bool denies = ingress.empty() && egress.empty();
    json::array types;
    if (denies || !ingress.empty()) types.emplace_back("Ingress");
    if (denies || !egress.empty()) types.emplace_back("Egress");
    json::object spec{{"podSelector", selector(pod_labels_)}, {"policyTypes", std::move(types)}};
    if (!ingress.empty()) spec["ingress"] = ingress;
    if (!egress.empty()) spec["egress"] = egress;
    manifests_.push_back(json::object{{"apiVersion", "networking.k8s.io/v1"},
                                      {"kind", "NetworkPolicy"},
                                      {"metadata", FLOE_TRY(metadata(*request_, name, namespace_))},
                                      {"spec", std::move(spec)}});
    return ok();
  }

  [[nodiscard]] std::string to_text() const { return to_json(json::object{{"manifests", manifests_}}); }

 private:
  explicit Policies(const Request& request) : request_(&request) {}

  const Request* request_;
  std::string namespace_;
  Labels pod_labels_;
  std::string suffix_;
  std::set<std::string> names_;
  json::array manifests_;
};

json::array dns_rules() {
  constexpr int kDns = 53;
  const json::object resolver{{"namespaceSelector", namespace_selector("kube-system")},
                              {"podSelector", selector({{"k8s-app", "kube-dns"}})}};
  return {json::object{{"to", json::array{resolver}}, {"ports", json::array{port(kDns, "UDP"), port(kDns, "TCP")}}}};
}

// The internet: neither private networks, nor the link-local range where clouds serve credentials.
json::array https_rules() {
  constexpr int kHttps = 443;
  const json::object v4{{"cidr", "0.0.0.0/0"},
                        {"except", json::array{"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                                               "172.16.0.0/12", "192.168.0.0/16"}}};
  const json::object v6{{"cidr", "::/0"},
                        {"except", json::array{"::1/128", "64:ff9b:1::/48", "fc00::/7", "fe80::/10"}}};
  return {json::object{{"to", json::array{json::object{{"ipBlock", v4}}, json::object{{"ipBlock", v6}}}},
                       {"ports", json::array{port(kHttps, "TCP")}}}};
}

Result<json::object> ip_block(const Request& rule) {
  const std::string text = FLOE_TRY(rule.text("cidr"));
  const Cidr range = FLOE_TRY(parse_cidr(text));
  json::object block{{"cidr", text}};
  json::array except;
  for (const std::string& inner : FLOE_TRY(rule.texts("cidr_except"))) {
    if (!is_within(FLOE_TRY(parse_cidr(inner)), range)) {
      return failf(ErrorCode::kInvalidArgument, "`{}` has `{}`, which is no part of `{}`", rule.place("cidr_except"),
                   inner, text);
    }
    except.emplace_back(inner);
  }
  if (!except.empty()) block["except"] = std::move(except);
  return json::object{{"ipBlock", std::move(block)}};
}

Result<json::object> peer(const Request& rule) {
  const bool has_pods = rule.has("namespace") || rule.has("pod_labels");
  if (has_pods == rule.has("cidr")) {
    return failf(ErrorCode::kInvalidArgument, "`{}` must be there, or else `namespace` or `pod_labels`; not both",
                 rule.place("cidr"));
  }
  if (!has_pods) return ip_block(rule);
  if (rule.has("cidr_except")) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is there without `cidr`", rule.place("cidr_except"));
  }
  json::object out;
  if (rule.has("namespace")) out["namespaceSelector"] = namespace_selector(FLOE_TRY(dns_label(rule, "namespace")));
  if (rule.has("pod_labels")) out["podSelector"] = selector(FLOE_TRY(labels(rule, "pod_labels")));
  return out;
}

// `side` is `from` or `to`.
Result<json::array> rules_of(const Request& rule, std::string_view side) {
  FLOE_TRY(rule.accept({"name", "namespace", "pod_labels", "cidr", "cidr_except", "ports"}));
  constexpr std::int64_t kMaxPort = 65535;
  json::object out{{side, json::array{FLOE_TRY(peer(rule))}}};
  json::array ports;
  for (const Request& one : FLOE_TRY(rule.objects("ports"))) {
    FLOE_TRY(one.accept({"port", "protocol"}));
    const std::int64_t number = FLOE_TRY(one.number_or("port", 1, kMaxPort, 0));
    if (number == 0) return failf(ErrorCode::kInvalidArgument, "`{}` is missing", one.place("port"));
    ports.push_back(port(number, FLOE_TRY(one.one_of("protocol", {"TCP", "UDP"}, "TCP"))));
  }
  // To Kubernetes an empty list would mean every port.
  if (rule.has("ports") && ports.empty()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is empty; leave it out for all ports", rule.place("ports"));
  }
  if (!ports.empty()) out["ports"] = std::move(ports);
  return json::array{std::move(out)};
}

Status add_rules(Policies& policies, const Request& request, std::string_view direction) {
  std::size_t number = 0;
  for (const Request& rule : FLOE_TRY(request.objects(direction))) {
    ++number;
    const std::string name = rule.has("name") ? FLOE_TRY(dns_label(rule, "name")) : std::to_string(number);
    const bool is_ingress = direction == "ingress";
    const json::array rules = FLOE_TRY(rules_of(rule, is_ingress ? "from" : "to"));
    FLOE_TRY(policies.add(fmt::format("{}-{}", direction, name), is_ingress ? rules : json::array(),
                          is_ingress ? json::array() : rules));
  }
  return ok();
}

}  // namespace

Result<std::string> network_policies(std::string_view config) {
  const json::object parsed = FLOE_TRY(parse_json_object(config));
  const Request request(parsed);
  FLOE_TRY(request.accept(
      {"namespace", "pod_labels", "allow_dns", "allow_same_namespace", "ingress", "egress", "egress_https", "labels"}));
  Policies policies = FLOE_TRY(Policies::make(request));
  FLOE_TRY(policies.add("default-deny", {}, {}));
  if (FLOE_TRY(request.flag_or("allow_dns", true))) FLOE_TRY(policies.add("allow-dns", {}, dns_rules()));
  if (FLOE_TRY(request.flag_or("allow_same_namespace", false))) {
    const json::array pods{json::object{{"podSelector", json::object()}}};
    FLOE_TRY(policies.add("allow-same-namespace", {json::object{{"from", pods}}}, {json::object{{"to", pods}}}));
  }
  FLOE_TRY(add_rules(policies, request, "ingress"));
  FLOE_TRY(add_rules(policies, request, "egress"));
  if (FLOE_TRY(request.flag_or("egress_https", false))) FLOE_TRY(policies.add("allow-https", {}, https_rules()));
  return policies.to_text();
}

}  // namespace floe::kubernetes
