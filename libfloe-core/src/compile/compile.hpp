// floe compile: platform manifest + product + dbt project -> findings, or what the run engine needs.
#pragma once

#include "compile/compiler_host.hpp"
#include "model/compiled.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace floe::artifact {
struct ArtifactInput;
}

namespace floe::compile {

// What dbt does in the run that a compile is for. Templates see it while they are parsed, so it decides what the graph
// is.
struct DbtInvocation {
  std::string command = "build";
  std::string args = "{}";                  // JSON object, by flag name with underscores
  std::optional<std::string> profiles_dir;  // nullopt: where dbt looks
  std::int64_t threads = 4;                 // where no profile says
  bool follows = false;                     // it executes the graph that this compile judges
};

struct CompileRequest {
  std::string directory;             // absolute; where the user stands or said with -C
  std::string environment;           // --env; "" = none
  std::string platform_config = {};  // --platform-config: a file, relative to `directory`; "" = looked for
  std::string vars = "{}";           // JSON object for dbt
  std::string target;                // dbt target name; "" = default
  DbtInvocation dbt = {};
  std::string invocation_id;  // of the run that follows: what dbt parsed here serves it; "" = none follows
  std::string started_at;     // of that run, ISO 8601 with Z
  // A reference, relative to the directory (absolute), instead of the product's own; "" = the product's.
  std::string platform = {};
  std::string platform_directory = {};
  // Digest of the platform that the product has to be of, besides what the machine requires; "" = none.
  std::string required_platform = {};
  ArtifactFormat format = ArtifactFormat::kJson;
  // A dry run: what has to be on disk meanwhile goes to this directory, and nothing is written anywhere else. "" =
  // none.
  std::string scratch = {};
  int verbosity = 0;
  bool use_cache = true;
  bool wants_lineage = false;  // of columns, in lineage.json beside the artifact, also when no policy needs it
  bool untrusted = false;      // nothing is executed, and templates see neither variables nor files outside
  bool locked = false;         // floe.lock must be there and name the plugins that are installed
};

// What a compile found out about the product, with the columns that were traced. Both are gone when the call returns.
using OnExamined = std::function<void(const artifact::ArtifactInput& examined, const policy::ColumnLineage& traced)>;

// Findings go to `sink`; an error of kInvalidArgument, kNotFound or kIo means exit code 2 (unreadable file, bad
// reference), kData means findings (exit 1). On success the artifact is on disk.
// `on_examined` is called also when the compile fails for what it found; before anything is written.
Result<Compiled> compile(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink,
                         const OnExamined& on_examined = {});

// Only the documents: which plugins, which sources, where dbt lives. No dbt parse, no policies, no artifact; what
// `floe dbt parse`, `floe table` and `floe show` need. FLOE-E0781 in `sink` and kData for who may not read.
Result<Compiled> load(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink);

// Where the project is, without loading it: the directory of floe.yaml at or above `directory`, else of
// dbt_project.yml. kNotFound says what was looked for, or which name is not that of a document (`Floe.yaml`); kIo when
// what has the name of a document is none.
struct ProjectLocation {
  std::string root;
  std::string product_file;      // absolute; "" when there is none
  std::string dbt_project_file;  // absolute; "" when there is none beside it
  std::string state_directory;   // <root>/.floe
  std::string entered = {};      // folder of a dbt_project.yml that is nearer than floe.yaml; "" = none
};

Result<ProjectLocation> locate_project(const std::string& directory, io::FileSystem& files);

// The built-in local platform (architecture.md 3) for a project: duckdb, sqlite, local, native.
std::map<std::string, PluginChoice> local_platform(const ProjectLocation& location);

}  // namespace floe::compile
