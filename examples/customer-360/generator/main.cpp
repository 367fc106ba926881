#include "raw_files.hpp"

#include <duckdb.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

constexpr const char* kUsage =
    "usage: floe-demo-data [--rows N] [--seed S] [--out DIR]\n"
    "Writes customers.csv, orders.jsonl and web_events.parquet into DIR (default: data).\n"
    "  --rows N   orders to write, at least 100 (default 20000); customers are N/8, web events 3N\n"
    "  --seed S   equal seeds give equal bytes (default 360)\n";

class Database {
 public:
  Database() {
    if (duckdb_open(nullptr, &database_) == DuckDBError) throw std::runtime_error("DuckDB does not open");
    if (duckdb_connect(database_, &connection_) == DuckDBError) throw std::runtime_error("DuckDB does not connect");
  }

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  ~Database() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }

  void execute(const std::string& sql) {
    duckdb_result result;
    const auto state = duckdb_query(connection_, sql.c_str(), &result);
    const std::string message = state == DuckDBError ? duckdb_result_error(&result) : "";
    duckdb_destroy_result(&result);
    if (state == DuckDBError) throw std::runtime_error(message);
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

long long parse_number(std::string_view option, std::string_view text, long long minimum) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < minimum) {
    throw std::invalid_argument(std::string(option) + " needs a whole number of at least " + std::to_string(minimum) +
                                ", not '" + std::string(text) + "'");
  }
  return value;
}

demo::Request parse_arguments(int argc, char** argv) {
  demo::Request request;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (i + 1 == argc) throw std::invalid_argument(std::string(option) + " is unknown or needs a value");
    const std::string_view value = argv[++i];
    if (option == "--rows") {
      request.rows = parse_number(option, value, 100);
    } else if (option == "--seed") {
      request.seed = parse_number(option, value, 0);
    } else if (option == "--out") {
      request.directory = value;
    } else {
      throw std::invalid_argument("unknown option " + std::string(option));
    }
  }
  return request;
}

std::string quote(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

void write(const demo::Request& request) {
  std::filesystem::create_directories(request.directory);
  Database database;
  for (const auto& statement : demo::preparation(request))
    database.execute(statement);
  for (const auto& file : demo::raw_files(request)) {
    const auto target = std::filesystem::path(request.directory) / file.name;
    // Written aside and renamed: an interrupted run leaves the old file, never half of a new one.
    const auto partial = target.string() + ".partial";
    database.execute("copy (" + file.query + ") to " + quote(partial) + " (" + file.format + ")");
    std::filesystem::rename(partial, target);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 2 && std::string_view(argv[1]) == "--help") {
      std::fputs(kUsage, stdout);
      return 0;
    }
    write(parse_arguments(argc, argv));
    return 0;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "floe-demo-data: %s\n%s", error.what(), kUsage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floe-demo-data: %s\n", error.what());
    return 1;
  }
}
