#include "base/yaml/write.hpp"

#include "base/result.hpp"
#include "base/yaml/scalar.hpp"

#include <yaml.h>

namespace floe::yaml {
namespace {

class Writer {
 public:
  Writer() {
    FLOE_ASSERT(yaml_emitter_initialize(&emitter_) == 1);
    yaml_emitter_set_output(&emitter_, append, &text_);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, -1);
  }

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  ~Writer() { yaml_emitter_delete(&emitter_); }

  std::string write(const json::value& value) {
    yaml_event_t event;
    emit(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
    emit(yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1), &event);
    add(value);
    emit(yaml_document_end_event_initialize(&event, 1), &event);
    emit(yaml_stream_end_event_initialize(&event), &event);
    return std::move(text_);
  }

 private:
  static int append(void* text, unsigned char* bytes, std::size_t size) {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), size);
    return 1;
  }

  // It fails when memory is out, and for events in an order that is none.
  void emit(int initialized, yaml_event_t* event) {
    FLOE_ASSERT(initialized == 1 && yaml_emitter_emit(&emitter_, event) == 1);
  }

  void scalar(std::string_view text, yaml_scalar_style_t style) {
    yaml_event_t event;
    emit(yaml_scalar_event_initialize(&event, nullptr, nullptr, reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), 1, 1, style),
         &event);
  }

  // Keys that no version of YAML takes for anything but text need no quotes.
  void key(std::string_view name) {
    const bool is_word =
        !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
                             std::string_view::npos;
    const bool is_text =
        is_word && pyyaml11::resolve(name) == ScalarType::kString && core12::resolve(name) == ScalarType::kString;
    scalar(name, is_text ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  }

  void add(const json::value& value) {
    yaml_event_t event;
    if (value.is_object()) {
      emit(yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE), &event);
      for (const auto& [name, member] : value.get_object()) {
        key(name);
        add(member);
      }
      emit(yaml_mapping_end_event_initialize(&event), &event);
    } else if (value.is_array()) {
      emit(yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE), &event);
      for (const json::value& item : value.get_array())
        add(item);
      emit(yaml_sequence_end_event_initialize(&event), &event);
    } else if (value.is_string()) {
      const std::string_view text = to_view(value.get_string());
      // Other breaks than `\n` would become one in a block.
      const bool is_long =
          text.find('\n') != std::string_view::npos && text.find_first_of("\r\x85\xA8\xA9") == std::string_view::npos;
      scalar(text, is_long ? YAML_LITERAL_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    } else {
      scalar(to_json(value), YAML_PLAIN_SCALAR_STYLE);
    }
  }

  yaml_emitter_t emitter_{};
  std::string text_;
};

}  // namespace

std::string write_yaml(const json::value& value) { return Writer().write(value); }

}  // namespace floe::yaml
