#include "jinja/environment.hpp"

#include "jinja/code.hpp"
#include "jinja/lexer.hpp"
#include "jinja/markers.hpp"
#include "jinja/name_slots.hpp"
#include "jinja/parser.hpp"

#include <new>

namespace floe::dbt {

Template::Template(std::shared_ptr<const TemplateCode> code) : code_(std::move(code)) {}

Template::~Template() = default;

const std::string& Template::name() const { return code_->name; }

const std::string& Template::source() const { return code_->source; }

bool Template::is_plain_text() const { return code_->plain_text; }

const std::vector<MacroDefinition>& Template::macros() const { return code_->macros; }

const TemplateFacts& Template::facts() const { return code_->facts; }

bool DictContext::resolve(const StringObject& name, Value* out) {
  const Value* found = globals_.dict_object()->find(name);
  if (found != nullptr) *out = *found;
  return found != nullptr;
}

namespace {

MacroDefinition define(const MacroStmt& statement) {
  MacroDefinition macro;
  macro.form = statement.form;
  macro.name = statement.plain_name;
  macro.symbol = statement.name.as_string();
  macro.adapter = statement.adapter;
  macro.line = statement.line;
  const MacroSignature& signature = statement.signature;
  std::size_t without = signature.parameters.size() - signature.defaults.size();
  for (std::size_t index = 0; index < signature.parameters.size(); ++index) {
    MacroParameter parameter;
    parameter.name = signature.parameters[index]->name.as_string();
    if (index < signature.types.size()) parameter.type = signature.types[index];
    parameter.has_default = index >= without;
    Value constant;
    if (parameter.has_default && constant_value(*signature.defaults[index - without], false, &constant)) {
      parameter.constant_default = constant;
    }
    if (statement.form == MacroForm::kMaterialization && parameter.constant_default &&
        is_iterable(*parameter.constant_default)) {
      for (const Value& language : to_vector(*parameter.constant_default)) {
        macro.supported_languages.push_back(to_str(language));
      }
    }
    macro.parameters.push_back(std::move(parameter));
  }
  return macro;
}

// Runs something that may raise, as a Result.
template <class F>
auto guarded(F function) -> Result<decltype(function())> {
  try {
    return function();
  } catch (const PythonException& exception) {
    return to_error(exception);
  } catch (const ReturnSignal&) {
    return to_error(PythonException(ExceptionKind::kCompilation, "return() was called outside of a macro"));
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kExhausted, "the template needs more memory than there is");
  }
}

// Runs the template's own level.
void run_root(const TemplateCode& code, Context& context, Machine& machine, std::string* out,
              std::vector<Value>* pieces) {
  CallGuard guard(machine);
  ActivationScope activation(machine, code.root.slot_count, nullptr);
  Frame frame{machine, &context, &code, activation.get(), out, pieces, context.undefined_policy(), code.native, 1};
  Context*& current = MachineAccess::context(machine);

  struct Restore {
    Context*& place;
    Context* before;

    ~Restore() { place = before; }
  } restore{current, current};

  current = &context;
  try {
    code.root.entry.enter(frame);
    Status status = run_body(code.body, frame);
    if (status == Status::kReturn) {
      throw ReturnSignal{std::exchange(MachineAccess::return_value(machine), Value())};
    }
    frame.finish_text();
  } catch (PythonException& exception) {
    exception.frames().push_back(TemplateFrame{code.name, {}, frame.line});
    throw;
  }
}

std::shared_ptr<TemplateCode> compile(std::string_view source, std::string_view name,
                                      const EnvironmentOptions& options) {
  auto code = std::make_shared<TemplateCode>();
  code->name = name;
  code->source = normalize_source(source);
  code->native = options.native;
  code->dbt_tags = options.dbt_tags;
  try {
    code->body = Parser(code->source, options.dbt_tags).parse();
    resolve_template(code.get());
  } catch (PythonException& exception) {
    if (exception.frames().empty()) exception.frames().emplace_back();
    exception.frames().back().template_name = code->name;
    throw;
  }
  code->plain_text = code->body.empty();
  if (code->body.size() == 1 && code->body[0]->kind == StmtKind::kOutput) {
    const auto& output = static_cast<const OutputStmt&>(*code->body[0]);
    code->plain_text = output.items.size() == 1 && !output.items[0].expr;
  }
  for (const StmtPtr& statement : code->body) {
    if (statement->kind != StmtKind::kMacro) continue;
    const auto& macro = static_cast<const MacroStmt&>(*statement);
    code->macros.push_back(define(macro));
    code->macro_statements.push_back(&macro);
  }
  code->facts = collect_facts(code->body);
  return code;
}

}  // namespace

Environment::Environment(EnvironmentOptions options) : options_(options) {}

Result<TemplatePtr> Environment::parse(std::string_view source, std::string_view name) const {
  return guarded([&]() -> TemplatePtr { return std::make_shared<const Template>(compile(source, name, options_)); });
}

std::string render_nested(const Template& tpl, Context& context, Machine& machine) {
  std::string out;
  out.reserve(tpl.source().size());
  run_root(tpl.code(), context, machine, &out, nullptr);
  return out;
}

Value render_value_nested(const Template& tpl, Context& context, Machine& machine) {
  std::vector<Value> pieces;
  run_root(tpl.code(), context, machine, nullptr, &pieces);
  if (pieces.empty()) return Value("");
  if (pieces.size() == 1) return resolve_marker(pieces[0]);
  std::string text;
  for (const Value& piece : pieces)
    append_str(&text, piece);
  return Value(std::move(text));
}

Result<std::string> Environment::render(const Template& tpl, Context& context) const {
  return guarded([&] {
    Machine machine(context);
    return render_nested(tpl, context, machine);
  });
}

Result<Value> Environment::render_value(const Template& tpl, Context& context) const {
  return guarded([&] {
    Machine machine(context);
    return render_value_nested(tpl, context, machine);
  });
}

Value call_nested(const Value& callable, std::span<const Value> positional, std::span<const NamedValue> named,
                  Machine& machine) {
  Arguments arguments{machine, positional, named};
  return call(callable, arguments);
}

Result<Value> call(const Value& callable, std::span<const Value> positional, std::span<const NamedValue> named,
                   Context& context) {
  return guarded([&] {
    Machine machine(context);
    return call_nested(callable, positional, named, machine);
  });
}

}  // namespace floe::dbt
