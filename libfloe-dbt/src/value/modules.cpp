// dbt's `modules`: datetime, pytz, re, itertools.
#include "value/datetime.hpp"
#include "value/iterators.hpp"
#include "value/method_arguments.hpp"
#include "value/temporal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace floe::dbt {

namespace {

class ClockObject final : public Object {
 public:
  explicit ClockObject(const io::Clock& source) : clock(source) {}

  [[nodiscard]] std::string_view type_name() const override { return "type"; }

  const io::Clock& clock;
};

Value make_datetime_module(const Value& clock) {
  return make_namespace("module", {{"date", make_date_class(clock)},
                                   {"datetime", make_datetime_class(clock)},
                                   {"time", make_time_class()},
                                   {"timedelta", make_timedelta_class()},
                                   {"timezone", make_timezone_class()},
                                   {"MINYEAR", Value(1)},
                                   {"MAXYEAR", Value(9999)}});
}

// --- itertools

class ChainIterator final : public Iterator {
 public:
  explicit ChainIterator(std::vector<Value> sources) : sources_(std::move(sources)) {}

  bool next(Value* out) override {
    while (true) {
      if (current_ && current_->next(out)) return true;
      if (index_ >= sources_.size()) return false;
      current_ = iterate(sources_[index_++]);
    }
  }

 private:
  std::vector<Value> sources_;
  std::size_t index_ = 0;
  std::unique_ptr<Iterator> current_;
};

Value chain(Arguments& arguments) {
  return make_iterator("chain", std::make_unique<ChainIterator>(
                                    std::vector<Value>(arguments.positional.begin(), arguments.positional.end())));
}

Value chain_from(Arguments& arguments) {
  expect_count("from_iterable", arguments, 1, 1);
  return make_iterator("chain", std::make_unique<ChainIterator>(to_vector(arguments.positional[0])));
}

constexpr std::size_t kMaxCombinations = 5'000'000;

void check_size(std::size_t count) {
  if (count > kMaxCombinations) raise(ExceptionKind::kOverflowError, "too many combinations");
}

Value as_iterator(std::string_view name, std::vector<Value> items) {
  return make_iterator(name, std::make_unique<VectorIterator>(std::move(items)));
}

Value product(Arguments& arguments) {
  std::vector<std::vector<Value>> results(1);
  const Value* repeat = arguments.find("repeat");
  std::int64_t rounds = repeat == nullptr ? 1 : expect_index(*repeat);
  std::vector<std::vector<Value>> pools;
  for (const Value& source : arguments.positional)
    pools.push_back(to_vector(source));
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (const std::vector<Value>& pool : pools) {
      check_size(results.size() * std::max<std::size_t>(pool.size(), 1));
      std::vector<std::vector<Value>> longer;
      for (const std::vector<Value>& prefix : results) {
        for (const Value& item : pool) {
          longer.push_back(prefix);
          longer.back().push_back(item);
        }
      }
      results = std::move(longer);
    }
  }
  std::vector<Value> tuples;
  for (std::vector<Value>& items : results)
    // NOLINTNEXTLINE(performance-inefficient-vector-operation)
    tuples.push_back(Value::tuple(std::move(items)));
  return as_iterator("product", std::move(tuples));
}

// Selections of `count` positions in order; `ordered` lets positions come in any order, `repeated` more than once.
void choose(const std::vector<Value>& pool, std::size_t count, bool ordered, bool repeated,
            std::vector<std::size_t>& chosen, std::vector<Value>* out) {
  if (chosen.size() == count) {
    check_size(out->size());
    std::vector<Value> items;
    for (std::size_t index : chosen)
      // NOLINTNEXTLINE(performance-inefficient-vector-operation)
      items.push_back(pool[index]);
    out->push_back(Value::tuple(std::move(items)));
    return;
  }
  std::size_t first = ordered || chosen.empty() ? 0 : chosen.back() + (repeated ? 0 : 1);
  for (std::size_t index = first; index < pool.size(); ++index) {
    if (ordered && std::find(chosen.begin(), chosen.end(), index) != chosen.end()) continue;
    chosen.push_back(index);
    choose(pool, count, ordered, repeated, chosen, out);
    chosen.pop_back();
  }
}

Value selection(std::string_view name, Arguments& arguments, bool ordered, bool repeated) {
  Value bound[2];
  bind_arguments(name, arguments, {"iterable", "r"}, ordered ? 1 : 2, bound);
  std::vector<Value> pool = to_vector(bound[0]);
  std::int64_t count =
      bound[1].is_missing() || bound[1].is_none() ? static_cast<std::int64_t>(pool.size()) : expect_index(bound[1]);
  if (count < 0) raise(ExceptionKind::kValueError, "r must be non-negative");
  std::vector<Value> tuples;
  std::vector<std::size_t> chosen;
  choose(pool, static_cast<std::size_t>(count), ordered, repeated, chosen, &tuples);
  return as_iterator(name, std::move(tuples));
}

Value permutations(Arguments& arguments) { return selection("permutations", arguments, true, false); }

