// PluginInstance, the base of every C++ plugin class, and the guard between C++ methods and the slots of the C tables.
// Included by the generated base classes (floe/interfaces/<name>.hpp). Header-only C++17, no ABI meaning.
#pragma once

#include "floe/json.h"
#include "floe/plugin_call.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace floe {
inline namespace v1 {

namespace plugin_detail {

inline std::string_view text(const void* data, std::size_t length) {
  return length == 0 ? std::string_view() : std::string_view(static_cast<const char*>(data), length);
}

// What a host must not give is refused before the method sees it, so that no plugin has to.
inline std::string_view utf8_text(const Call& call, const char* data, std::size_t length, const char* name) {
  if (floe_is_utf8(data, length) == 0) call.fail(FLOE_INVALID_ARGUMENT, std::string("`") + name + "` is no UTF-8");
  return text(data, length);
}

// `root`: '{', '[', or 0 for any. An empty text is left to the method.
inline std::string_view json_text(const Call& call, const char* data, std::size_t length, char root, const char* name) {
  const char kind = length == 0 ? root : floe_json_kind(data, length);
  if (length != 0 && kind == 0) call.fail(FLOE_INVALID_ARGUMENT, std::string("`") + name + "` is no JSON");
  if (root != 0 && kind != root) {
    call.fail(FLOE_INVALID_ARGUMENT,
              std::string("`") + name + "` must be a JSON " + (root == '{' ? "object" : "array"));
  }
  return text(data, length);
}

// The first of the problems that validate_config found, as an error with detail `path`.
inline void refuse_problems(const Call& call, std::string_view problems) {
  const std::size_t begin = problems.find('{');
  if (begin == std::string_view::npos) return;
  const char* first = problems.data() + begin;
  const char* behind = floe_json_value(first, problems.data() + problems.size(), FLOE_JSON_DEPTH);
  if (behind == nullptr) call.fail(FLOE_INVALID_CONFIG, std::string(problems));
  const auto member = [&](const char* name) {
    std::size_t length = 0;
    const char* value = floe_json_member(first, static_cast<std::size_t>(behind - first), name, &length);
    return length < 2 ? std::string() : std::string(value + 1, length - 2);
  };
  const std::string path = member("path");
  call.fail(FLOE_INVALID_CONFIG, (path.empty() ? "" : "`" + path + "`: ") + member("message"), {{"path", path}});
}

// The only place where exceptions of a plugin end.
template <class F>
floe_status guard(const floe_host* host, floe_call* call, F&& body) noexcept {
  Call frame(host, call);
  try {
    return std::forward<F>(body)(frame);
  } catch (const PluginError& error) {
    host->set_error(call, error.status(), error.message().data(), error.message().size());
    for (const auto& [key, value] : error.details()) {
      host->add_error_detail(call, key.c_str(), value.data(), value.size());
    }
    return error.status() == FLOE_OK ? FLOE_INTERNAL : error.status();
  } catch (const std::bad_alloc&) {
    constexpr std::string_view kMessage = "out of memory";
    host->set_error(call, FLOE_EXHAUSTED, kMessage.data(), kMessage.size());
    return FLOE_EXHAUSTED;
  } catch (const std::exception& error) {
    const std::string_view message = error.what();
    host->set_error(call, FLOE_PANIC, message.data(), message.size());
    return FLOE_PANIC;
  } catch (...) {
    constexpr std::string_view kMessage = "an unknown exception reached the plugin boundary";
    host->set_error(call, FLOE_PANIC, kMessage.data(), kMessage.size());
    return FLOE_PANIC;
  }
}

// Runs a method that returns void, floe_status or a Result without value.
template <class F>
floe_status finish(const Call& call, F&& method) {
  using R = std::invoke_result_t<F>;
  if constexpr (std::is_void_v<R>) {
    std::forward<F>(method)();
    return FLOE_OK;
  } else if constexpr (kResultLike<R>) {
    auto result = std::forward<F>(method)();
    return result.has_value() ? FLOE_OK : report(call, result.error());
  } else {
    static_assert(std::is_same_v<R, floe_status>, "a method returns void, floe_status or a Result");
    return std::forward<F>(method)();
  }
}

inline void put(const Sink& sink, std::string_view bytes) { sink.write(bytes); }

inline void put(std::uint64_t& out, std::uint64_t value) { out = value; }

inline void put(ArrowArrayStream& out, ArrowStream stream) { stream.move_to(&out); }

template <class T>
void put(void*& out, std::unique_ptr<T> object) {
  out = object.release();
}

// Runs a method that returns its one result, as such or in a Result, and stores it in `out`.
template <class Out, class F>
floe_status deliver(const Call& call, Out& out, F&& method) {
  auto result = std::forward<F>(method)();
  if constexpr (kResultLike<decltype(result)>) {
    if (!result.has_value()) return report(call, result.error());
    put(out, *std::move(result));
  } else {
    put(out, std::move(result));
  }
  return FLOE_OK;
}

// An out stream comes as the caller's memory happens to be.
inline void begin_stream(ArrowArrayStream* stream) noexcept { stream->release = nullptr; }

inline floe_status drop_on_failure(floe_status status, ArrowArrayStream* stream) noexcept {
  if (status != FLOE_OK && stream->release != nullptr) stream->release(stream);
  if (status != FLOE_OK) stream->release = nullptr;
  return status;
}

template <class T>
using CreateExpression = decltype(T::create(std::declval<Call&>(), std::declval<std::string_view>()));

// validate_config, create, destroy, health and describe of every interface.
template <class T>
struct Lifecycle {
  static T& instance(void* self) { return *static_cast<T*>(self); }

  // The base's, also when the class has a member of that name.
  static const floe_host*& host(T& instance) { return instance.T::PluginInstance::host_; }

  static floe_status FLOE_CALL validate_config(const floe_host* host, floe_call* call, const char* config,
                                               std::size_t config_length, floe_sink* problems) noexcept {
    return guard(host, call, [&](Call& frame) {
      Sink sink(host, problems);
      return deliver(frame, sink, [&] { return T::validate_config(frame, text(config, config_length)); });
    });
  }

  // A host validates before it creates; one that does not gets the same answer.
  static std::string problems_of(Call& frame, std::string_view config) {
    auto problems = T::validate_config(frame, config);
    if constexpr (kResultLike<decltype(problems)>) {
      return value_or_throw(std::move(problems));
    } else {
      return std::string(std::move(problems));
    }
  }

  static floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config,
                                      std::size_t config_length, void** self) noexcept {
    return guard(host, call, [&](Call& frame) {
      const std::string_view view = text(config, config_length);
      refuse_problems(frame, problems_of(frame, view));
      if constexpr (kDetected<CreateExpression, T>) {
        return attach(host, frame, T::create(frame, view), self);
      } else if constexpr (std::is_constructible_v<T, Call&, std::string_view>) {
        return attach(host, frame, std::make_unique<T>(frame, view), self);
      } else {
        return attach(host, frame, std::make_unique<T>(), self);
      }
    });
  }

  template <class Made>
  static floe_status attach(const floe_host* host, Call& frame, Made made, void** self) {
    if constexpr (kResultLike<Made>) {
      if (!made.has_value()) return report(frame, made.error());
      return attach(host, frame, *std::move(made), self);
    } else {
      if (made == nullptr) frame.fail(FLOE_INTERNAL, "create made no instance");
      Lifecycle::host(*made) = host;
      *self = made.release();
      return FLOE_OK;
    }
  }

  static void FLOE_CALL destroy(void* self) noexcept { delete static_cast<T*>(self); }

  static floe_status FLOE_CALL health(void* self, floe_call* call, floe_sink* out) noexcept {
    return guard(host(instance(self)), call, [&](Call& frame) {
      Sink sink(frame.raw_host(), out);
      return deliver(frame, sink, [&] { return instance(self).health(frame); });
    });
  }

  static floe_status FLOE_CALL describe(void* self, floe_call* call, floe_sink* out) noexcept {
    return guard(host(instance(self)), call, [&](Call& frame) {
      Sink sink(frame.raw_host(), out);
      return deliver(frame, sink, [&] { return instance(self).describe(frame); });
    });
  }

  template <class Table>
  static constexpr void fill(Table& table, std::uint64_t capabilities) {
    table.struct_size = sizeof(Table);
    table.threading = T::kThreads;
    table.capabilities = capabilities | T::kCapabilities;
    table.validate_config = &Lifecycle::validate_config;
    table.create = &Lifecycle::create;
    table.destroy = &Lifecycle::destroy;
    table.health = &Lifecycle::health;
    table.describe = &Lifecycle::describe;
  }
};

template <class T>
const floe_host* host_of(void* self) {
  return Lifecycle<T>::host(Lifecycle<T>::instance(self));
}

}  // namespace plugin_detail

// What every plugin class has; a class hides what it wants to say itself. An instance is made by
// `static std::unique_ptr<T> create(Call&, std::string_view config)` (or a Result of it), by the constructor
// `T(Call&, std::string_view config)`, or by the default constructor: the first there is.
class PluginInstance {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_SERIAL;
  static constexpr std::uint64_t kCapabilities = 0;  // in addition to those that implemented optional methods imply

  static std::string validate_config(Call& /*call*/, std::string_view /*config*/) { return "[]"; }

  static std::string health(Call& /*call*/) { return R"({"state":"ok","message":"","details":{}})"; }

  static std::string describe(Call& /*call*/) { return "{}"; }

  // Set once the instance is constructed: in a constructor use the Call's.
  [[nodiscard]] Host host() const { return Host(host_); }

 private:
  template <class T>
  friend struct plugin_detail::Lifecycle;

  const floe_host* host_ = nullptr;
};

}  // namespace v1
}  // namespace floe
