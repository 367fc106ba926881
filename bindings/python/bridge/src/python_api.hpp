// The functions of libpython that the bridge calls, declared here: all of them are of the stable ABI, so no Python is
// needed to build floe, and one build serves every Python from 3.9 on.
#pragma once

#include <cstddef>

namespace floe::python {

struct Object;  // PyObject, which nobody looks into

constexpr int kFileInput = 257;  // Py_file_input

struct Api {
  int (*is_initialized)() = nullptr;
  const char* (*get_version)() = nullptr;
  void (*initialize)(int with_signal_handlers) = nullptr;
  wchar_t* (*decode_locale)(const char* text, std::size_t* length) = nullptr;
  void* (*save_thread)() = nullptr;
  int (*gil_ensure)() = nullptr;
  void (*gil_release)(int state) = nullptr;
  Object* (*compile_string)(const char* source, const char* file, int start) = nullptr;
  Object* (*eval_code)(Object* code, Object* globals, Object* locals) = nullptr;
  Object* (*builtins)() = nullptr;  // borrowed
  Object* (*dict_new)() = nullptr;
  int (*dict_set)(Object* dict, const char* key, Object* value) = nullptr;
  Object* (*dict_get)(Object* dict, const char* key) = nullptr;  // borrowed
  Object* (*text_new)(const char* utf8) = nullptr;
  const char* (*text_bytes)(Object* text, std::ptrdiff_t* length) = nullptr;  // of the object
  Object* (*number_new)(unsigned long long value) = nullptr;
  void (*error_clear)() = nullptr;
  void (*decrease)(Object* object) = nullptr;
  // Not everywhere: going away with 3.15.
  void (*set_home)(const wchar_t* home) = nullptr;
  int* utf8_mode = nullptr;
};

// Of a dlopen handle, or of RTLD_DEFAULT. The name of the first function that it lacks, or nullptr.
const char* load_api(void* library, Api& api);

}  // namespace floe::python
