#include "compile/network_documents.hpp"

#include "compile/kubernetes_name.hpp"

#include "base/json/json.hpp"
#include "base/yaml/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace floe::compile {
namespace {

constexpr std::size_t kLargestAnswer = 1U << 20U;
constexpr std::size_t kMostDocuments = 256;
constexpr std::size_t kMostProblems = 20;
constexpr std::string_view kNameLabel = "kubernetes.io/metadata.name";
constexpr std::string_view kAllPorts = "all ports";

// Traffic to one peer: equal for equal rules, however they are written.
struct Allowance {
  std::string peer;   // canonical JSON
  std::string ports;  // `TCP/443 UDP/53`, sorted

  bool operator<(const Allowance& other) const { return std::tie(peer, ports) < std::tie(other.peer, other.ports); }
};

bool has_only(const json::object& object, std::initializer_list<std::string_view> names) {
  return std::all_of(object.begin(), object.end(), [&](const auto& member) {
    return std::find(names.begin(), names.end(), std::string_view(member.key())) != names.end();
  });
}

// What a plugin wrote, in a message: one line, and not all of it.
std::string shown(const json::value& value) {
  constexpr std::size_t kMost = 120;
  std::string text = to_json(value);
  if (text.size() <= kMost) return text;
  text.resize(kMost);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0)
    text.pop_back();
  return text + "...";
}

json::object labels_selector(json::object labels) { return {{"matchLabels", std::move(labels)}}; }

std::string canonical_peer(json::object peer) {
  json::object* block = peer.contains("ipBlock") ? peer["ipBlock"].if_object() : nullptr;
  if (block != nullptr && block->contains("except")) {
    if (json::array* except = (*block)["except"].if_array()) {
      std::sort(except->begin(), except->end(),
                [](const json::value& a, const json::value& b) { return to_json(a) < to_json(b); });
    }
  }
  return to_canonical_json(peer);
}

// nullopt for what is no list of plain ports: names of ports and ranges let through what nobody counts here.
std::optional<std::string> canonical_ports(const json::object& rule) {
  const json::value* written = rule.if_contains("ports");
  if (written == nullptr) return std::string(kAllPorts);
  const json::array* ports = written->if_array();
  if (ports == nullptr) return std::nullopt;
  if (ports->empty()) return std::string(kAllPorts);
  std::set<std::string> out;
  for (const json::value& one : *ports) {
    const json::object* port = one.if_object();
    if (port == nullptr || !has_only(*port, {"protocol", "port"})) return std::nullopt;
    const std::optional<std::int64_t> number = get_int(*port, "port");
    const std::string protocol = port->contains("protocol") ? get_string_or(*port, "protocol", "") : "TCP";
    if (!number || (protocol != "TCP" && protocol != "UDP")) return std::nullopt;
    out.insert(fmt::format("{}/{}", protocol, *number));
  }
  return fmt::format("{}", fmt::join(out, " "));
}

// A rule of the manifest as Kubernetes writes it. The plugin judges what is written in it.
Allowance asked(const json::object& rule) {
  json::object peer;
  if (const auto range = get_string(rule, "cidr")) {
    json::object block{{"cidr", *range}};
    const json::array* except = get_array(rule, "cidr_except");
    if (except != nullptr && !except->empty()) block["except"] = *except;
    peer["ipBlock"] = std::move(block);
  }
  if (const auto name_space = get_string(rule, "namespace"))
    peer["namespaceSelector"] = labels_selector({{kNameLabel, *name_space}});
  if (const json::object* labels = get_object(rule, "pod_labels"))
    peer["podSelector"] = labels->empty() ? json::object() : labels_selector(*labels);
  return {canonical_peer(std::move(peer)), canonical_ports(rule).value_or("")};
}

// Names are asked of `kube-system`, over port 53.
bool is_name_service(const json::object& peer, const std::string& ports) {
  const json::value* name_space = peer.if_contains("namespaceSelector");
  return has_only(peer, {"namespaceSelector", "podSelector"}) && name_space != nullptr &&
         *name_space == json::value(labels_selector({{kNameLabel, "kube-system"}})) &&
         (ports == "TCP/53 UDP/53" || ports == "TCP/53" || ports == "UDP/53");
}

std::set<std::string> texts_of(const json::object& object, std::string_view key) {
  std::set<std::string> out;
  const json::array* list = get_array(object, key);
  if (list == nullptr) return out;
  for (const json::value& one : *list)
    out.insert(one.is_string() ? std::string(to_view(one.get_string())) : std::string());
  return out;
}

