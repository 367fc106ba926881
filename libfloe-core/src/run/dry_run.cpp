#include "run/dry_run.hpp"

#include "base/fail.hpp"
#include "base/io/errno_error.hpp"

#include <stdlib.h>

namespace floe::run {
namespace {

// Removed with its content at the end of its life.
class TemporaryDirectory {
 public:
  TemporaryDirectory(std::string path, io::FileSystem& files) : path_(std::move(path)), files_(files) {}

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() { (void)files_.remove_all(path_); }  // best effort: nobody is left to tell

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  io::FileSystem& files_;
};

// Canonical: what is written into it names other places relative to it.
Result<std::string> make_temporary_directory(Context& context) {
  const std::string base = context.environment().get("TMPDIR").value_or("");
  std::string path = io::join_path(io::is_absolute_path(base) ? base : "/tmp", "floe-dry-run-XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return io::errno_error(errno, "cannot make a directory", path);
  return context.files().canonical(path);
}

}  // namespace

Result<compile::Compiled> compile_dry(Context& context, compile::CompileRequest request, DiagnosticSink& sink,
                                      bool prints, OnExamined on_examined) {
  std::string path = FLOE_TRY(make_temporary_directory(context));
  const TemporaryDirectory scratch(std::move(path), context.files());
  request.scratch = scratch.path();
  auto services = context.compile_services();
  services.on_examined = std::move(on_examined);
  services.send_alerts = {};  // people are told of what happens, not of what would
  if (!prints) services.step = {};
  auto compiled = FLOE_TRY(compile::compile(request, services, sink));
  context.audit().on_compiled(compiled);
  return compiled;
}

}  // namespace floe::run
