// Splits a file into its top-level blocks (macro, materialization, test, data_test, docs, snapshot) with the rules of
// dbt_common's scanner, which is not Jinja's parser: it knows strings, comments, raw and control-flow nesting only.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct TopLevelBlock {
  std::string type;           // `macro`, ...; empty: text between blocks
  std::string name;           // may be empty
  std::string_view contents;  // between the tags
  std::string_view full;      // with the tags
  int line = 1;               // of the first character of `full`
};

struct BlockScan {
  std::vector<TopLevelBlock> blocks;  // views into the text given
  std::vector<std::string> warnings;  // `Found unexpected 'x' block tag.`
};

// kData with dbt's message for blocks inside if/for, nested blocks, missing or unexpected end tags.
Result<BlockScan> scan_blocks(std::string_view text, const std::vector<std::string>& allowed, bool keep_text = false);

}  // namespace floe::dbt
