// Rows that somebody else made, looked at before anything else reads them.
#pragma once

#include "base/arrow/foreign_schema.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <memory>
#include <string>

namespace floe::arrow {

// Whether a batch is what its schema says, as far as that can be seen: lengths, offsets and numbers of nulls, buffers
// and children that the type has, offsets that ascend and stay inside of their child, indexes of dictionaries, text
// that is UTF-8. What no struct tells is how long a buffer is: one that is shorter than its array says is read beyond
// its end. Costs a few steps for each column, and one for each value of texts, lists and dictionaries. kData names the
// column.
Status check_rows(const ForeignSchema& schema, const ArrowArray& batch);

// How the code of a foreign stream is run. This one just calls it.
class ForeignCaller {
 public:
  ForeignCaller() = default;
  ForeignCaller(const ForeignCaller&) = delete;
  ForeignCaller& operator=(const ForeignCaller&) = delete;
  virtual ~ForeignCaller() = default;

  // Runs `body`, which answers 0 or an errno code. Another code comes with the reason in `error`, also an exception.
  virtual int run(int (*body)(void* arg), void* arg, std::string* error);

  // Runs what gives back the stream itself. Whatever happens there is told to nobody.
  virtual void end(int (*body)(void* arg), void* arg) noexcept;

  // Who the rows are of, before the reason of an error: "rows of ...: ". May be "".
  [[nodiscard]] virtual std::string source() const { return {}; }

  // Whether columns may have one name several times.
  [[nodiscard]] virtual bool may_repeat_names() const { return false; }

  // What runs the release of a schema or a batch, which may come after the stream has ended, with `context`, which
  // lives as long as the process.
  struct Release {
    void (*run)(const void* context, int (*body)(void* arg), void* arg) noexcept;
    const void* context;
  };

  [[nodiscard]] virtual Release release() const;
};

// `stream`, its schema and every batch looked at when they are asked for; what it lends is given back once. An
// exception of the stream is an error. After the first error the stream gives nothing more.
ArrowStream checked_stream(ArrowStream stream,
                           std::unique_ptr<ForeignCaller> caller = std::make_unique<ForeignCaller>());

}  // namespace floe::arrow
