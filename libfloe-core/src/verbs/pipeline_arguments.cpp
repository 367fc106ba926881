#include "verbs/pipeline_arguments.hpp"

namespace floe::run {

Arguments locked_argument() {
  return Arguments().flag("--locked", "locked", "refuse other plugins than floe.lock names");
}

Arguments vars_argument() { return Arguments().mapping("--vars", "vars", "variables of dbt: '{key: value}'"); }

Arguments target_argument() { return Arguments().text("-t,--target", "target", "target name seen by models"); }

Arguments selection_arguments() {
  return Arguments()
      .words("-s,--select,-m,--models", "select", "nodes to include (dbt selection syntax)")
      .words("--exclude", "exclude", "nodes to leave out")
      .text("--indirect-selection", "indirect_selection",
            "tests of selected nodes: eager (default), cautious, buildable, empty")
      .among({"eager", "cautious", "buildable", "empty"})
      .text("--selector", "selector", "a selector of selectors.yml, instead of --select and --exclude");
}

Arguments execution_arguments() {
  return selection_arguments()
      .add(locked_argument())
      .flag("-f,--full-refresh", "full_refresh", "rebuild incremental models from nothing")
      .add(vars_argument())
      .number("--threads", "threads", 1, "nodes run at a time (default: the profile's, else 8)")
      .add(target_argument())
      .flag("-x,--fail-fast", "fail_fast", "stop at the first failed node");
}

}  // namespace floe::run
