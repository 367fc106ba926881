//! The verbs of `floe/floe.h`: names for `floe_context_call`. Requests and answers: docs/reference/verbs.md. Written by
//! tools/generate_verbs.py.
use std::ffi::CStr;

const fn name(bytes: &'static [u8]) -> &'static CStr {
    // Checked when this crate is compiled.
    match CStr::from_bytes_with_nul(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a NUL inside"),
    }
}

/// Check the product against its platform; nothing runs.
pub const COMPILE: &CStr = name(b"compile\0");

/// Reach the verdict of a compiled artifact again, on a platform that you name.
pub const VERIFY: &CStr = name(b"verify\0");

/// Compile, ingest, then build and test everything selected.
pub const RUN: &CStr = name(b"run\0");

/// Compile, then load the raw sources only.
pub const INGEST: &CStr = name(b"ingest\0");

/// Compile, then run the tests only.
pub const TEST: &CStr = name(b"test\0");

/// Print rows of a model, seed, snapshot or table.
pub const SHOW: &CStr = name(b"show\0");

/// Tables of the catalog.
pub const TABLE_LIST: &CStr = name(b"table list\0");

/// Schema, partitioning, properties and current snapshot.
pub const TABLE_DESCRIBE: &CStr = name(b"table describe\0");

/// Snapshots, newest first.
pub const TABLE_HISTORY: &CStr = name(b"table history\0");

/// Branches and tags.
pub const TABLE_REFS: &CStr = name(b"table refs\0");

/// Data files of a snapshot.
pub const TABLE_FILES: &CStr = name(b"table files\0");

/// Read every file and compare it with what was written.
pub const TABLE_VERIFY: &CStr = name(b"table verify\0");

/// Make the catalog name tables that storage holds.
pub const TABLE_REGISTER: &CStr = name(b"table register\0");

/// Read the project and write manifest.json.
pub const DBT_PARSE: &CStr = name(b"dbt parse\0");

/// Render models and tests to target/compiled.
pub const DBT_COMPILE: &CStr = name(b"dbt compile\0");

/// Print the nodes a selection names.
pub const DBT_LS: &CStr = name(b"dbt ls\0");

/// Dbt seed.
pub const DBT_SEED: &CStr = name(b"dbt seed\0");

/// Dbt snapshot.
pub const DBT_SNAPSHOT: &CStr = name(b"dbt snapshot\0");

/// Dbt run.
pub const DBT_RUN: &CStr = name(b"dbt run\0");

/// Dbt test.
pub const DBT_TEST: &CStr = name(b"dbt test\0");

/// Dbt build.
pub const DBT_BUILD: &CStr = name(b"dbt build\0");

/// Run a model's query, or --inline SQL, and print rows.
pub const DBT_SHOW: &CStr = name(b"dbt show\0");

/// Call a macro.
pub const DBT_RUN_OPERATION: &CStr = name(b"dbt run-operation\0");

/// Write it as an artifact, with all above it merged in.
pub const PLATFORM_COMPILE: &CStr = name(b"platform compile\0");

/// What holds, and which manifest says it.
pub const PLATFORM_SHOW: &CStr = name(b"platform show\0");

/// What an upgrade changes, and what it breaks.
pub const PLATFORM_DIFF: &CStr = name(b"platform diff\0");

/// A folder of products with expected verdicts.
pub const PLATFORM_TEST: &CStr = name(b"platform test\0");

/// Write it as an artifact, with all above it merged in.
pub const ENTERPRISE_COMPILE: &CStr = name(b"enterprise compile\0");

/// What holds, and which manifest says it.
pub const ENTERPRISE_SHOW: &CStr = name(b"enterprise show\0");

/// What an upgrade changes, and what it breaks.
pub const ENTERPRISE_DIFF: &CStr = name(b"enterprise diff\0");

/// A folder of products with expected verdicts.
pub const ENTERPRISE_TEST: &CStr = name(b"enterprise test\0");

/// Write it as an artifact, with all above it merged in.
pub const DOMAIN_COMPILE: &CStr = name(b"domain compile\0");

/// What holds, and which manifest says it.
pub const DOMAIN_SHOW: &CStr = name(b"domain show\0");

/// What an upgrade changes, and what it breaks.
pub const DOMAIN_DIFF: &CStr = name(b"domain diff\0");

/// A folder of products with expected verdicts.
pub const DOMAIN_TEST: &CStr = name(b"domain test\0");

/// Write one HTML page: lineage, models, tests, policies, settings, runs.
pub const DOCS_BUILD: &CStr = name(b"docs build\0");

/// Which tables and columns come from which.
pub const LINEAGE: &CStr = name(b"lineage\0");

/// Print the JSON Schema of a document, for editors.
pub const SCHEMA: &CStr = name(b"schema\0");

/// Plugins found in the plugin directories.
pub const PLUGIN_LIST: &CStr = name(b"plugin list\0");

/// Everything plugin.json says.
pub const PLUGIN_SHOW: &CStr = name(b"plugin show\0");

/// Where the time of a trace of plugin calls went.
pub const PLUGIN_TRACE: &CStr = name(b"plugin trace\0");

/// Every directory looked at and what was decided.
pub const PLUGIN_WHY: &CStr = name(b"plugin why\0");

/// A folder with a new plugin, ready to build.
pub const PLUGIN_NEW: &CStr = name(b"plugin new\0");

/// One method of a plugin, with JSON for its values.
pub const PLUGIN_CALL: &CStr = name(b"plugin call\0");

/// The conformance checks on one plugin.
pub const PLUGIN_CHECK: &CStr = name(b"plugin check\0");

/// Check contracts against ODCS 3.0 to 3.2.
pub const CONTRACT_VALIDATE: &CStr = name(b"contract validate\0");

/// What changed between two versions, and the version that demands.
pub const CONTRACT_DIFF: &CStr = name(b"contract diff\0");

/// The contracts of the output ports.
pub const CONTRACT_GENERATE: &CStr = name(b"contract generate\0");

/// The contracts of the output ports against their tables.
pub const CONTRACT_DRIFT: &CStr = name(b"contract drift\0");

/// Whether the tables keep the service levels of their contracts.
pub const CONTRACT_CHECK: &CStr = name(b"contract check\0");

/// The products below a folder.
pub const PRODUCT_LIST: &CStr = name(b"product list\0");

/// One product, what it reads and who reads it.
pub const PRODUCT_SHOW: &CStr = name(b"product show\0");

/// Who reads whose ports, and whether versions fit.
pub const PRODUCT_GRAPH: &CStr = name(b"product graph\0");

/// Claim name and tables in the registry of the platform.
pub const PRODUCT_REGISTER: &CStr = name(b"product register\0");

/// Verdicts of every policy, overrides, origins of settings.
pub const GOVERNANCE_REPORT: &CStr = name(b"governance report\0");

/// Whether somebody changed the audit log.
pub const AUDIT_VERIFY: &CStr = name(b"audit verify\0");

/// Set a log aside that somebody changed, and begin a new one.
pub const AUDIT_RESUME: &CStr = name(b"audit resume\0");

/// What a diagnostic means and how to fix it.
pub const EXPLAIN: &CStr = name(b"explain\0");

/// What is found on this machine and in the project, and whether it works.
pub const DOCTOR: &CStr = name(b"doctor\0");

/// A new product, or floe.yaml for a dbt project that is there.
pub const INIT: &CStr = name(b"init\0");
