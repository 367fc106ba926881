#include "config/cron.hpp"
#include "config/floe_spec.hpp"
#include "config/platform_environment.hpp"
#include "config/platform_manifest.hpp"
#include "config/product.hpp"
#include "floe_test.hpp"
#include "secrets/secret_scan.hpp"

#include "base/diagnostics/render.hpp"

namespace {

using namespace floe;

// Concise findings of a document, one per line.
template <class Read>
std::string findings(const std::string& yaml, Read read) {
  config::Document document{"/p/f.yaml", "f.yaml", yaml, nullptr};
  DiagnosticSink sink;
  yaml::ParseOptions options;
  options.file = "f.yaml";
  document.root = yaml::parse(yaml, options, sink);
  static_cast<void>(read(document, sink));
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  return render_diagnostics(sink.sorted(), render);
}

}  // namespace

TEST_CASE("mistakes in floe.yaml are found, each at its place") {
  struct Case {
    const char* yaml;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n", ""},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: 1.0}\n",
       "f.yaml:3:30: error[FLOE-E0202]: `metadata.version` must be text, not number\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: A b, version: \"1.0\"}\n",
       "f.yaml:3:18: error[FLOE-E0205]: `metadata.name` is not well formed\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\ningestion:\n  sources:\n"
       "    - {name: s, format: csv, path: a, table: raw.a, columns: [{name: id, type: INT}, {name: ID, type: INT}]}\n"
       "    - {name: s, format: csv, path: b, table: raw.b}\n",
       "f.yaml:6:93: error[FLOE-E0360]: there are two columns `ID` of source `s`\n"
       "f.yaml:7:14: error[FLOE-E0361]: there are two sources `s`\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProdukt\nmetadata: {name: a, version: \"1.0\"}\nplatfrom: {ref: x}\n",
       "f.yaml:2:7: error[FLOE-E0204]: `kind` does not accept `DataProdukt`\n"
       "f.yaml:4:1: error[FLOE-E0201]: unknown key `platfrom` in a data product\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\nplatform: {ref: ''}\n",
       "f.yaml:4:17: error[FLOE-E0205]: `platform.ref` is not well formed\n"},
      // What is wrong in one section hides nothing of the others, and nothing is said of what it would have explained.
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a}\ntrasforms: []\n"
       "transforms: [{type: dbt, name: x, pth: m}]\nschedules: [{name: s, cron: \"0 0 * * *\", transforms: [x]}]\n"
       "schedule: {cron: \"0 6 * * *\", timezone: Europe/Berln}\n",
       "f.yaml:3:11: error[FLOE-E0203]: `metadata` needs `version`\n"
       "f.yaml:4:1: error[FLOE-E0201]: unknown key `trasforms` in a data product\n"
       "f.yaml:5:35: error[FLOE-E0201]: unknown key `pth` in a transform\n"
       "f.yaml:7:41: error[FLOE-E0204]: `schedule.timezone` does not accept `Europe/Berln`\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a}\nquality: []\n",
       "f.yaml:3:11: error[FLOE-E0203]: `metadata` needs `version`\n"
       "f.yaml:4:1: error[FLOE-E0207]: `quality` is not supported by this version of floe\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "transforms: [{type: dbt, name: all, path: m}]\n"
       "slas: {freshness: P1DT2H, availability: 99.9%, quality: 100%}\n"
       "input_ports: [{product: sales.orders, port: orders, version: '>=1.2'}, {product: b, port: c}]\n"
       "output_ports: [{name: c, model: m, classification: pii, sla: {freshness: 24h}, schema: [{name: id, required: "
       "true}]}]\n"
       "sensors:\n  - {name: s, on: product, product: b, transforms: [all]}\n"
       "  - {name: t, on: table, table: raw.b}\n  - {name: u, on: file, path: data/*.csv}\n",
       ""},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "slas: {freshness: soon, availability: 101%, latency: 1s}\n"
       "input_ports: [{product: Sales orders, port: orders, version: newest}, {product: b}]\n"
       "output_ports: [{name: 1c, model: m, schema: []}, {name: c, classification: secret}]\n"
       "sensors:\n  - {name: s, on: queue}\n  - {name: t, on: table, path: x}\n",
       "f.yaml:4:19: error[FLOE-E0205]: `slas.freshness` is not well formed\n"
       "f.yaml:4:39: error[FLOE-E0205]: `slas.availability` is not well formed\n"
       "f.yaml:4:45: error[FLOE-E0201]: unknown key `latency` in service levels\n"
       "f.yaml:5:25: error[FLOE-E0205]: `input_ports[0].product` is not well formed\n"
       "f.yaml:5:62: error[FLOE-E0205]: `input_ports[0].version` is not well formed\n"
       "f.yaml:5:71: error[FLOE-E0203]: an input port needs `port`\n"
       "f.yaml:6:23: error[FLOE-E0205]: `output_ports[0].name` is not well formed\n"
       "f.yaml:6:45: error[FLOE-E0206]: `output_ports[0].schema` has 0 items, accepted are at least 1\n"
       "f.yaml:6:50: error[FLOE-E0203]: an output port needs `model`\n"
       "f.yaml:6:76: error[FLOE-E0204]: `output_ports[1].classification` does not accept `secret`\n"
       "f.yaml:8:19: error[FLOE-E0204]: `sensors[0].on` does not accept `queue`\n"
       "f.yaml:9:5: error[FLOE-E0203]: a sensor on a table needs `table`\n"
       "f.yaml:9:26: error[FLOE-E0201]: unknown key `path` in a sensor on a table\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "input_ports: [{product: b, port: c}, {product: b, port: C}]\n"
       "output_ports: [{name: c, model: m, schema: [{name: id}, {name: Id}]}, {name: C, model: n}]\n"
       "sensors:\n  - {name: s, on: product, product: bb}\n  - {name: S, on: file, path: x, transforms: [all]}\n",
       "f.yaml:4:57: error[FLOE-E0376]: there are two input ports `b.C`\n"
       "f.yaml:5:64: error[FLOE-E0376]: there are two columns `Id` of port `c`\n"
       "f.yaml:5:78: error[FLOE-E0376]: there are two output ports `C`\n"
       "f.yaml:7:37: error[FLOE-E0350]: sensor `s` waits for product `bb`, of which there is no input port\n"
       "f.yaml:8:12: error[FLOE-E0349]: there are two sensors `S`\n"
       "f.yaml:8:47: error[FLOE-E0344]: sensor `S` names `all`, which is no transform\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "schedule: {cron: \"*/15,3 0-6/2 1 JAN-MAR *\", timezone: America/Argentina/Buenos_Aires}\n",
       ""},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "schedule: {cron: \"60 * * * *\", timezone: Europe/Berlin}\n",
       "f.yaml:4:18: error[FLOE-E0205]: `schedule.cron` is not well formed\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\ningestion:\n  sources:\n"
       "    - {name: c, format: csv, path: c.csv, table: raw.c, write_mode: merge}\n"
       "    - {name: d, format: csv, path: d.csv, table: raw.C, schema_contract: never}\n"
       "    - {name: e, format: csv, path: e.csv, table: raw.e, keys: [id, ID, id]}\n",
       "f.yaml:7:74: error[FLOE-E0204]: `ingestion.sources[1].schema_contract` does not accept `never`\n"
       "f.yaml:8:72: error[FLOE-E0373]: `ingestion.sources[2].keys` has an item twice\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\ningestion:\n  sources:\n"
       "    - {name: c, format: csv, path: c.csv, table: raw.c, write_mode: merge}\n"
       "    - {name: d, format: csv, path: d.csv, table: raw.C, keys: [id]}\n"
       "    - {name: e, format: csv, path: e.csv, table: raw.e, write_mode: merge, keys: [ID, nr], columns: [{name: "
       "id, type: BIGINT}]}\n"
       "    - {name: g, format: csv, path: g.csv, table: raw.g, write_mode: merge, keys: [id], schema_contract: "
       "freeze}\n",
       "f.yaml:6:69: error[FLOE-E0351]: source `c` merges and has no `keys`\n"
       "f.yaml:7:14: error[FLOE-E0304]: source `d` writes table `raw.c`, which another source writes\n"
       "f.yaml:7:63: error[FLOE-E0351]: source `d` has `keys`, which only write_mode `merge` uses\n"
       "f.yaml:8:87: error[FLOE-E0351]: key `nr` of source `e` is none of its `columns`\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\ningestion:\n  sources:\n"
       "    - {name: c, format: csv, path: c.csv, table: raw.c, on_bad_rows: rejects}\n"
       "    - {name: d, format: csv, path: d.csv, table: raw.c_rejects}\n"
       "    - {name: e, format: csv, path: e.csv, table: raw.C_REJECTS_rejects, on_bad_rows: rejects}\n",
       "f.yaml:7:14: error[FLOE-E0304]: source `d` writes table `raw.c_rejects`, which another source writes\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "sensors: [{name: t, on: table, table: orders}]\n",
       "f.yaml:4:39: error[FLOE-E0205]: `sensors[0].table` is not well formed\n"},
      {"apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: \"1.0\"}\n"
       "transforms: [{type: dbt, name: raw, path: m}, {type: dbt, path: n}, {type: dbt, name: Raw, path: o}]\n"
       "schedule: {cron: \"0 6 * * fri\", timezone: EST5EDT}\n",
       "f.yaml:4:87: error[FLOE-E0359]: there are two transforms `Raw`\n"},
  };
  for (const Case& c : cases)
    CHECK(findings(c.yaml, config::read_product) == c.expected);
}

