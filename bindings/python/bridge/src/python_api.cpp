#include "python_api.hpp"

#include <dlfcn.h>

namespace floe::python {
namespace {

template <class F>
bool bind(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

const char* load_api(void* library, Api& api) {
  const char* missing = nullptr;
  const auto need = [&](const char* name, auto& function) {
    if (!bind(library, name, function) && missing == nullptr) missing = name;
  };
  need("Py_IsInitialized", api.is_initialized);
  need("Py_GetVersion", api.get_version);
  need("Py_InitializeEx", api.initialize);
  need("Py_DecodeLocale", api.decode_locale);
  need("PyEval_SaveThread", api.save_thread);
  need("PyGILState_Ensure", api.gil_ensure);
  need("PyGILState_Release", api.gil_release);
  need("Py_CompileString", api.compile_string);
  need("PyEval_EvalCode", api.eval_code);
  need("PyEval_GetBuiltins", api.builtins);
  need("PyDict_New", api.dict_new);
  need("PyDict_SetItemString", api.dict_set);
  need("PyDict_GetItemString", api.dict_get);
  need("PyUnicode_FromString", api.text_new);
  need("PyUnicode_AsUTF8AndSize", api.text_bytes);
  need("PyLong_FromUnsignedLongLong", api.number_new);
  need("PyErr_Clear", api.error_clear);
  need("Py_DecRef", api.decrease);
  bind(library, "Py_SetPythonHome", api.set_home);
  bind(library, "Py_UTF8Mode", api.utf8_mode);
  return missing;
}

}  // namespace floe::python
