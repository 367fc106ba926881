// Where the dbt project of a product lies; one is made for a product that is only a folder of models.
#pragma once

#include "compile/compile.hpp"
#include "config/product.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>

namespace floe::compile {

// `product` may be null; none when the product has no models. A product that is only a folder of models gets the
// project file dbt wants, below `state_directory`. FLOE-E0307 where transforms name more than one project, or one that
// is not there.
Result<std::optional<DbtProject>> find_dbt_project(const ProjectLocation& location, const config::Product* product,
                                                   const std::string& state_directory, io::FileSystem& files,
                                                   DiagnosticSink& sink);

// The members of every request of floe.dbt/1: which project it is about, where its artifacts go, and where models go
// that no profile sends elsewhere.
json::object dbt_request(const Compiled& compiled, std::int64_t threads = DbtInvocation().threads);

// What dbt found, its files named as those of the product: dbt/models/a.sql.
Diagnostic in_product(const Compiled& compiled, Diagnostic finding);

}  // namespace floe::compile
