#include "sandbox/sql_monitor.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace floe;                  // NOLINT: test
using namespace floe::duckdb_compute;  // NOLINT: test

namespace {

// A project in a folder of its own, which is the working directory meanwhile.
class Folder {
 public:
  Folder() : before_(std::filesystem::current_path()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-sandbox-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = std::filesystem::canonical(pattern);
    for (const char* folder : {"project/data", "project/exports", "project/.floe/audit"})
      std::filesystem::create_directories(path_ / folder);
    std::ofstream(path_ / "outside.csv") << "a\n";
    std::filesystem::create_symlink(path_ / "outside.csv", path_ / "project/data/link.csv");
    std::filesystem::current_path(path_ / "project");
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  ~Folder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }

  [[nodiscard]] Grants grants() const {
    Grants grants;
    grants.is_limited = true;
    grants.threads = 4;
    grants.reads = {(path_ / "project").string()};
    grants.writes = {(path_ / "project/exports").string()};
    return grants;
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

std::string verdict(const Grants& grants, const std::string& sql) {
  const Status status =
      check_statements(grants, sql, [](const std::string& name) -> Result<bool> { return name == "sum"; });
  if (status) return "";
  const std::string* found = status.error().detail("floe.diagnostics");
  REQUIRE(found != nullptr);
  return diagnostics_from_json(*found)->front().code;
}

}  // namespace

TEST_CASE("statements of a project are judged before DuckDB reads them") {
  const Folder folder;
  const Grants grants = folder.grants();
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"", "select 1"},
      {"", "with a as (select * from x) select * from a, lateral (select 1) where b in ('/etc/a.csv', 'b.csv')"},
      {"", "select t.json, '/etc/passwd.csv' from t order by 1 desc, 'x.csv'"},
      {"", "from read_csv('data/x.csv', header := true)"},
      {"", "select * from read_json(['data/a.json', 'data/b.json'])"},
      {"", "select * from 'data/*.csv'"},
      {"", "select * from floe.\"sales.main\".orders, \"data/x\".csv"},
      {"", "create temp table t as select 1; insert into t from 'data/x.csv'; update t set a = '/etc/x.csv'"},
      {"", "create temp macro twice(x) as x * 2"},
      {"", "set timezone = 'UTC'; set variable a = 1; set time zone 'UTC'; reset threads; set threads = 4"},
      {"", "pragma version; pragma table_info('t'); pragma threads = 2"},
      {"", "explain analyze select 1; prepare p as select $1; execute p(1)"},
      {"", "copy (select 1) to 'exports/x.csv' (format csv); copy t from 'data/x.csv'"},
      {"", "from query('select 1')"},
      {"", "select * from t where a is not distinct from '/etc/a.csv' or b is distinct from '\\x2F'::blob"},
      {"",
       "select extract(year from '2026/01/01'), trim(both '/' from '/a/b.csv'), overlay('a' placing 'b' from '/1')"},
      {"FLOE-E0642", "select a is distinct from (from '/etc/a.csv') from t"},
      {"FLOE-E0642", "select trim('/' from (select x from '/etc/a.csv')) from t"},
      {"FLOE-E0642", "select trim('/' from x) from t, '/etc/a.csv'"},
      {"FLOE-E0642", "select distinct from '/etc/a.csv'"},
      {"FLOE-E0642", "select exists(from '/etc/a.csv')"},
      {"FLOE-E0642", "insert into trim (from '/etc/a.csv')"},
      {"FLOE-E0642", "select 1 as x$$, content from read_text('/etc/passwd')"},
      {"FLOE-E0642", "select 1 as a$b$, content from read_text('/etc/passwd')"},
      {"FLOE-E0642", "prepare q as select $1a$, b from (select content as b from read_text('/etc/passwd'))"},
      {"FLOE-E0642", "select 1x$$, content from read_text('/etc/passwd')"},
      {"FLOE-E0642", "select 1e5x$$, content from read_text('/etc/passwd')"},
      {"FLOE-E0641", "create temp table y as select 1 as x$$; attach 'x.db' as x"},
      {"FLOE-E0642", "with p as (pivot_wider '/etc/a.csv' on a using count(*)) select * from p"},
      {"FLOE-E0642", "with p as (pivot_longer '/etc/a.csv' on a into name n value v) select * from p"},
      {"FLOE-E0642", "unpivot x: '/etc/a.csv' on a into name n value v"},
      {"FLOE-E0642", "pivot 'x': '/etc/a.csv' on a using count(*)"},
      {"FLOE-E0642", "select * from t, x: '/etc/a.csv'"},
      {"", "select $$from '/etc/a.csv'$$, $a$from '/etc/a.csv'$a$, 1$$from '/etc/a.csv'$$, 1e5$$ ' $$, 0xF$$ ' $$"},
      {"", "select a: 'x/y', x::varchar, {'k': 'a/b'}, a[1:2] from t"},
      {"FLOE-E0642", "insert into main.overlay (select 1 from '/etc/a.csv')"},
      {"FLOE-E0642", "select * from (select 1 as o) as set, '/etc/a.csv'"},
      {"FLOE-E0642", "select * from (select 1 as o) as values, '/etc/a.csv'"},
      {"FLOE-E0642", "select * from (select 1 as o) as values (a), '/etc/a.csv'"},
      {"FLOE-E0642", "select * from (select 1 as o) values (a), '/etc/a.csv'"},
      {"FLOE-E0642", "select * from (values (1), (2)) v(a), '/etc/a.csv'"},
      {"", "select * from (values (1, 'a'), (2, 'a/b')) v(a, b) union all values (3, 'c'), (4, 'c/d')"},
      {"FLOE-E0642", "select * from a join b on null::union(num int) is null, '/etc/a.csv' c"},
      {"FLOE-E0642", "select * from a join b on a.o = set, '/etc/a.csv' c"},
      {"FLOE-E0642", "select * from a join b on {where: 1}.where = 1, '/etc/a.csv' c"},
      {"FLOE-E0642", "select * from a join b on b.limit = 1, '/etc/a.csv' c"},
      {"FLOE-E0642", "select * from a join b on [1, 2][1] = 1, '/etc/a.csv' c"},
      {"", "select * from a join b on a.x in ['a/b', 'c/d'] and {a: 1, 'b/c': 2} is not null"},
      {"", "select a from t union select 'a/b', 'c/d' union all by name select 'e/f', 'g/h' from u"},
      {"", "update t set a = 'x/y', b = 'c/d' where a = '/x'; insert into t values ('a/b'), ('c/d')"},
      {"", "select '/x' from t order by a desc, '/y' limit 1"},
      {"FLOE-E0641", "install httpfs"},
      {"FLOE-E0641", "select 1; -- x\nforce install x from 'http://127.0.0.1:1/'"},
      {"FLOE-E0641", "load httpfs"},
      {"FLOE-E0641", "update extensions"},
      {"FLOE-E0641", "attach 'x.db' as x"},
      {"FLOE-E0641", "detach floe"},
      {"FLOE-E0641", "import database 'data'"},
      {"FLOE-E0641", "export database 'exports'"},
      {"FLOE-E0641", "call enable_logging(storage = 'file')"},
      {"FLOE-E0641", "from \"enable_logging\" /* */ ()"},
      {"FLOE-E0641", "from enable_profiling(format = 'json', save_location = 'models/x.sql')"},
      {"FLOE-E0641", "create or replace secret s (type s3)"},
      {"FLOE-E0641", "drop secret s"},
      {"FLOE-E0641", "create or replace temp macro main.sum(x) as 0"},
      {"FLOE-E0641", "set variable floe_scan_1 = 'select 1'"},
      {"FLOE-E0641", "from json_execute_serialized_sql('{}')"},
      {"FLOE-E0641", "from query('install httpfs')"},
      {"FLOE-E0642", "from query('from read_text(''/etc/passwd'')')"},
      {"FLOE-E0642", "from query(getvariable('x'))"},
      {"FLOE-E0642", "from query_table('/etc/x.csv')"},
      {"FLOE-E0642", "select * from read_text('/proc/self/environ')"},
      {"FLOE-E0642", "select * from read_text\xC2\xA0('/etc/passwd')"},
      {"FLOE-E0642", "-- a comment ends here\rselect * from read_text('/etc/passwd')"},
      {"FLOE-E0642", "from system.main.\"read_text\"('/etc/passwd')"},
      {"FLOE-E0642", "from read_text(E'\\x2fetc/passwd')"},
      {"FLOE-E0642", "from read_text($$/etc/passwd$$)"},
      {"FLOE-E0642", "from read_text('data/' || '../../x')"},
      {"FLOE-E0642", "from read_text('data/x'\n'/../../../y')"},
      {"FLOE-E0642", "create temp macro m(p) as table select * from read_text(p)"},
      {"FLOE-E0642", "prepare p as from read_text($1)"},
      {"FLOE-E0642", "from '.floe/audit/audit.jsonl'"},
      {"FLOE-E0642", "from glob('**')"},
      {"FLOE-E0642", "from '*/audit/*.json'"},
      {"FLOE-E0642", "from read_csv('data/link.csv')"},
      {"FLOE-E0642", "from read_csv('~/x.csv')"},
      {"FLOE-E0642", "from read_csv('http://127.0.0.1:1/x.csv')"},
      {"FLOE-E0642", "select 1 from t, '../outside.csv'"},
      {"FLOE-E0642", "from a : '../outside.csv'"},
      {"FLOE-E0642", "from t join \"/etc/x.csv\" using (a)"},
      {"FLOE-E0642", "summarize '../outside.csv'"},
      {"FLOE-E0642", "pivot '../outside.csv' on a"},
      {"FLOE-E0642", "copy t from '/etc/passwd'"},
      {"FLOE-E0643", "copy (select 1) to 'models/x.sql'"},
      {"FLOE-E0643", "explain analyze copy (select 1) to '.floe/catalog.db'"},
      {"FLOE-E0643", "copy (select 1) to 'exports/../mesh/enterprise.yaml'"},
      {"FLOE-E0643", "copy (select 1) to 'exports' (format csv, partition_by (a), filename_pattern '../x')"},
      {"FLOE-E0644", "set memory_limit = '100GB'"},
      {"FLOE-E0644", "set custom_extension_repository = 'http://127.0.0.1:1'"},
      {"FLOE-E0644", "set global \"enable_external_access\" = true"},
      {"FLOE-E0644", "pragma enable_logging"},
      {"FLOE-E0644", "set threads = 5"},
      {"FLOE-E0644", "reset all"},
  };
  for (const auto& [code, sql] : cases) {
    INFO(sql);
    CHECK(verdict(grants, sql) == code);
  }
}

