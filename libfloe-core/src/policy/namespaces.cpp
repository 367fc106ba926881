// Namespaces: the tables of a domain lie under its own name.
#include "policy/policy.hpp"

#include <fmt/format.h>

namespace floe::policy {

void check_namespaces(PolicyRun& run) {
  const std::string& domain = run.manifest.name;
  for (const Model& model : run.graph.models) {
    if (model.schema == domain || model.schema.starts_with(domain + ".")) {
      run.pass(model);
      continue;
    }
    const std::string problem = fmt::format("writes to `{}`, outside of domain `{}`", model.schema, domain);
    run.violate(model, problem, fmt::format("a schema such as {}.main", domain),
                error_diagnostic("FLOE-E0741", "outside-of-domain", fmt::format("model `{}` {}", model.name, problem))
                    .note("the tables of a domain lie under its name, so that domains cannot overwrite each other")
                    .help(fmt::format("leave `schema` to the default `{0}.main`, or let generate_schema_name give a "
                                      "name under `{0}`",
                                      domain)));
  }
}

}  // namespace floe::policy