TEST_CASE("versions of products are semantic versions, or two numbers") {
  struct Case {
    const char* version;
    bool is_accepted;
  };

  const std::vector<Case> cases = {
      {"1.0", true},       {"1.2.3", true},    {"0.1", true},   {"1.2.3-rc1", true}, {"1.2.3-rc.1+b.07", true},
      {"1.2.3+b", true},   {"01.2", false},    {"1.02", false}, {"1", false},        {"1.2-rc1", false},
      {"1.2.3-01", false}, {"v1.2", false},    {"1.2.", false}, {"1.2.3-", false},   {"1.2.3-a..b", false},
      {"1.2.3-0a", true},  {"1.2.3.4", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.version);
    const std::string yaml =
        "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: '" + std::string(c.version) + "'}\n";
    CHECK(findings(yaml, config::read_product).empty() == c.is_accepted);
  }
}

TEST_CASE("what is wrong with a cron expression is said") {
  struct Case {
    const char* cron;
    const char* problem;
  };

  const std::vector<Case> cases = {
      {"0 6 * * 1-5", ""},
      {"0-59/5 0,12 1 JAN-mar sun", ""},
      {"0 0 6 * * *", "expected five fields (minute hour day month weekday), such as \"0 6 * * 1-5\", not 6"},
      {"", "expected five fields (minute hour day month weekday), such as \"0 6 * * 1-5\", not 0"},
      {"60 * * * *", "minute `60` is not accepted, numbers from 0 to 59 are"},
      {"0 24 * * 7", "hour `24` is not accepted, numbers from 0 to 23 are"},
      {"0 0 1-32 * *", "day `32` is not accepted, numbers from 1 to 31 are"},
      {"0 0 * 0 *", "month `0` is not accepted, numbers from 1 to 12 are, and jan to dec"},
      {"0 0 * * 1,8", "weekday `8` is not accepted, numbers from 0 to 7 are, and sun to sat"},
      {"*/0 * * * *", "step `0` of the minute is not accepted, numbers from 1 to 59 are"},
      {"5-1 * * * *", "minute `5-1` runs backwards"},
      {"0 0 * * fri-mon", "weekday `fri-mon` runs backwards"},
      {"0 6 * * ,", "weekday `` is not accepted, numbers from 0 to 7 are, and sun to sat"},
  };
  for (const Case& c : cases)
    CHECK(config::cron_problem(c.cron) == c.problem);
}

