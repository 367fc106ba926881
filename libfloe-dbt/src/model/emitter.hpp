// Emitter: one description of a document, written as JSON text or built as a Value.
#pragma once

#include "value/containers.hpp"
#include "value/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

class Emitter {
 public:
  virtual ~Emitter() = default;
  virtual void begin_dict() = 0;
  virtual void end_dict() = 0;
  virtual void begin_list() = 0;
  virtual void end_list() = 0;
  virtual void key(std::string_view name) = 0;
  virtual void text(std::string_view value) = 0;
  virtual void null() = 0;
  virtual void boolean(bool value) = 0;
  virtual void integer(std::int64_t value) = 0;
  virtual void real(double value) = 0;
  virtual void value(const Value& value) = 0;

  // key and value in one.
  void text(std::string_view name, std::string_view value) { key(name), text(value); }

  void null(std::string_view name) { key(name), null(); }

  void boolean(std::string_view name, bool value) { key(name), boolean(value); }

  void value(std::string_view name, const Value& content) { key(name), value(content); }

  void optional(std::string_view name, const std::optional<std::string>& value);
  void optional(std::string_view name, const std::optional<bool>& value);
  void texts(std::string_view name, const std::vector<std::string>& values);
};

// JSON text without white space.
class JsonEmitter final : public Emitter {
 public:
  using Emitter::boolean;
  using Emitter::null;
  using Emitter::text;
  using Emitter::value;

  explicit JsonEmitter(std::size_t reserve = 0) { out_.reserve(reserve); }

  void begin_dict() override { open('{'); }

  void end_dict() override { close('}'); }

  void begin_list() override { open('['); }

  void end_list() override { close(']'); }

  void key(std::string_view name) override;
  void text(std::string_view value) override;

  void null() override { plain("null"); }

  void boolean(bool value) override { plain(value ? "true" : "false"); }

  void integer(std::int64_t value) override;
  void real(double value) override;
  void value(const Value& value) override;

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);
  void plain(std::string_view text);
  void quoted(std::string_view text);
  void dict(const DictObject& dict);

  std::string out_;
  bool needs_comma_ = false;
};

// A Value of dicts and lists. Entries whose value is None are left out when asked.
class ValueEmitter final : public Emitter {
 public:
  using Emitter::boolean;
  using Emitter::null;
  using Emitter::text;
  using Emitter::value;

  explicit ValueEmitter(bool omit_none = false) : omit_none_(omit_none) {}

  void begin_dict() override { push(Value::dict()); }

  void end_dict() override { pop(); }

  void begin_list() override { push(Value::list()); }

  void end_list() override { pop(); }

  void key(std::string_view name) override { keys_.back() = name; }

  void text(std::string_view content) override { put(Value(content)); }

  void null() override { put(Value()); }

  void boolean(bool content) override { put(Value(content)); }

  void integer(std::int64_t content) override { put(Value(content)); }

  void real(double content) override { put(Value(content)); }

  void value(const Value& content) override { put(content); }

  [[nodiscard]] Value take() { return std::move(result_); }

 private:
  void push(Value container);
  void pop();
  void put(Value value);

  bool omit_none_;
  std::vector<Value> stack_;
  std::vector<std::string> keys_{std::string()};
  Value result_;
};

}  // namespace floe::dbt
