// Where the dbt project of a product lies; one is made for a product that is only a folder of models.
#pragma once

#include "compile/compile.hpp"
#include "config/product.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::compile {

// The directory of its dbt_project.yml, absolute; "" when the product has no models. `product` may be null. A minimal
// project is written below `state_directory`.
Result<std::string> find_dbt_project(const ProjectLocation& location, const config::Product* product,
                                     const std::string& state_directory, io::FileSystem& files);

// Where it lies in the product, as a prefix of the paths of its files: "" or "dbt/".
std::string dbt_project_prefix(const Compiled& compiled);

// `file`, relative to the product but perhaps by way of a directory outside it (`../../tmp/x/../../shop/models/a.sql`),
// as people know it: `models/a.sql`.
std::string path_in_project(const Compiled& compiled, const std::string& file);

}  // namespace floe::compile
