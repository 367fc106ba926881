#include "compile/schedules.hpp"

#include "config/document.hpp"

#include "base/io/file_system.hpp"

#include <algorithm>

namespace floe::compile {

std::vector<Schedule> schedule_selections(const config::Product& product, const std::string& root,
                                          const std::optional<DbtProject>& dbt_project) {
  std::vector<Schedule> out;
  if (product.schedules == nullptr) return out;
  for (const yaml::NodePtr& item : product.schedules->items) {
    Schedule schedule{config::member_text(*item, "name"), {}};
    const std::vector<std::string> names = config::member_texts(*item, "transforms");
    for (const config::TransformPath& transform : product.transform_paths) {
      if (std::find(names.begin(), names.end(), transform.name) == names.end()) continue;
      for (const std::string& glob : transform.globs)
        schedule.select.push_back("path:" + glob);
      const std::string models = io::join_path(root, transform.path);
      if (transform.globs.empty() && dbt_project)
        schedule.select.push_back("path:" + io::relative_path(models, dbt_project->directory));
    }
    out.push_back(std::move(schedule));
  }
  return out;
}

}  // namespace floe::compile
