#include "verbs/lineage_text.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace floe::run {
namespace {

struct Branch {
  std::string key;    // of what it leads to
  std::string label;  // behind its name
};

// A tree that may meet the same thing by several ways: what it has below itself is drawn once.
class Tree {
 public:
  std::map<std::string, std::string> names;
  std::map<std::string, std::vector<Branch>> branches;

  void draw(const std::string& key, const std::string& indent, std::string* out) {
    const std::vector<Branch>& below = branches[key];
    for (std::size_t i = 0; i < below.size(); ++i) {
      const bool is_last = i + 1 == below.size();
      const bool is_again = !branches[below[i].key].empty() && !drawn_.insert(below[i].key).second;
      *out += indent + (is_last ? "└── " : "├── ") + names[below[i].key] + below[i].label +
              (is_again ? "  (see above)" : "") + "\n";
      if (!is_again) draw(below[i].key, indent + (is_last ? "    " : "│   "), out);
    }
  }

  // `title` and what is below `key`; "" when nothing is.
  std::string section(std::string_view title, const std::string& key) {
    if (branches[key].empty()) return "";
    std::string out = fmt::format("{}\n", title);
    draw(key, "", &out);
    return out;
  }

 private:
  std::set<std::string> drawn_;
};

const json::array& items(const json::object& answer, std::string_view key) {
  static const json::array kNone;
  const json::array* list = get_array(answer, key);
  return list == nullptr ? kNone : *list;
}

std::map<std::string, std::string> node_names(const json::object& answer) {
  std::map<std::string, std::string> out;
  for (const json::value& item : items(answer, "nodes")) {
    const json::object& node = item.as_object();
    const std::string type = get_string_or(node, "type", "");
    out[get_string_or(node, "unique_id", "")] = get_string_or(node, "name", "") + (type == "model" ? "" : "  " + type);
  }
  return out;
}

std::string title_of(const json::object& answer, const std::string& id) {
  for (const json::value& item : items(answer, "nodes")) {
    const json::object& node = item.as_object();
    if (get_string_or(node, "unique_id", "") != id) continue;
    const std::string table = get_string_or(node, "table", "");
    return fmt::format("{}  {}{}\n", get_string_or(node, "name", ""), get_string_or(node, "type", ""),
                       table.empty() ? "" : "  " + table);
  }
  return "";
}

std::string render_nodes(const json::object& answer, const std::string& focus) {
  Tree up;
  Tree down;
  up.names = node_names(answer);
  down.names = up.names;
  for (const json::value& item : items(answer, "edges")) {
    const json::object& edge = item.as_object();
    const std::string from = get_string_or(edge, "from", "");
    const std::string to = get_string_or(edge, "to", "");
    up.branches[to].push_back({from, ""});
    down.branches[from].push_back({to, ""});
  }
  if (!focus.empty()) {
    return title_of(answer, focus) + up.section("reads", focus) + down.section("read by", focus);
  }
  std::string out;
  for (const auto& [id, name] : up.names) {
    if (!up.branches[id].empty()) continue;
    out += name + "\n";
    down.draw(id, "", &out);
  }
  return out;
}

std::string_view word_of(std::string_view subtype) {
  static const std::map<std::string_view, std::string_view> kWords{
      {"IDENTITY", "copied"}, {"TRANSFORMATION", "computed"}, {"AGGREGATION", "aggregated"},
      {"JOIN", "join"},       {"GROUP_BY", "grouping"},       {"FILTER", "filter"},
      {"SORT", "order"},      {"WINDOW", "window"},           {"CONDITIONAL", "condition"}};
  const auto found = kWords.find(subtype);
  return found == kWords.end() ? subtype : found->second;
}

struct ColumnKey {
  std::string node;
  std::string column;

  explicit ColumnKey(const json::object& id)
      : node(get_string_or(id, "node", "")), column(get_string_or(id, "column", "")) {}

  // No name of a node has a line break in it.
  [[nodiscard]] std::string text() const { return node + "\n" + column; }
};

class ColumnTrees {
 public:
  explicit ColumnTrees(const json::object& answer) : answer_(answer), focus_(answer.at("focus").as_object()) {
    for (const json::value& item : items(answer, "nodes")) {
      const json::object& node = item.as_object();
      short_names_[get_string_or(node, "unique_id", "")] = get_string_or(node, "name", "");
    }
    for (const json::value& item : items(answer, "column_edges"))
      add(item.as_object());
  }

  std::string render() {
    std::string out = name_of(focus_);
    for (const json::value& item : items(answer_, "columns")) {
      const json::object& column = item.as_object();
      if (ColumnKey(column).text() == focus_.text()) {
        const std::string type = get_string_or(column, "type", "");
        out += type.empty() ? "" : "  " + type;
      }
    }
    return out + "\n" + up_.section("comes from", focus_.text()) + depends_.section("depends on", focus_.text()) +
           down_.section("used by", focus_.text()) + decides_.section("decides about", focus_.text());
  }

 private:
  [[nodiscard]] std::string name_of(const ColumnKey& key) {
    return key.column.empty() ? "rows of " + short_names_[key.node] : short_names_[key.node] + "." + key.column;
  }

  void add(const json::object& edge) {
    const ColumnKey from(edge.at("from").as_object());
    const ColumnKey to(edge.at("to").as_object());
    const std::string word(word_of(get_string_or(edge, "subtype", "")));
    const bool is_value = get_string_or(edge, "type", "") == "DIRECT";
    const bool is_below = to.node == focus_.node;
    Tree& back = is_value ? up_ : depends_;
    Tree& forth = is_value ? down_ : decides_;
    back.names[from.text()] = name_of(from);
    forth.names[to.text()] = name_of(to);
    if (is_value || is_below) add(from.text(), word, &back.branches[is_value ? to.text() : focus_.text()]);
    if (is_value || !is_below) add(to.text(), word, &forth.branches[from.text()]);
  }

  // A column that is used in several ways is one line.
  static void add(const std::string& key, const std::string& word, std::vector<Branch>* out) {
    for (Branch& known : *out) {
      if (known.key != key) continue;
      if ((known.label + ",").find(" " + word + ",") == std::string::npos) known.label += ", " + word;
      return;
    }
    out->push_back({key, "  " + word});
  }

  const json::object& answer_;
  ColumnKey focus_;
  std::map<std::string, std::string> short_names_;
  Tree up_;
  Tree depends_;
  Tree down_;
  Tree decides_;
};

}  // namespace

std::string lineage_text(const json::object& answer) {
  if (const auto dot = get_string(answer, "dot")) return std::string(*dot);
  const json::object* focus = get_object(answer, "focus");
  if (focus == nullptr) return render_nodes(answer, "");
  if (get_string_or(*focus, "column", "").empty()) return render_nodes(answer, get_string_or(*focus, "node", ""));
  return ColumnTrees(answer).render();
}

}  // namespace floe::run
