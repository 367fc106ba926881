#include "project/profile.hpp"

#include "jinja/environment.hpp"
#include "model/tree.hpp"
#include "project/config_scope.hpp"
#include "project/yaml_render.hpp"
#include "value/operations.hpp"

#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::dbt {
namespace {

std::optional<std::string> find_profiles_file(const WorkspaceOptions& options, io::FileSystem& files,
                                              const io::Environment& environment, std::vector<std::string>* looked) {
  std::vector<std::string> directories;
  if (options.profiles_dir) {
    directories.push_back(*options.profiles_dir);
  } else {
    if (auto directory = environment.get("DBT_PROFILES_DIR")) directories.push_back(*directory);
    directories.push_back(options.project_dir);
    if (auto home = environment.get("HOME")) directories.push_back(io::join_path(*home, ".dbt"));
  }
  for (const std::string& directory : directories) {
    std::string path = io::join_path(directory, "profiles.yml");
    looked->push_back(path);
    auto info = files.stat(path);
    if (!info || info->kind != io::FileKind::kMissing) return path;
  }
  return std::nullopt;
}

std::string names_of(const yaml::Node& mapping) {
  std::string names;
  for (const yaml::Entry& entry : mapping.entries)
    names += (names.empty() ? "`" : ", `") + entry.key + "`";
  return names.empty() ? "none" : names;
}

Diagnostic unknown_profile(const std::string& name, const yaml::Node& document) {
  auto finding = error_diagnostic("FLOE-E0605", "profile", fmt::format("there is no profile `{}`", name))
                     .at(Span{document.span.file});
  std::vector<std::string> known;
  known.reserve(document.entries.size());
  for (const yaml::Entry& entry : document.entries)
    known.push_back(entry.key);
  finding.notes.push_back("profiles of this file: " + names_of(document));
  if (const auto near = text::nearest(name, known))
    finding.helps.push_back(fmt::format("did you mean `--profile {}`?", *near));
  return finding;
}

// Of a profile or a folder that was asked for by name; without either the defaults stand.
void report_no_file(const WorkspaceOptions& options, const std::vector<std::string>& looked, DiagnosticSink& sink) {
  if (!options.profiles_dir && !options.profile_name) return;
  sink.report(
      error_diagnostic("FLOE-E0605", "profile",
                       options.profiles_dir
                           ? fmt::format("`--profiles-dir {}` has no profiles.yml", *options.profiles_dir)
                           : fmt::format("there is no profiles.yml with the profile `{}`", *options.profile_name))
          .note("looked for " + text::join(looked, ", ")));
}

class Reader {
 public:
  Reader(const WorkspaceOptions& options, const io::Environment& environment, DiagnosticSink& sink)
      : options_(options),
        native_(EnvironmentOptions{true, true}),
        sink_(sink),
        scope_({.environment = &environment,
                .allow_secrets = true,
                .vars = {options.cli_vars},
                .modules = Value::dict(),
                .flags = Value::dict()}) {}

  void read(const yaml::Node& document, std::string_view profile_name, Profile* profile) {
    const yaml::NodePtr body = document.get(profile_name);
    if (body == nullptr || !body->is_mapping()) {
      // Another project's profiles.yml (that of the home directory, say) is no mistake: the defaults stand.
      if (options_.profile_name) sink_.report(unknown_profile(*options_.profile_name, document));
      return;
    }
    profile->target.profile_name = std::string(profile_name);
    std::string target = "default";
    if (const yaml::NodePtr written = body->get("target")) target = to_str(render(*written));
    if (options_.target_name) target = *options_.target_name;
    const yaml::NodePtr outputs = body->get("outputs");
    if (outputs == nullptr || !outputs->is_mapping()) {
      sink_.report(
          error_diagnostic("FLOE-E0605", "profile", fmt::format("outputs not specified in profile `{}`", profile_name))
              .at(body->span));
      return;
    }
    const yaml::NodePtr output = outputs->get(target);
    if (output == nullptr || !output->is_mapping()) {
      sink_.report(error_diagnostic("FLOE-E0605", "profile",
                                    fmt::format("profile `{}` has no target named `{}`", profile_name, target))
                       .at(outputs->span)
                       .note("targets of this profile: " + names_of(*outputs)));
      return;
    }
    profile->target.name = target;
    read_output(*output, profile);
  }

 private:
  Value render(const yaml::Node& node) {
    return YamlRenderer(native_, scope_, [](KeyPath) { return true; }, sink_).render(node);
  }

  void read_output(const yaml::Node& output, Profile* profile) {
    Target& target = profile->target;
    if (const yaml::NodePtr schema = output.get("schema")) {
      const Value value = render(*schema);
      if (value.is_string() && !value.as_string().empty()) target.schema = value.as_string();
    }
    if (const yaml::NodePtr threads = output.get("threads")) {
      const Value value = render(*threads);
      std::int64_t count = value.is_int() ? value.as_int() : 0;
      if (value.is_string()) count = std::strtoll(value.as_string().c_str(), nullptr, 10);
      if (count >= 1 && count <= 1024) {
        target.threads = static_cast<int>(count);
      } else {
        sink_.report(
            error_diagnostic("FLOE-E0605", "profile", "`threads` must be a number of at least 1").at(threads->span));
      }
    }
    if (const yaml::NodePtr database = output.get("database")) {
      const Value value = render(*database);
      if (value.is_string() && value.as_string() != target.database) {
        sink_.report(
            error_diagnostic("FLOE-E0605", "profile",
                             fmt::format("database `{}` is not the catalog of this platform", value.as_string()))
                .at(database->span)
                .note(fmt::format("tables go to the catalog `{}`", target.database))
                .help("remove `database` from the profile; schema, threads and vars are used"));
      }
    }
    if (const yaml::NodePtr vars = output.get("vars"); vars != nullptr && vars->is_mapping())
      profile->vars = render(*vars);
  }

  const WorkspaceOptions& options_;
  Environment native_;
  DiagnosticSink& sink_;
  ConfigScope scope_;
};

}  // namespace

Profile load_profile(const WorkspaceOptions& options, std::string_view profile_name, io::FileSystem& files,
                     const io::Environment& environment, DiagnosticSink& sink) {
  Profile profile;
  profile.target = options.defaults;
  if (options.target_name) profile.target.name = *options.target_name;
  std::vector<std::string> looked;
  const auto path = find_profiles_file(options, files, environment, &looked);
  if (!path) {
    report_no_file(options, looked, sink);
    return profile;
  }
  auto text = io::read_document(files, *path);
  if (!text) {
    sink.report(error_diagnostic("FLOE-E0605", "profile", text.error().to_string()).at(Span{*path}));
    return profile;
  }
  const std::string shown = io::relative_path(*path, options.project_dir);
  const std::string name = shown.starts_with("..") ? *path : shown;
  const yaml::NodePtr document =
      yaml::parse(*text, {.file = name, .resolver = yaml::Resolver::kPyYaml11, .allow_duplicate_keys = true}, sink);
  if (document == nullptr || !document->is_mapping()) {
    report_no_file(options, looked, sink);
    return profile;
  }
  Reader(options, environment, sink)
      .read(*document, options.profile_name.value_or(std::string(profile_name)), &profile);
  return profile;
}

}  // namespace floe::dbt
