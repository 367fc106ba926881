// map, select, reject and their attribute forms.
#include "jinja/filter_functions.hpp"
#include "jinja/filters.hpp"
#include "value/iterators.hpp"

#include <fmt/format.h>

namespace floe::dbt::filter {

namespace {

// A filter or test by name with the arguments given after it, applied to one item.
struct NamedCall {
  Value name;
  std::vector<Value> positional;  // [0] is the item
  std::vector<NamedValue> named;
};

NamedCall named_call(const Arguments& arguments, std::size_t at) {
  NamedCall call{arguments.positional[at], {Value()}, {arguments.named.begin(), arguments.named.end()}};
  call.positional.insert(call.positional.end(), arguments.positional.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                         arguments.positional.end());
  return call;
}

}  // namespace

Value attr(Arguments& arguments) {
  Bound<2> bound("do_attr", arguments, {"obj", "name"}, 2);
  const Value& object = bound[0];
  const Value& name = bound[1];
  if (!name.is_string())
    raise(ExceptionKind::kTypeError, "attribute name must be string, not '" + std::string(type_name(name)) + "'");
  Value found;
  bool hidden = name.as_string().starts_with('_');
  if (object.is_undefined()) return get_attr_or_undefined(object, name, policy_of(arguments));
  if (!hidden && get_attr(object, *name.string(), &found)) return found;
  if (hidden) {
    Value result = get_attr_or_undefined(object, name, policy_of(arguments));
    if (result.is_undefined()) return result;  // says that access is unsafe
  }
  return make_undefined_member(object, name, policy_of(arguments));
}

Value map(Arguments& arguments) {
  Value source = arguments.positional[0];
  Machine* machine = &arguments.machine;
  UndefinedPolicy policy = policy_of(arguments);
  std::vector<Value> positional(arguments.positional.begin(), arguments.positional.end());
  std::vector<NamedValue> named(arguments.named.begin(), arguments.named.end());
  std::shared_ptr<Iterator> iterator;
  std::shared_ptr<AttributeGetter> getter;
  std::shared_ptr<NamedCall> call;
  // A generator: mistakes in the arguments show when the first item is asked for.
  return make_generator([=](Value* out) mutable {
    if (!iterator) {
      if (!truth(source)) return false;
      Arguments all{*machine, positional, named};
      const Value* attribute = all.find("attribute");
      if (positional.size() == 1 && attribute != nullptr) {
        const Value* fallback = all.find("default");
        for (const NamedValue& each : named) {
          if (each.name.as_string() != "attribute" && each.name.as_string() != "default") {
            raise(ExceptionKind::kFilterArgument, "Unexpected keyword argument " + to_repr(each.name));
          }
        }
        getter = std::make_shared<AttributeGetter>(*attribute, policy, false,
                                                   fallback == nullptr ? Value::missing() : *fallback);
      } else if (positional.size() < 2) {
        raise(ExceptionKind::kFilterArgument, "map requires a filter argument");
      } else {
        call = std::make_shared<NamedCall>(named_call(all, 1));
      }
      iterator = iterate(source);
    }
    Value item;
    if (!iterator->next(&item)) return false;
    if (getter) {
      *out = getter->get(item);
    } else {
      call->positional[0] = std::move(item);
      Arguments one{*machine, call->positional, call->named};
      *out = call_filter(call->name, one);
    }
    return true;
  });
}

namespace {

Value filtered(Arguments& arguments, bool keep, bool by_attribute) {
  Value source = arguments.positional[0];
  Machine* machine = &arguments.machine;
  UndefinedPolicy policy = policy_of(arguments);
  std::vector<Value> positional(arguments.positional.begin(), arguments.positional.end());
  std::vector<NamedValue> named(arguments.named.begin(), arguments.named.end());
  std::shared_ptr<Iterator> iterator;
  std::shared_ptr<AttributeGetter> getter;
  std::shared_ptr<NamedCall> call;
  return make_generator([=](Value* out) mutable {
    if (!iterator) {
      if (!truth(source)) return false;
      std::size_t at = 1;
      if (by_attribute) {
        if (positional.size() < 2) {
          raise(ExceptionKind::kFilterArgument, "Missing parameter for attribute name");
        }
        getter = std::make_shared<AttributeGetter>(positional[1], policy, false);
        at = 2;
      }
      Arguments all{*machine, positional, named};
      if (positional.size() > at) call = std::make_shared<NamedCall>(named_call(all, at));
      iterator = iterate(source);
    }
    while (iterator->next(out)) {
      Value subject = getter ? getter->get(*out) : *out;
      bool holds = false;
      if (call) {
        call->positional[0] = std::move(subject);
        Arguments one{*machine, call->positional, call->named};
        holds = call_test(call->name, one);
      } else {
        holds = truth(subject);
      }
      if (holds == keep) return true;
    }
    return false;
  });
}

}  // namespace

Value select(Arguments& arguments) { return filtered(arguments, true, false); }

Value reject(Arguments& arguments) { return filtered(arguments, false, false); }

Value selectattr(Arguments& arguments) { return filtered(arguments, true, true); }

Value rejectattr(Arguments& arguments) { return filtered(arguments, false, true); }

}  // namespace floe::dbt::filter
