// Exposures and groups of a schema yml file.
#include "model/tree.hpp"
#include "parse/recorder.hpp"
#include "parse/schema.hpp"
#include "parse/text_forms.hpp"
#include "project/project_file.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include <algorithm>

namespace floe::dbt {
namespace {

// Takes ref() and source() of an exposure's depends_on.
class ExposureRecorder final : public ParseRecorder {
 public:
  explicit ExposureRecorder(Exposure& exposure) : exposure_(exposure) {}

  void on_ref(RefArgs ref) override { exposure_.refs.push_back(std::move(ref)); }

  void on_source(SourceArgs source) override { exposure_.sources.push_back(std::move(source)); }

  void on_config(const Value&) override { raise(ExceptionKind::kCompilation, "config() has no place in an exposure"); }

  void on_macro(std::string_view) override {}

 private:
  Exposure& exposure_;
};

Value owner_value(const Value& written) {
  Value owner = Value::dict({{"email", value_or_none(written, "email")}, {"name", value_or_none(written, "name")}});
  return merged_dict(owner, written);
}

}  // namespace

void SchemaFile::load_exposures() {
  for (const SchemaEntry& entry : entries("exposures")) {
    auto exposure = std::make_unique<Exposure>();
    exposure->name = entry.name;
    exposure->unique_id = "exposure." + project_.name + "." + entry.name;
    exposure->package_name = project_.name;
    exposure->path = file_.relative;
    exposure->original_file_path = file_.original;
    exposure->file = shown_;
    exposure->yaml_span = span_of(*entry.node, "name");
    exposure->fqn = fqn_of(project_, file_.relative, entry.name);
    exposure->type = find_text(entry.data, "type").value_or("");
    exposure->owner = owner_value(value_or_none(entry.data, "owner"));
    exposure->description = find_text(entry.data, "description").value_or("");
    exposure->label = find_text(entry.data, "label");
    exposure->maturity = find_text(entry.data, "maturity");
    exposure->url = find_text(entry.data, "url");
    exposure->created_at = loader_.created_at;
    const Value config = value_or_none(entry.data, "config");
    const ConfigRequest request{ResourceType::kExposure, &exposure->fqn, project_.name};
    try {
      exposure->config = loader_.configs.resolve(request, config, Value());
    } catch (const PythonException& exception) {
      loader_.report(error_diagnostic("FLOE-E0614", "config", exception.message()).at(exposure->yaml_span));
      continue;
    }
    exposure->unrendered_config = loader_.configs.resolve_unrendered(request, config, Value());
    exposure->enabled = find_bool(exposure->config, "enabled", true);
    std::vector<std::string> tags = text_list(find_key(entry.data, "tags"));
    for (std::string& tag : text_list(find_key(exposure->config, "tags")))
      tags.push_back(std::move(tag));
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    exposure->tags = tags;
    exposure->meta = merged_dict(value_or_none(entry.data, "meta"), value_or_none(exposure->config, "meta"));
    exposure->config.dict_object()->set(std::string_view("tags"), to_list(tags));
    exposure->config.dict_object()->set(std::string_view("meta"), exposure->meta);

    const yaml::Node* depends_on = list_node(*entry.node, "depends_on");
    const Value listed = value_or_none(entry.data, "depends_on");
    for (std::size_t i = 0; depends_on != nullptr && i < depends_on->items.size(); ++i) {
      const std::string text = "{{ " + to_str(listed.list_object()->items[i]) + " }}";
      ExposureRecorder recorder(*exposure);
      ScopeOptions options;
      options.package = project_.name;
      options.recorder = &recorder;
      RenderScope scope(loader_.session, ScopeMode::kParse, options);
      auto tpl = loader_.session.text.parse(text, shown_);
      auto rendered = tpl ? loader_.session.text.render(**tpl, scope) : Result<std::string>(tpl.error());
      if (!rendered) loader_.report(yaml_template_diagnostic(*depends_on->items[i], rendered.error()));
    }
    auto& target = exposure->enabled ? loader_.session.manifest.exposures : loader_.session.manifest.disabled_exposures;
    target.push_back(std::move(exposure));
  }
}

void SchemaFile::load_groups() {
  for (const SchemaEntry& entry : entries("groups")) {
    auto group = std::make_unique<Group>();
    group->name = entry.name;
    group->unique_id = "group." + project_.name + "." + entry.name;
    group->package_name = project_.name;
    group->path = file_.relative;
    group->original_file_path = file_.original;
    group->owner = owner_value(value_or_none(entry.data, "owner"));
    group->description = find_text(entry.data, "description");
    const std::vector<std::string> fqn = fqn_of(project_, file_.relative, entry.name);
    try {
      group->config = loader_.configs.resolve({ResourceType::kGroup, &fqn, project_.name},
                                              value_or_none(entry.data, "config"), Value());
    } catch (const PythonException& exception) {
      loader_.report(error_diagnostic("FLOE-E0614", "config", exception.message()).at(span_of(*entry.node, "name")));
      continue;
    }
    loader_.session.manifest.groups.push_back(std::move(group));
  }
}

}  // namespace floe::dbt
