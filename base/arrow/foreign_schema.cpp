#include "base/arrow/foreign_schema.hpp"

#include "base/arrow/type.hpp"
#include "base/fail.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"
#include "base/time/zone.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <set>

namespace floe::arrow {
namespace {

constexpr std::size_t kLongestFormat = 200;
constexpr std::size_t kLongestName = std::size_t{64} * 1024;
constexpr std::int64_t kWidest = std::int64_t{1} << 30;
constexpr std::int64_t kMostMetadata = std::int64_t{1} << 24;  // bytes of one field

// What a format says of the array; the number of children it has (-1 = any).
struct Form {
  Shape shape = Shape::kNone;
  std::int64_t width = 0;
  int children = 0;
  bool is_text = false;
  bool is_index = false;  // may be the type of indexes into a dictionary
  bool is_signed = false;
};

struct NamedForm {
  std::string_view format;
  Form form;
};

constexpr Form kTextForm{Shape::kOffsets32, 0, 0, true, false, false};
constexpr Form kLargeTextForm{Shape::kOffsets64, 0, 0, true, false, false};

constexpr Form fixed(std::int64_t width) { return {Shape::kFixed, width, 0, false, false, false}; }

constexpr Form index(std::int64_t width, bool is_signed) { return {Shape::kFixed, width, 0, false, true, is_signed}; }

constexpr Form nested(Shape shape) { return {shape, 0, 1, false, false, false}; }

constexpr NamedForm kForms[] = {
    {"n", {}},
    {"b", {Shape::kBits, 0, 0, false, false, false}},
    {"c", index(1, true)},
    {"C", index(1, false)},
    {"s", index(2, true)},
    {"S", index(2, false)},
    {"i", index(4, true)},
    {"I", index(4, false)},
    {"l", index(8, true)},
    {"L", index(8, false)},
    {"e", fixed(2)},
    {"f", fixed(4)},
    {"g", fixed(8)},
    {"u", kTextForm},
    {"U", kLargeTextForm},
    {"vu", {Shape::kViews, 0, 0, true, false, false}},
    {"z", {Shape::kOffsets32, 0, 0, false, false, false}},
    {"Z", {Shape::kOffsets64, 0, 0, false, false, false}},
    {"vz", {Shape::kViews, 0, 0, false, false, false}},
    {"tdD", fixed(4)},
    {"tdm", fixed(8)},
    {"tts", fixed(4)},
    {"ttm", fixed(4)},
    {"ttu", fixed(8)},
    {"ttn", fixed(8)},
    {"tDs", fixed(8)},
    {"tDm", fixed(8)},
    {"tDu", fixed(8)},
    {"tDn", fixed(8)},
    {"tiM", fixed(4)},
    {"tiD", fixed(8)},
    {"tin", fixed(16)},
    {"+l", nested(Shape::kList32)},
    {"+L", nested(Shape::kList64)},
    {"+vl", nested(Shape::kListView32)},
    {"+vL", nested(Shape::kListView64)},
    {"+m", nested(Shape::kList32)},
    {"+s", {Shape::kStruct, 0, -1, false, false, false}},
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "precision,scale" or "precision,scale,bits".
std::optional<Form> decimal_form(std::string_view text) {
  const auto parts = text::split(text, ',');
  if (parts.size() != 2 && parts.size() != 3) return std::nullopt;
  const auto precision = number(parts[0]);
  const auto scale = number(parts[1]);
  const auto bits = parts.size() == 3 ? number(parts[2]) : 128;
  if (!precision || !scale || !bits) return std::nullopt;
  const std::int64_t most = *bits == 32 ? 9 : *bits == 64 ? 18 : *bits == 128 ? 38 : *bits == 256 ? 76 : 0;
  if (*precision < 1 || *precision > most || *scale < 0 || *scale > *precision) return std::nullopt;
  return fixed(*bits / 8);
}

// +05:30
bool is_offset(std::string_view zone) {
  const auto digit = [&](std::size_t at) { return zone[at] >= '0' && zone[at] <= '9'; };
  return zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && digit(1) && digit(2) && zone[3] == ':' && digit(4) &&
         digit(5);
}

// Whether there is such a zone; true where the machine has no list of zones.
bool is_zone(std::string_view zone) {
  if (zone.empty() || zone == "UTC" || zone == "Z" || is_offset(zone)) return true;
  const bool is_plain = std::all_of(zone.begin(), zone.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
           c == '-' || c == '+';
  });
  if (!is_plain || zone.front() == '/') return false;
  return time::Zone::load(zone).has_value() || !time::Zone::load("Etc/UTC").has_value();
}

std::optional<Form> timestamp_form(std::string_view format) {
  constexpr std::string_view kUnits = "smun";
  if (format.size() < 4 || format[3] != ':' || kUnits.find(format[2]) == std::string_view::npos) return std::nullopt;
  if (!is_zone(format.substr(4))) return std::nullopt;
  return fixed(8);
}

std::optional<Form> width_form(std::string_view text, Form form) {
  const auto width = number(text);
  if (!width || *width < 0 || *width > kWidest) return std::nullopt;
  form.width = *width;
  return form;
}

std::optional<Form> form_of(std::string_view format) {
  for (const NamedForm& known : kForms) {
    if (known.format == format) return known.form;
  }
  if (format.starts_with("d:")) return decimal_form(format.substr(2));
  if (format.starts_with("ts")) return timestamp_form(format);
  if (format.starts_with("w:")) return width_form(format.substr(2), fixed(0));
  if (format.starts_with("+w:")) return width_form(format.substr(3), nested(Shape::kFixedList));
  return std::nullopt;
}

// Text of a foreign maker, as much of it as a message needs.
std::string shown(std::string_view text) { return text::printable(text.substr(0, 100)); }

Error wrong(const std::string& path, std::string_view what) {
  if (path.empty()) return failf(ErrorCode::kData, "the schema of the rows {}", what);
  return failf(ErrorCode::kData, "column `{}`: its schema {}", path, what);
}

class Walk {
 public:
  Result<std::size_t> field(const ArrowSchema* schema, const std::string& path, int depth) {
    if (schema == nullptr) return wrong(path, "is NULL");
    if (schema->release == nullptr) return wrong(path, "is released already");
    if (depth > ForeignSchema::kDeepest) {
      return wrong(path, fmt::format("is nested deeper than {} levels, or contains itself", ForeignSchema::kDeepest));
    }
    if (fields.size() >= ForeignSchema::kMostFields) {
      return wrong(path, fmt::format("has more than {} fields, or contains itself", ForeignSchema::kMostFields));
    }
    FLOE_TRY(check_metadata(schema->metadata, path));
    const Form form = FLOE_TRY(read_form(*schema, path));
    const std::size_t place = fields.size();
    ForeignField made;
    made.path = path;
    made.shape = form.shape;
    made.width = form.width;
    made.is_text = form.is_text;
    made.is_signed = form.is_signed;
    fields.push_back(std::move(made));
    FLOE_TRY(children(*schema, form, place, depth));
    if (schema->dictionary == nullptr) return place;
    if (!form.is_index) return wrong(path, "has a dictionary, and its own type is no integer");
    const std::size_t entries = FLOE_TRY(field(schema->dictionary, path, depth + 1));
    fields[place].dictionary = entries;
    return place;
  }