TEST_CASE("while a project is compiled only queries run, and no file is seen") {
  Grants grants;
  grants.is_limited = true;
  grants.only_queries = true;
  CHECK(verdict(grants, "select 1; set variable a = 1").empty());
  CHECK(verdict(grants, "create temp table t as select 1") == "FLOE-E0641");
  CHECK(verdict(grants, "copy (select 1) to 'x'") == "FLOE-E0641");
  CHECK(verdict(grants, "from 'x.csv'") == "FLOE-E0642");
}

TEST_CASE("where reads are granted, names keep their meaning and nothing is left for other nodes") {
  Grants grants;
  grants.is_limited = true;
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"FLOE-E0641", "use floe.\"hr.main\""},
      {"FLOE-E0644", "set search_path = 'hr.main'"},
      {"FLOE-E0644", "set session schema = 'hr.main'"},
      {"FLOE-E0644", "pragma search_path = 'hr.main'"},
      {"FLOE-E0641", "create macro m() as table select * from a"},
      {"FLOE-E0641", "create or replace function main.m(x) as (from a)"},
      {"FLOE-E0641", "create macro if not exists m(x) as x + (table a)"},
      {"FLOE-E0641", "create macro m() as table from query_table('a')"},
      {"FLOE-E0641", "create type t as enum (select x from a)"},
      {"FLOE-E0641", "create table memory.main.t as select 1"},
      {"FLOE-E0641", "create or replace view if not exists \"memory\".v as select 1"},
      {"", "create temp table t as select * from a; create temp macro m() as table from a"},
      {"", "create macro year_of(x) as extract(year from x)"},
      {"", "create sequence s"},
  };
  for (const auto& [code, sql] : cases) {
    INFO(sql);
    grants.reads_granted = true;
    CHECK(verdict(grants, sql) == code);
    grants.reads_granted = false;
    CHECK(verdict(grants, sql).empty());
  }
}