TEST_CASE("mistakes in manifest.yaml are found, each at its place") {
  struct Case {
    const char* yaml;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"metadata: {name: a, version: \"1.0.0\"}\nplugins: {compute: duckdb}\n", ""},
      {"prod: {}\nplugins: {compute: duckdb}\n",
       "f.yaml:1:1: error[FLOE-E0208]: `prod` has no place in a manifest: it is the same for every environment\n"},
      {"prod: {}\nplugins: {computes: duckdb}\n",
       "f.yaml:1:1: error[FLOE-E0208]: `prod` has no place in a manifest: it is the same for every environment\n"
       "f.yaml:2:11: error[FLOE-E0201]: unknown key `computes` in `plugins`\n"},
      {"- a\n", "f.yaml:1:1: error[FLOE-E0202]: the document must be a mapping, not sequence\n"},
      {"plugins: {computes: duckdb}\n", "f.yaml:1:11: error[FLOE-E0201]: unknown key `computes` in `plugins`\n"},
      {"governance: {quality_gates: {minimum_test_coverage: 101}}\n",
       "f.yaml:1:53: error[FLOE-E0206]: `governance.quality_gates.minimum_test_coverage` is 101, outside 0 to 100\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\ndata_architecture: {pattern: custom, naming: {enforcement: strict}}\n",
       "f.yaml:2:30: error[FLOE-E0209]: pattern `custom` needs `naming.patterns` or `layers` to enforce names by\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\n"
       "data_architecture: {layers: [{name: a, prefix: a_, reads_from: [b]}]}\n",
       "f.yaml:2:64: error[FLOE-E0302]: layer `a` reads from `b`, which is no layer\n"},
      {"plugins: {compute: duckdb}\n", "f.yaml: warning[FLOE-W1201]: the manifest has no `metadata`\n"},
      {"kind: DomainManifest\nmetadata: {name: a, version: \"1.0.0\", scope: enterprise}\n",
       "f.yaml:1:7: error[FLOE-E0212]: `scope` is `domain`, but `metadata.scope` says `enterprise`\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\nplugins: {observability: datadog, telemetry_backend: otlp}\n",
       "f.yaml:2:11: error[FLOE-E0213]: `plugins.observability` chooses `telemetry_backend` too\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\nartifacts: {}\n",
       "f.yaml:2:1: error[FLOE-E0207]: `artifacts` is not supported by this version of floe\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\ngovernance: {data_retention_days: 0}\n",
       "f.yaml:2:35: error[FLOE-E0206]: `governance.data_retention_days` is 0, below 1\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\ngovernance: {data_retention_days: 9223372036854775808}\n",
       "f.yaml:2:35: error[FLOE-E0206]: `governance.data_retention_days` is 9223372036854775808, too large\n"},
      {"metadata: {name: a, version: \"1.0.0\"}\ngovernance: {data_retention_days: -99999999999999999999}\n",
       "f.yaml:2:35: error[FLOE-E0206]: `governance.data_retention_days` is -99999999999999999999, below 1\n"},
  };
  const auto read = [](config::Document& document, DiagnosticSink& sink) {
    if (config::check_manifest(&document, nullptr, sink)) config::read_manifest(*document.root, sink);
  };
  for (const Case& c : cases)
    CHECK(findings(c.yaml, read) == c.expected);
}

