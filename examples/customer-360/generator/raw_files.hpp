#pragma once

#include <string>
#include <vector>

namespace demo {

struct Request {
  long long rows = 20'000;  // orders; customers and web events follow from it
  long long seed = 360;
  std::string directory = "data";
};

struct RawFile {
  std::string name;    // inside the directory
  std::string format;  // options of DuckDB's COPY
  std::string query;
};

/// Statements that define the pseudo-random functions the queries use.
std::vector<std::string> preparation(const Request& request);

/// The three raw files. Equal rows and seed give equal bytes.
std::vector<RawFile> raw_files(const Request& request);

}  // namespace demo
