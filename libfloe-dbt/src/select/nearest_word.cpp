#include "select/nearest_word.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <set>
#include <vector>

namespace floe::dbt {
namespace {

using Words = std::set<std::string>;

// Names of nodes, and of the folders they lie in.
void add_names(const GraphMember& member, Words* words) {
  if (member.source == nullptr) words->insert(member.fqn().begin(), member.fqn().end());
}

void add_source(const GraphMember& member, Words* words) {
  if (member.source == nullptr) return;
  words->insert(member.source->source_name);
  words->insert(member.source->source_name + "." + member.source->name);
}

void add_paths(const GraphMember& member, Words* words) {
  for (std::string path = member.original_file_path(); !path.empty() && path != "."; path = io::parent_path(path)) {
    if (!words->insert(path).second) return;
  }
}

void add_words(const GraphMember& member, const std::string& method, Words* words) {
  if (method == "fqn") add_names(member, words);
  if (method == "tag") words->insert(member.tags().begin(), member.tags().end());
  if (method == "source") add_source(member, words);
  if (method == "path") add_paths(member, words);
  if (method == "file") words->insert(io::file_name(member.original_file_path()));
}

}  // namespace

std::string nearest_word(const GraphMembers& members, const Criterion& criterion) {
  Words words;
  for (std::size_t i = 0; i < members.size(); ++i)
    add_words(members[i], criterion.method, &words);
  const auto near = text::nearest(criterion.value, std::vector<std::string>(words.begin(), words.end()));
  const std::size_t place = criterion.text.rfind(criterion.value);
  if (!near || *near == criterion.value || place == std::string::npos) return {};
  return criterion.text.substr(0, place) + *near + criterion.text.substr(place + criterion.value.size());
}

}  // namespace floe::dbt
