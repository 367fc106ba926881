#include "floe_test.hpp"
#include "value/bigint.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

using namespace floe::dbt;

TEST_CASE("literals are read as ast.literal_eval reads them") {
  auto [text, expected] = GENERATE(table<const char*, const char*>({
      {"1", "1"},
      {"-1.5", "-1.5"},
      {"0x1f", "31"},
      {".5", "0.5"},
      {"'a' \"b\"", "'ab'"},
      {"r'\\n'", "'\\\\n'"},
      {"b'x'", "b'x'"},
      {"[1, [2], (3,)]", "[1, [2], (3,)]"},
      {"1, 2", "(1, 2)"},
      {"{'a': 1, 2: None}", "{'a': 1, 2: None}"},
      {"{1, 2}", "{1, 2}"},
      {"()", "()"},
      {"True", "True"},
      {" 'x' ", "'x'"},
      {"'''a\nb'''", "'a\\nb'"},
      {"12345678901234567890", "12345678901234567890"},
      {"[1,\n2]", "[1, 2]"},
      {"set()", "set()"},
      {"a", "-"},
      {"1 + x", "-"},
      {"'a", "-"},
      {"\"\\", "-"},
      {"[1", "-"},
      {"", "-"},
      {"true", "-"},
      {"012", "-"},
      {"f'x'", "-"},
  }));
  INFO(text);
  auto value = literal_eval(text);
  CHECK((value ? to_repr(*value) : "-") == expected);
}

TEST_CASE("JSON mistakes say where they are") {
  CHECK(load_json("[1,]").error().message == "Expecting value: line 1 column 4 (char 3)");
  CHECK(load_json("{\"a\" 1}").error().message == "Expecting ':' delimiter: line 1 column 6 (char 5)");
  CHECK(load_json("\n x").error().message == "Expecting value: line 2 column 2 (char 2)");
  CHECK(load_json("1 2").error().message == "Extra data: line 1 column 3 (char 2)");
}

TEST_CASE("integers grow beyond 64 bits and shrink back") {
  BigInt big = BigInt(2).power(200);
  CHECK(big.to_string() == "1606938044258990275541962092341162602522202993782792835301376");
  CHECK(*BigInt::parse(big.to_string(), 10, false)->minus(big).to_int64() == 0);
  BigInt quotient;
  BigInt remainder;
  big.negated().divide(BigInt(7), &quotient, &remainder);
  CHECK(quotient.times(BigInt(7)).plus(remainder).compare(big.negated()) == 0);
  CHECK(remainder.to_string() == "3");
  CHECK(big.to_double() == 1.6069380442589903e60);
  Value wrapped = binary(BinaryOperator::kSubtract, int_value(BigInt(INT64_MAX).plus(BigInt(1))), Value(1));
  CHECK(wrapped.is_int());
  CHECK(wrapped.as_int() == INT64_MAX);
}

TEST_CASE("dicts keep order through many changes and treat equal keys as one") {
  auto dict = make_ref<DictObject>();
  for (int index = 0; index < 1000; ++index)
    dict->set(Value(index), Value(index * 2));
  for (int index = 0; index < 1000; index += 3)
    CHECK(dict->erase(Value(index)));
  for (int index = 0; index < 1000; ++index) {
    const Value* found = dict->find(Value(static_cast<double>(index)));
    CHECK((found != nullptr) == (index % 3 != 0));
  }
  dict->set(Value(true), Value("one"));
  CHECK(to_repr(*dict->find(Value(1.0))) == "'one'");
  CHECK(dict->size() == 666);
  std::int64_t last = -1;
  for (std::size_t at = 0; const DictObject::Entry* entry = dict->next(&at);) {
    CHECK(entry->key.as_int() > last);
    last = entry->key.as_int();
  }
  CHECK_THROWS_AS(dict->set(Value::list(), Value()), PythonException);
}

TEST_CASE("aliases of a list share its changes") {
  Value list = Value::list({Value(1)});
  Value alias = list;
  alias.list_object()->items.push_back(Value(2));
  CHECK(to_repr(list) == "[1, 2]");
  list.list_object()->items.push_back(list);
  CHECK(to_repr(list) == "[1, 2, [...]]");
  list.list_object()->items.clear();
}
