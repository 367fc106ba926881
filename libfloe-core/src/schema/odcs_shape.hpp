// The field tables of the Open Data Contract Standard 3.0, 3.1 and 3.2: what a contract of each version may contain.
// They accept what the published JSON Schemas accept (tests/peers/test_contracts.py compares).
#pragma once

#include "schema/shape.hpp"

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace floe::contract {

// The shapes of one version; what they point at lives as long as they do.
class OdcsShape {
 public:
  explicit OdcsShape(int minor);  // of 3.x
  OdcsShape(const OdcsShape&) = delete;
  OdcsShape& operator=(const OdcsShape&) = delete;

  [[nodiscard]] const config::Shape& contract() const { return contract_; }

 private:
  using Keys = std::vector<config::Key>;
  using Texts = std::initializer_list<std::string_view>;

  const config::Shape* keep(config::Shape shape);
  const config::Shape* list_of(const config::Shape* element);
  const config::Shape* object(std::string_view what, Keys keys, bool is_open);
  const config::Shape* variant(config::Shape shape, std::vector<config::Variant> variants);
  const config::Shape* choice(std::vector<std::string_view> words);

  // Keys that hold text; the first version that knows them is `since`.
  void add_texts(Keys& keys, Texts names, int since = 0) const;
  void add(Keys& keys, int since, config::Key key) const;
  static Keys joined(Keys keys, const Keys& more);

  void make_basics();
  void make_team();
  void make_quality();
  void make_relationships();
  void make_servers();
  const config::Shape* server_field(std::string_view kind);
  void make_context();
  void make_properties();
  Keys element_keys();
  Keys property_keys();
  Keys type_options(std::string_view logical_type);
  void make_contract();

  int minor_;
  bool is_open_;  // 3.0 accepts unknown keys in most objects
  std::deque<config::Shape> shapes_;
  std::deque<Keys> keys_;
  std::deque<std::vector<config::Variant>> variants_;
  std::deque<std::vector<std::string_view>> choices_;

  const config::Shape* stable_id_ = nullptr;
  const config::Shape* tags_ = nullptr;
  const config::Shape* custom_properties_ = nullptr;
  const config::Shape* definitions_ = nullptr;
  const config::Shape* roles_ = nullptr;
  const config::Shape* team_ = nullptr;
  const config::Shape* quality_ = nullptr;
  const config::Shape* servers_ = nullptr;
  const config::Shape* context_ = nullptr;
  const config::Shape* object_relationships_ = nullptr;
  const config::Shape* property_relationships_ = nullptr;
  const config::Shape* objects_ = nullptr;
  config::Shape contract_;
};

}  // namespace floe::contract
