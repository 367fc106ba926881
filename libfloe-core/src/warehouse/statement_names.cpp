#include "warehouse/statement_names.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"

namespace floe::warehouse {

Result<StatementNames> names_in(const ComputeClient& compute, floe_call* call, std::uint64_t session,
                                std::string_view sql) {
  const std::string text = FLOE_TRY(compute.tables_in(call, session, sql));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  StatementNames names;
  names.whole_catalog = get_bool_or(answer, "catalog", false);
  names.opaque = get_bool_or(answer, "other", false);
  names.files_read = get_texts(answer, "files_read");
  names.files_written = get_texts(answer, "files_written");
  const json::array* list = get_array(answer, "tables");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const json::object& table = (*list)[i].as_object();
    auto relation = relation_from_json(table);
    if (relation) {
      names.relations.push_back(*std::move(relation));
      continue;
    }
    const std::string schema = get_string_or(table, "schema", "");
    names.elsewhere.push_back(get_string_or(table, "database", "") + "." + (schema.empty() ? "" : schema + ".") +
                              get_string_or(table, "name", ""));
  }
  return names;
}

}  // namespace floe::warehouse
