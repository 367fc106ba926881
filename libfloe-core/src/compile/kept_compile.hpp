// What one compile found, as the next one may take it over: an entry of the VerdictCache.
#pragma once

#include "compile/verdict_cache.hpp"
#include "model/grants.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace floe::compile {

// Digests are SHA-256 in hex; "" = there is none.
struct KeptCompile {
  std::string key;                            // of all that the verdict depends on, but what dbt read
  std::vector<std::string> read_variables;    // names that dbt asked for
  std::vector<std::string> read_files;        // that dbt opened or looked for, see digest_of_reads
  std::string reads_digest;                   // of both
  std::string graph_digest;                   // of the graph that was judged
  std::string lock_digest;                    // of floe.lock
  std::string artifact_digest;                // of compiled_artifacts.json
  std::map<std::string, std::string> beside;  // of the files beside it, by name
  std::string contracts_digest;               // of the contracts of ports
  std::string lineage_digest;                 // of the column lineage, when it was asked for
  std::size_t model_count = 0;
  std::optional<warehouse::Grants> grants;
  std::string product_name;
  std::optional<std::string> classification;
  std::vector<Diagnostic> warnings;
  std::vector<std::string> lines;  // of the printout
};

// nullopt for one that is not there, or that another version of floe wrote.
std::optional<KeptCompile> read_kept_compile(const VerdictCache& cache);

// Nothing is lost when it fails but time.
Status keep_compile(const KeptCompile& kept, const VerdictCache& cache);

}  // namespace floe::compile