class Judge {
 public:
  explicit Judge(const NetworkDemand& demand) : demand_(demand) {
    const auto rules = parse_json(demand.egress);
    const json::array* list = rules ? rules->if_array() : nullptr;
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const json::object* rule = (*list)[i].if_object();
      if (rule == nullptr) continue;
      asked_.emplace(asked(*rule), get_string_or(*rule, "name", std::to_string(i + 1)));
    }
  }

  JudgedDocuments judge(std::string_view answer) {
    if (answer.size() > kLargestAnswer) {
      problem(fmt::format("the answer has {} bytes, more than {}", answer.size(), kLargestAnswer));
      return std::move(out_);
    }
    const auto parsed = parse_json_object(answer);
    const json::array* manifests = parsed ? get_array(*parsed, "manifests") : nullptr;
    if (manifests == nullptr || manifests->size() > kMostDocuments) {
      problem(manifests == nullptr
                  ? "the answer has no list `manifests`"
                  : fmt::format("the answer has {} documents, more than {}", manifests->size(), kMostDocuments));
      return std::move(out_);
    }
    for (std::size_t i = 0; i < manifests->size(); ++i)
      judge_document((*manifests)[i], i);
    judge_whole();
    if (!out_.problems.empty()) out_.documents.clear();
    return std::move(out_);
  }

 private:
  void problem(std::string text) {
    if (out_.problems.size() < kMostProblems) out_.problems.push_back(std::move(text));
  }

  void judge_document(const json::value& value, std::size_t index) {
    where_ = fmt::format("document {}", index + 1);
    const json::object* document = value.if_object();
    if (document == nullptr) return problem(fmt::format("{} is {}, no object", where_, shown(value)));
    if (get_string_or(*document, "apiVersion", "") != "networking.k8s.io/v1" ||
        get_string_or(*document, "kind", "") != "NetworkPolicy" ||
        !has_only(*document, {"apiVersion", "kind", "metadata", "spec"})) {
      return problem(fmt::format("{} is no NetworkPolicy of networking.k8s.io/v1: {}", where_, shown(value)));
    }
    const json::object* metadata = get_object(*document, "metadata");
    const json::object* spec = get_object(*document, "spec");
    if (metadata == nullptr || spec == nullptr) return problem(where_ + " has no `metadata` or no `spec`");
    const std::string name = get_string_or(*metadata, "name", "");
    if (!is_kubernetes_name(name) || !names_.insert(name).second) {
      return problem(fmt::format("{} has a name that is none or is there twice: {}", where_, shown(json::value(name))));
    }
    where_ = fmt::format("`{}`", name);
    const std::string name_space = get_string_or(*metadata, "namespace", "");
    if (name_space != demand_.name_space) {
      problem(fmt::format("{} is for the namespace {}, not for `{}`", where_, shown(json::value(name_space)),
                          demand_.name_space));
    }
    if (!has_only(*metadata, {"name", "namespace", "labels", "annotations"}))
      problem(fmt::format("{} has other metadata than a name, a namespace, labels and annotations", where_));
    judge_spec(*spec);
    out_.documents.push_back({fmt::format("{}/network/{}.yaml", artifact::kDeployFolder, name), "NetworkPolicy", name,
                              name_space, "", yaml::write_yaml(value)});
  }

  void judge_spec(const json::object& spec) {
    const json::object* pods = get_object(spec, "podSelector");
    const std::set<std::string> types = texts_of(spec, "policyTypes");
    static const std::set<std::string> kBoth{"Egress", "Ingress"};
    if (pods == nullptr || types.empty() || !std::includes(kBoth.begin(), kBoth.end(), types.begin(), types.end()) ||
        !has_only(spec, {"podSelector", "policyTypes", "ingress", "egress"})) {
      return problem(fmt::format("{} has a `spec` that is not understood: {}", where_, shown(spec)));
    }
    const json::array* ingress = get_array(spec, "ingress");
    const json::array* egress = get_array(spec, "egress");
    if ((ingress == nullptr && spec.contains("ingress")) || (egress == nullptr && spec.contains("egress")))
      return problem(where_ + " has rules that are no list");
    const bool lets_in = ingress != nullptr && !ingress->empty();
    const bool lets_out = egress != nullptr && !egress->empty();
    if (lets_in) problem(fmt::format("{} lets traffic in that nobody asked for: {}", where_, shown(*ingress)));
    const bool is_of_all = pods->empty();
    if (is_of_all && types == kBoth && !lets_in && !lets_out) denies_ = true;
    if (!lets_out) return;
    for (const json::value& rule : *egress)
      judge_egress(rule, is_of_all && types.contains("Egress"));
  }

  void judge_egress(const json::value& value, bool is_of_all) {
    const json::object* rule = value.if_object();
    const json::array* peers = rule == nullptr ? nullptr : get_array(*rule, "to");
    if (peers == nullptr || peers->empty())
      return problem(fmt::format("{} lets traffic out to everywhere: {}", where_, shown(value)));
    const auto ports = canonical_ports(*rule);
    if (!ports || !has_only(*rule, {"to", "ports"}))
      return problem(fmt::format("{} has a rule that is not understood: {}", where_, shown(value)));
    for (const json::value& one : *peers) {
      const json::object* peer = one.if_object();
      const auto found = peer == nullptr ? asked_.end() : asked_.find({canonical_peer(*peer), *ports});
      if (found != asked_.end()) {
        if (is_of_all) kept_.insert(found->first);
      } else if (peer == nullptr || !is_name_service(*peer, *ports)) {
        problem(fmt::format("{} lets traffic out that nobody asked for: {} ({})", where_, shown(one), *ports));
      }
    }
  }

  void judge_whole() {
    if (demand_.denies_by_default && !denies_) {
      problem(fmt::format("no policy denies all pods of the namespace `{}` both directions", demand_.name_space));
    }
    for (const auto& [allowance, name] : asked_) {
      if (!kept_.contains(allowance)) problem(fmt::format("no policy of all pods has the egress rule `{}`", name));
    }
  }

  const NetworkDemand& demand_;
  std::map<Allowance, std::string> asked_;  // with the name of the rule, or its number
  std::set<Allowance> kept_;
  std::set<std::string> names_;
  std::string where_;  // the document, for people
  bool denies_ = false;
  JudgedDocuments out_;
};

}  // namespace

std::string network_request(const NetworkDemand& demand) {
  auto egress = parse_json(demand.egress);
  return to_json(
      json::object{{"namespace", demand.name_space},
                   {"allow_dns", true},
                   {"egress", egress && egress->is_array() ? *std::move(egress) : json::value(json::array())}});
}

JudgedDocuments judge_network_documents(const NetworkDemand& demand, std::string_view answer) {
  return Judge(demand).judge(answer);
}

}  // namespace floe::compile
