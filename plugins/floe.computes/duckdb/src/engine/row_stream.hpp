// RowStream: the rows of a running query as an Arrow stream.
#pragma once

#include "engine/duckdb_api.hpp"
#include "engine/runner.hpp"
#include "engine/watcher.hpp"

#include "floe/arrow.hpp"
#include "floe/plugin_call.hpp"

#include <duckdb.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

class Session;

class RowStream {
 public:
  // Takes the result; `call` lives until the Arrow stream is released.
  RowStream(Session& session, const Call& call, Rows rows);

  // Any thread. A fetch that runs is interrupted first; afterwards get_next fails.
  void end();
  void cancel();

  // The Arrow side keeps `stream` alive until it is released.
  static ArrowStream arrow(std::shared_ptr<RowStream> stream);

 private:
  static int get_schema(ArrowArrayStream* self, ArrowSchema* out);
  static int get_next(ArrowArrayStream* self, ArrowArray* out);
  static const char* last_error(ArrowArrayStream* self);
  static void release(ArrowArrayStream* self);

  int read_schema(ArrowSchema* out);
  int read_next(ArrowArray* out);
  int set_error(std::string message, int code);

  std::mutex mutex_;       // a fetch; what it reads
  std::mutex life_mutex_;  // that watched_ is there
  Rows rows_;
  ArrowOptions options_;
  std::vector<std::string> names_;
  std::vector<LogicalType> types_;
  bool open_ = true;
  bool finished_ = false;
  std::string error_;
  Call call_;
  std::optional<Watched> watched_;
};

}  // namespace floe::duckdb_compute
