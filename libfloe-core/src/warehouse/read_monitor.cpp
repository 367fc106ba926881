#include "warehouse/read_monitor.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <iterator>

namespace floe::warehouse {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// In lower case, with no letter or digit at its sides.
bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

// Quotes in a name are written twice, or not, depending on where the name stands: the longest part without them.
std::string plain_part(std::string_view name) {
  const std::string lower = text::to_lower_ascii(text::replace_all(name, "'", "\""));
  std::string_view longest;
  for (const std::string_view part : text::split(lower, '"'))
    longest = part.size() > longest.size() ? part : longest;
  return std::string(longest);
}

// Whatever the statement does with it. A name without its schema means the default one: the others are not reached
// without `USE`, which the compute refuses.
bool names_in_text(std::string_view lower_sql, const Relation& relation) {
  if (!has_word(lower_sql, plain_part(relation.identifier))) return false;
  return text::equals_ignore_case_ascii(relation.schema, kDefaultSchema) ||
         has_word(lower_sql, plain_part(relation.schema));
}

// `query('select ...')` and `query_table('orders')` read what a text says.
bool runs_text(std::string_view lower_sql) {
  return has_word(lower_sql, "query") || has_word(lower_sql, "query_table");
}

// A temporary table may have that name, which is the session's own.
bool is_of_session(const Relation& relation) {
  return text::equals_ignore_case_ascii(relation.schema, kDefaultSchema) ||
         text::equals_ignore_case_ascii(relation.schema, kTemporaryDatabase);
}

}  // namespace

Result<bool> ReadMonitor::may_be_temporary(floe_call* call, const Relation& relation) {
  if (!is_of_session(relation) || may_read("", relation)) return false;
  return !FLOE_TRY(catalog_.find(call, relation));
}

Result<std::optional<RefusedRead>> ReadMonitor::refusal(floe_call* call, std::string_view node, std::string_view sql,
                                                        const StatementNames& names) {
  if (!grants_) return std::optional<RefusedRead>();
  for (const std::string& name : names.elsewhere) {
    if (text::to_lower_ascii(name).starts_with("temp.")) continue;
    return std::optional(RefusedRead{name, ReadGrants::refusal_of_database(node, name)});
  }
  for (const Relation& relation : names.relations) {
    auto refused = grants_->refusal(node, relation);
    if (!refused || FLOE_TRY(may_be_temporary(call, relation))) continue;
    return std::optional(RefusedRead{relation.identifier, *std::move(refused)});
  }
  const std::string lower = text::to_lower_ascii(sql);
  if (!names.opaque && !runs_text(lower)) return std::optional<RefusedRead>();
  return refused_mention(call, node, lower);
}

Result<std::optional<RefusedRead>> ReadMonitor::refused_mention(floe_call* call, std::string_view node,
                                                                std::string_view lower_sql) {
  for (const CatalogEntry& entry : FLOE_TRY(catalog_.list(call, std::nullopt))) {
    auto refused = names_in_text(lower_sql, entry.relation) ? grants_->refusal(node, entry.relation) : std::nullopt;
    if (refused) return std::optional(RefusedRead{entry.relation.identifier, *std::move(refused)});
  }
  return std::optional<RefusedRead>();
}

Status ReadMonitor::check(floe_call* call, std::string_view node, std::string_view sql, const StatementNames& names) {
  auto refused = FLOE_TRY(refusal(call, node, sql, names));
  return refused ? Status(diagnostics_error(ErrorCode::kPermission, std::move(refused->finding))) : ok();
}

Status ReadMonitor::check(std::string_view node, const Relation& relation) const {
  return grants_ ? grants_->check(node, relation) : ok();
}

bool ReadMonitor::may_read(std::string_view node, const Relation& relation) const {
  return !grants_ || grants_->may_read(node, relation);
}

std::vector<Relation> ReadMonitor::granted(std::string_view node, const std::vector<Relation>& relations) const {
  std::vector<Relation> out;
  std::copy_if(relations.begin(), relations.end(), std::back_inserter(out),
               [&](const Relation& relation) { return may_read(node, relation); });
  return out;
}

}  // namespace floe::warehouse