  std::vector<ForeignField> fields;
  bool may_repeat = false;

 private:
  static Result<Form> read_form(const ArrowSchema& schema, const std::string& path) {
    if (schema.format == nullptr) return wrong(path, "has no format");
    const std::string_view format(schema.format, ::strnlen(schema.format, kLongestFormat + 1));
    const auto form = format.size() > kLongestFormat ? std::nullopt : form_of(format);
    if (!form) return wrong(path, fmt::format("has the Arrow format `{}`, which floe does not read", shown(format)));
    return *form;
  }

  // An int32 of pairs, each an int32 of bytes and the bytes. How many there are in truth nobody tells.
  static Status check_metadata(const char* bytes, const std::string& path) {
    if (bytes == nullptr) return ok();
    std::int64_t at = 0;
    const auto take = [&] {
      std::int32_t value = 0;
      std::memcpy(&value, bytes + at, sizeof value);
      at += static_cast<std::int64_t>(sizeof value);
      return value;
    };
    const std::int32_t pairs = take();
    for (std::int64_t left = std::int64_t{2} * pairs; left > 0; --left) {
      const std::int32_t length = take();
      if (length < 0 || length > kMostMetadata - at) return wrong(path, "has metadata of a length that cannot be");
      at += length;
    }
    return pairs < 0 ? Status(wrong(path, "has metadata of a length that cannot be")) : ok();
  }

