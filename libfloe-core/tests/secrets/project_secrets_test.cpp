#include "secrets/project_secrets.hpp"

#include "floe_test.hpp"

using floe::policy::find_secrets;
using floe::policy::mask_found_secrets;

TEST_CASE("secrets of a project are found in each of its languages") {
  struct Row {
    const char* file;
    const char* text;
    const char* masked;
  };

  const std::vector<Row> rows = {
      {"a.sql", "select 'AKIAIOSFODNN7EXAMPLF'", "select '********************'"},
      {"a.sql", "{{ config(api_key = \"hunter2\") }}", "{{ config(api_key = \"*******\") }}"},
      {"a.py", "PASSWORD = 'hunter2'  # no", "PASSWORD = '*******'  # no"},
      {"a.py", "x = 'Zx8kQ2mVw9LrT4bN6yHs'", "x = '********************'"},
      {"a.yml", "db_password: hunter2\n", "db_password: *******\n"},
      {"a.yml", "uri: postgresql://floe:hunter2@db/x", "uri: ******************************"},
      {"a.csv", "id,note\n1,ghp_0123456789abcdef0123\n", "id,note\n1,************************\n"},
      {"a.md", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
       "***************************\n***\n-----END PRIVATE KEY-----"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(mask_found_secrets(row.file, row.text) == row.masked);
  }
}

TEST_CASE("what is no secret of a project is left alone") {
  const std::vector<std::pair<const char*, const char*>> harmless = {
      {"a.sql", "select * from t where token = 'expired'"},
      {"a.sql", "select '5f4dcc3b5aa765d61d8327deb882cf99' as md5"},
      {"a.sql", "{{ config(unique_key = 'customer_identifier') }}"},
      {"a.sql", "{{ config(password = env_var('DB_PASSWORD')) }}"},
      {"a.yml", "password: \"{{ env_var('DB_PASSWORD') }}\""},
      {"a.yml", "password: ${DB_PASSWORD}"},
      {"a.yml", "password: <your password>"},
      {"a.yml", "description: the password lies in the vault"},
      {"a.yml", "token: ["},
      {"a.py", "password = get('password')"},
      {"a.py", "x = 'select_all_customers_of_last_year'"},
      {"a.csv", "password,token\nhunter2,abc"},
      {"a.py", "password = '"},
      {"a.py", "="},
  };
  for (const auto& [file, text] : harmless) {
    INFO(text);
    CHECK(find_secrets(file, text).empty());
  }
}
