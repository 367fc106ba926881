// The filters, one function each, and what they share. positional[0] is the filtered value.
#pragma once

#include "jinja/context.hpp"
#include "jinja/machine.hpp"
#include "value/operations.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt::filter {

// The arguments of a filter by name; `parameters` starts with the filtered value.
template <std::size_t N>
struct Bound {
  Value values[N];

  Bound(std::string_view name, const Arguments& arguments, std::initializer_list<std::string_view> parameters,
        std::size_t required) {
    bind_arguments(name, arguments, parameters, required, values);
  }

  const Value& operator[](std::size_t index) const { return values[index]; }

  [[nodiscard]] bool has(std::size_t index) const { return !values[index].is_missing(); }

  [[nodiscard]] Value get(std::size_t index, const Value& fallback) const {
    return has(index) ? values[index] : fallback;
  }

  [[nodiscard]] bool flag(std::size_t index) const { return has(index) && truth(values[index]); }
};

inline UndefinedPolicy policy_of(const Arguments& arguments) { return arguments.machine.context().undefined_policy(); }

// `a.b.0`: a path of attributes and indexes, or several separated by commas.
class AttributeGetter {
 public:
  AttributeGetter(const Value& attribute, UndefinedPolicy policy, bool ignore_case, Value fallback = Value::missing());
  [[nodiscard]] Value get(const Value& item) const;
  // One value per comma-separated path, as a list.
  static Value get_all(const std::vector<AttributeGetter>& getters, const Value& item);
  static std::vector<AttributeGetter> split(const Value& attribute, UndefinedPolicy policy, bool ignore_case);

 private:
  std::vector<Value> parts_;
  UndefinedPolicy policy_;
  bool ignore_case_;
  Value fallback_;
};

Value lowered(const Value& value);  // strings only
std::string escape_html(std::string_view text);
std::string pretty(const Value& value);  // pprint.pformat
std::vector<std::string> wrap_text(std::string_view line, std::int64_t width, bool break_long_words,
                                   bool break_on_hyphens);
std::string urlize_text(std::string_view text, std::int64_t trim_limit, const std::string& rel,
                        const std::string& target, const std::vector<std::string>& extra_schemes);

Value absolute(Arguments& arguments);
Value attr(Arguments& arguments);
Value batch(Arguments& arguments);
Value capitalize(Arguments& arguments);
Value center(Arguments& arguments);
Value default_value(Arguments& arguments);
Value dictsort(Arguments& arguments);
Value escape(Arguments& arguments);
Value filesizeformat(Arguments& arguments);
Value first(Arguments& arguments);
Value float_number(Arguments& arguments);
Value format(Arguments& arguments);
Value groupby(Arguments& arguments);
Value indent(Arguments& arguments);
Value int_number(Arguments& arguments);
Value items(Arguments& arguments);
Value join(Arguments& arguments);
Value last(Arguments& arguments);
Value length(Arguments& arguments);
Value list(Arguments& arguments);
Value lower(Arguments& arguments);
Value map(Arguments& arguments);
Value maximum(Arguments& arguments);
Value minimum(Arguments& arguments);
Value pprint(Arguments& arguments);
Value random(Arguments& arguments);
Value reject(Arguments& arguments);
Value rejectattr(Arguments& arguments);
Value replace(Arguments& arguments);
Value reverse(Arguments& arguments);
Value round(Arguments& arguments);
Value select(Arguments& arguments);
Value selectattr(Arguments& arguments);
Value slice(Arguments& arguments);
Value sort(Arguments& arguments);
Value string(Arguments& arguments);
Value striptags(Arguments& arguments);
Value sum(Arguments& arguments);
Value title(Arguments& arguments);
Value tojson(Arguments& arguments);
Value trim(Arguments& arguments);
Value truncate(Arguments& arguments);
Value unique(Arguments& arguments);
Value upper(Arguments& arguments);
Value urlencode(Arguments& arguments);
Value urlize(Arguments& arguments);
Value wordcount(Arguments& arguments);
Value wordwrap(Arguments& arguments);
Value xmlattr(Arguments& arguments);
Value as_bool(Arguments& arguments);
Value as_native(Arguments& arguments);
Value as_number(Arguments& arguments);
Value as_text(Arguments& arguments);
Value is_list(Arguments& arguments);

}  // namespace floe::dbt::filter