  Status children(const ArrowSchema& schema, const Form& form, std::size_t place, int depth) {
    const std::string path = fields[place].path;
    const std::int64_t count = schema.n_children;
    if (count < 0 || (form.children >= 0 && count != form.children)) {
      return wrong(path, fmt::format("has {} children where {} {} expected", count,
                                     form.children < 0 ? "some" : std::to_string(form.children),
                                     form.children == 1 ? "is" : "are"));
    }
    if (static_cast<std::uint64_t>(count) > ForeignSchema::kMostFields - fields.size()) {
      return wrong(path, fmt::format("has {} children; {} fields are the most", count, ForeignSchema::kMostFields));
    }
    if (count > 0 && schema.children == nullptr) return wrong(path, "has no list of its children");
    std::set<std::string_view> names;
    for (std::int64_t i = 0; i < count; ++i) {
      const ArrowSchema* child = schema.children[i];
      const std::string name = FLOE_TRY(child_name(child, path));
      const bool is_unique = form.shape == Shape::kStruct && !(may_repeat && place == 0);
      if (is_unique && child != nullptr && child->name != nullptr && !names.insert(child->name).second) {
        return wrong(path, fmt::format("has two columns of the name `{}`", shown(name)));
      }
      const std::size_t made =
          FLOE_TRY(field(child, path.empty() ? name : fmt::format("{}.{}", path, name), depth + 1));
      fields[place].children.push_back(made);
    }
    return is_map(schema) ? check_entries(place) : ok();
  }

  static bool is_map(const ArrowSchema& schema) { return std::string_view(schema.format) == "+m"; }

  Status check_entries(std::size_t map) const {
    const ForeignField& entries = fields[fields[map].children.front()];
    if (entries.shape == Shape::kStruct && entries.children.size() == 2) return ok();
    return wrong(fields[map].path, "is a map whose entries are no pairs of a key and a value");
  }

  static Result<std::string> child_name(const ArrowSchema* child, const std::string& path) {
    if (child == nullptr || child->name == nullptr) return std::string();
    const std::string_view name(child->name, ::strnlen(child->name, kLongestName + 1));
    if (name.size() > kLongestName) return wrong(path, "has a name of more than 64 KiB");
    if (!text::is_valid_utf8(name)) return wrong(path, fmt::format("has a name that is no UTF-8: `{}`", shown(name)));
    return std::string(name);
  }
};

}  // namespace

Result<ForeignSchema> ForeignSchema::parse(const ArrowSchema& schema, bool may_repeat) {
  Walk walk;
  walk.may_repeat = may_repeat;
  FLOE_TRY(walk.field(&schema, "", 0));
  ForeignSchema made;
  made.fields_ = std::move(walk.fields);
  if (made.fields_.front().shape != Shape::kStruct) return wrong("", "is no struct of columns");
  return made;
}

}  // namespace floe::arrow