TEST_CASE("mistakes in a FloeSpec and in a platform.yaml are found, each at its place") {
  const std::string head =
      "apiVersion: floe.dev/v1\nkind: FloeSpec\nmetadata: {name: a, version: 1.0.0}\nplatform: {manifest: b.yaml}\n";
  const auto spec = [](config::Document& document, DiagnosticSink& sink) {
    return config::read_floe_spec(document, sink);
  };
  CHECK(findings(head + "transforms: [{name: b}, {name: c}]\n", spec).empty());
  CHECK(findings(head + "transforms: [{name: b}, {name: b, tier: gold}]\n", spec) ==
        "f.yaml:5:32: error[FLOE-E0359]: there are two transforms `b`\n");

  const auto environment = [](config::Document& document, DiagnosticSink& sink) {
    return config::read_platform_environment(document, sink);
  };
  CHECK(findings("version: 1.1.0\n", environment).empty());
  CHECK(findings("apiVersion: floe.dev/v1\nkind: PlatformEnvironment\n", environment).empty());
  CHECK(findings("storage: {}\n", environment) ==
        "f.yaml:1:1: error[FLOE-E0203]: a platform environment needs `version` or `kind`\n");
}

TEST_CASE("what to write instead of a secret can be written there") {
  const auto help = [](const std::string& yaml) {
    DiagnosticSink sink;
    const auto root = yaml::parse(yaml, {.file = "f.yaml"}, sink);
    policy::scan_for_secrets(*root, "", true, sink);
    REQUIRE(sink.all().size() == 1);
    return sink.all().front().helps.front();
  };
  CHECK(help("credentials: {db_password: [hunter2]}") ==
        "write `db_password: {secret_ref: db-password}` and put the value into the secret backend");
  CHECK(help("otlp_endpoint: https://u:hunter2@h") ==
        "leave user and password out of `otlp_endpoint`; credentials are members of their own, as references");
}
