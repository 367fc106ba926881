#include "verbs/snapshot_states.hpp"

namespace floe::run {

SnapshotStates::SnapshotStates(const json::array& snapshots, const json::array& refs, const json::array& log) {
  for (const json::value& row : snapshots) {
    const json::object& snapshot = row.as_object();
    const auto parent = get_int(snapshot, "parent_id");
    if (parent) parents_[get_int(snapshot, "snapshot_id").value_or(0)] = *parent;
    if (std::string id = summary_value(snapshot, "published-wap-id"); !id.empty()) published_.insert(std::move(id));
  }
  for (const json::value& row : refs) {
    const json::object& ref = row.as_object();
    const std::string name = get_string_or(ref, "name", "");
    const std::int64_t head = get_int(ref, "snapshot_id").value_or(0);
    refs_[head].push_back(name);
    if (get_string_or(ref, "type", "") == "BRANCH") branches_[name] = ancestors(head);
  }
  for (const json::value& row : log)
    was_current_.insert(get_int(row.as_object(), "snapshot_id").value_or(0));
}

std::set<std::int64_t> SnapshotStates::ancestors(std::int64_t head) const {
  std::set<std::int64_t> found{head};
  for (auto next = parents_.find(head); next != parents_.end(); next = parents_.find(next->second)) {
    if (!found.insert(next->second).second) break;  // metadata that names itself as its parent
  }
  return found;
}

std::string SnapshotStates::state_of(std::int64_t id, const json::object& snapshot) const {
  const auto main = branches_.find("main");
  if (main != branches_.end() && main->second.contains(id)) return "main";
  for (const auto& [name, snapshots] : branches_) {
    if (snapshots.contains(id)) return "branch " + name;
  }
  if (was_current_.contains(id)) return "rolled back";
  const std::string staged = summary_value(snapshot, "wap.id");
  if (staged.empty()) return "unreferenced";
  return published_.contains(staged) ? "published" : "staged";
}

void SnapshotStates::describe(const json::object& snapshot, json::object* entry) const {
  const std::int64_t id = get_int(snapshot, "snapshot_id").value_or(0);
  const std::string state = state_of(id, snapshot);
  (*entry)["is_current_ancestor"] = state == "main";
  (*entry)["state"] = state;
  json::array names;
  if (const auto found = refs_.find(id); found != refs_.end()) {
    for (const std::string& name : found->second)
      names.emplace_back(name);
  }
  (*entry)["refs"] = std::move(names);
}

std::string summary_value(const json::object& snapshot, std::string_view key) {
  const json::array* summary = get_array(snapshot, "summary");
  if (summary == nullptr) return "";
  for (const json::value& pair : *summary) {
    const json::array& item = pair.as_array();
    if (item.size() == 2 && item[0].is_string() && to_view(item[0].get_string()) == key && item[1].is_string()) {
      return std::string(to_view(item[1].get_string()));
    }
  }
  return "";
}

}  // namespace floe::run