Value combinations(Arguments& arguments) { return selection("combinations", arguments, false, false); }

Value combinations_with_replacement(Arguments& arguments) {
  return selection("combinations_with_replacement", arguments, false, true);
}

Value islice(Arguments& arguments) {
  expect_count("islice", arguments, 2, 4);
  bool only_stop = arguments.positional.size() == 2;
  auto bound = [&](std::size_t index, std::int64_t fallback) {
    if (index >= arguments.positional.size() || arguments.positional[index].is_none()) return fallback;
    std::int64_t at = expect_index(arguments.positional[index]);
    if (at < 0) raise(ExceptionKind::kValueError, "Indices for islice() must be None or an integer >= 0");
    return at;
  };
  std::int64_t start = only_stop ? 0 : bound(1, 0);
  std::int64_t stop = bound(only_stop ? 1 : 2, std::numeric_limits<std::int64_t>::max());
  std::int64_t step = std::max<std::int64_t>(bound(3, 1), 1);
  std::shared_ptr<Iterator> source = iterate(arguments.positional[0]);
  std::int64_t position = 0;
  auto next = [=](Value* out) mutable {
    while (position < stop) {
      if (!source->next(out)) return false;
      std::int64_t at = position++;
      if (at >= start && (at - start) % step == 0) return true;
    }
    return false;
  };
  return make_iterator("islice", std::make_unique<FunctionIterator<decltype(next)>>(next));
}

Value repeat(Arguments& arguments) {
  Value bound[2];
  bind_arguments("repeat", arguments, {"object", "times"}, 1, bound);
  std::int64_t left = bound[1].is_missing() ? std::numeric_limits<std::int64_t>::max() : expect_index(bound[1]);
  auto next = [item = bound[0], left](Value* out) mutable {
    if (left-- <= 0) return false;
    *out = item;
    return true;
  };
  return make_iterator("repeat", std::make_unique<FunctionIterator<decltype(next)>>(next));
}

Value count(Arguments& arguments) {
  Value bound[2];
  bind_arguments("count", arguments, {"start", "step"}, 0, bound);
  Value at = bound[0].is_missing() ? Value(0) : bound[0];
  Value step = bound[1].is_missing() ? Value(1) : bound[1];
  auto next = [at, step](Value* out) mutable {
    *out = at;
    at = binary(BinaryOperator::kAdd, at, step);
    return true;
  };
  return make_iterator("count", std::make_unique<FunctionIterator<decltype(next)>>(next));
}

Value accumulate(Arguments& arguments) {
  expect_count("accumulate", arguments, 1, 1);
  std::vector<Value> sums;
  for (const Value& item : to_vector(arguments.positional[0])) {
    sums.push_back(sums.empty() ? item : binary(BinaryOperator::kAdd, sums.back(), item));
  }
  return as_iterator("accumulate", std::move(sums));
}

Value zip_longest(Arguments& arguments) {
  const Value* fill = arguments.find("fillvalue");
  std::vector<std::vector<Value>> columns;
  std::size_t longest = 0;
  for (const Value& source : arguments.positional) {
    columns.push_back(to_vector(source));
    longest = std::max(longest, columns.back().size());
  }
  std::vector<Value> rows;
  for (std::size_t row = 0; row < longest; ++row) {
    std::vector<Value> items;
    for (const std::vector<Value>& column : columns) {
      // NOLINTNEXTLINE(performance-inefficient-vector-operation)
      items.push_back(row < column.size() ? column[row] : fill == nullptr ? Value() : *fill);
    }
    rows.push_back(Value::tuple(std::move(items)));
  }
  return as_iterator("zip_longest", std::move(rows));
}

}  // namespace

std::int64_t now_micros(const Value& clock) {
  return floor_divide(clock.object_as<ClockObject>()->clock.now_unix_ns(), 1000);
}

Value make_itertools_module() {
  auto type = make_ref<ClassObject>("itertools.chain", chain);
  type->members->set("from_iterable", make_function("from_iterable", chain_from));
  return make_namespace("module", {{"chain", Value(type)},
                                   {"product", make_function("product", product)},
                                   {"permutations", make_function("permutations", permutations)},
                                   {"combinations", make_function("combinations", combinations)},
                                   {"combinations_with_replacement",
                                    make_function("combinations_with_replacement", combinations_with_replacement)},
                                   {"islice", make_function("islice", islice)},
                                   {"repeat", make_function("repeat", repeat)},
                                   {"count", make_function("count", count)},
                                   {"accumulate", make_function("accumulate", accumulate)},
                                   {"zip_longest", make_function("zip_longest", zip_longest)}});
}

Value make_modules(const io::Clock& clock) {
  Value source(make_ref<ClockObject>(clock));
  auto modules = make_ref<DictObject>();
  modules->set("datetime", make_datetime_module(source));
  modules->set("pytz", make_pytz_module());
  modules->set("re", make_re_module());
  modules->set("itertools", make_itertools_module());
  return Value(modules);
}

}  // namespace floe::dbt
