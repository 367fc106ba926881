#include "recover/choose_head.hpp"

#include "floe_test.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

using namespace floe;
using namespace floe::iceberg;

namespace {

// `3b<2a<1a at 5 with 1,2`: number 3, name `3b`, made from `2a`, which was made from `1a`, last updated at 5, with the
// snapshots 1 and 2.
FoundMetadata version(std::string_view text) {
  const auto words = text::split_words(text);
  const auto names = text::split(words.at(0), '<');
  FoundMetadata found;
  found.uri = fmt::format("file:///w/m/{}", names.at(0));
  found.number = names.at(0).front() - '0';
  for (std::size_t i = names.size(); i-- > 1;)
    found.log.emplace_back(names.at(i));
  found.last_updated_ms = words.size() > 2 ? std::stoll(words.at(2)) : 0;
  if (words.size() > 4) {
    for (const auto id : text::split(words.at(4), ','))
      found.snapshot_ids.push_back(std::stoll(std::string(id)));
  }
  return found;
}

std::optional<FoundMetadata> version_or_none(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(version(text));
}

// `3b` when it is certain, `3b?` when the note does not tell, with what else it may be: `3b? 3a 2a`.
std::string head_of(std::string_view versions, std::string_view committed, std::string_view catalog = "") {
  std::vector<FoundMetadata> all;
  for (const auto one : text::split(versions, ';'))
    all.push_back(version(text::trim(one)));
  const auto head = choose_head(std::move(all), {version_or_none(committed), version_or_none(catalog)});
  std::string out = head.metadata.file_name() + (head.is_committed ? "" : "?");
  for (const auto& alternative : head.alternatives)
    out += " " + alternative.metadata.file_name();
  return out;
}

}  // namespace

TEST_CASE("the newest version is told from attempts that were never committed") {
  struct Case {
    const char* name;
    const char* versions;
    const char* committed;
    const char* head;
  };

  const Case cases[] = {
      {"one version, and no note", "0a", "", "0a?"},
      {"the note names it", "3a<2a", "3a<2a", "3a"},
      {"the note is older than a committed version, or that was never committed", "3b<2a", "2a", "3b? 2a"},
      {"two versions after the one that is noted: the first of them was committed", "4a<3a", "2a", "4a?"},
      {"a lower number is an attempt that lost", "2b<1a; 3a<2a", "", "3a?"},
      {"of one number the noted one", "3a<2a at 9; 3b<2a at 1", "3b<2a", "3b"},
      {"of one number, without a note, the later one, and the other may be it", "3a<2a at 9; 3b<2a at 1", "", "3a? 3b"},
      {"of one number, one that has all snapshots of the other", "3a<2a at 9 with 1; 3b<2a at 1 with 1,2", "",
       "3b? 3a"},
      {"siblings after the noted one", "3a<2a at 9; 3b<2a at 1", "2a", "3a? 3b 2a"},
      {"a view does not say what it was made from", "1b", "0a", "1b? 0a"},
      {"a view two versions after the noted one", "2b", "0a", "2b?"},
      {"files of other tools have no number in front", "xa", "", "xa?"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    CHECK(head_of(one.versions, one.committed) == one.head);
  }
}

TEST_CASE("the newest version descends from what the note and the catalog name") {
  struct Case {
    const char* name;
    const char* versions;
    const char* noted;
    const char* catalog;
    const char* head;
  };

  const Case cases[] = {
      {"an older catalog was used: the noted line has the lower number", "4a<3a<2a<1a; 2b<1a", "2b<1a", "", "2b? 4a"},
      {"the noted line went on", "4a<3a<2a<1a; 3b<2b<1a", "2b<1a", "", "3b? 2b 4a"},
      {"the catalog and the note name one version: it was chosen", "4a<3a<2a<1a; 2b<1a", "2b<1a", "2b<1a", "2b"},
      {"the catalog is of another line than the note", "4a<3a<2a<1a; 2b<1a", "4a<3a<2a<1a", "2b<1a", "4a? 2b"},
      {"the catalog is of another line, without a note", "4a<3a<2a<1a; 2b<1a", "", "2b<1a", "2b? 4a"},
      {"an older catalog", "2a<1a<0a", "2a<1a<0a", "0a", "2a"},
      {"a note that is older than the catalog", "2a<1a<0a", "1a<0a", "2a<1a<0a", "2a"},
      {"one version after the catalog, without a note", "1a<0a", "", "0a", "1a? 0a"},
      {"one version after the catalog and the note", "1a<0a", "0a", "0a", "1a? 0a"},
      {"two versions after the catalog and the note", "2a<1a<0a", "0a", "0a", "2a?"},
      {"one version after the note, two after the catalog", "2a<1a<0a", "1a<0a", "0a", "2a? 1a"},
      {"a log that was cut", "9a<8a<7a", "2a", "2a", "9a?"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    CHECK(head_of(one.versions, one.noted, one.catalog) == one.head);
  }
}
