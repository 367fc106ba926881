#include "policy/secret_scan.hpp"

#include "floe_test.hpp"

using floe::policy::is_plain_secret;
using floe::policy::mask_secrets;

TEST_CASE("secrets in the clear are found by key and by value") {
  const std::vector<std::pair<const char*, const char*>> secrets = {
      {"password", "hunter2"},
      {"db_password", "hunter2"},
      {"client_secret", "abc"},
      {"api_key", "k"},
      {"aws_secret_access_key", "wJalrXUtnFEMI"},
      {"token", "t"},
      {"private-key", "x"},
      {"anything", "AKIAIOSFODNN7EXAMPLE"},
      {"uri", "postgresql://floe:hunter2@db:5432/x"},
      {"note", "-----BEGIN RSA PRIVATE KEY-----"},
      {"auth", "Bearer abcdefghijklmnop"},
      {"headers", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc"},
      {"url", "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx"},
      {"db_password", "19840101"},
  };
  for (const auto& [key, value] : secrets) {
    INFO(key);
    CHECK(is_plain_secret(key, value));
  }
}

TEST_CASE("identifiers and references are no secrets") {
  const std::vector<std::pair<const char*, const char*>> harmless = {
      {"client_id", "floe"},
      {"account_id", "123456789012"},
      {"role_arn", "arn:aws:iam::123456789012:role/x"},
      {"keys", "customer_id"},
      {"unique_key", "customer_id"},
      {"primary_key", "id"},
      {"access_key_id", "minio"},
      {"password", "{{ env_var('DB_PASSWORD') }}"},
      {"password", "${DB_PASSWORD}"},
      {"secret_ref", "warehouse-key"},
      {"password_secret_ref", "warehouse-key"},
      {"token_url", "https://idp/token"},
      {"secret_name", "warehouse"},
      {"secrets", "env"},
      {"uri", "https://db:5432/x"},
      {"description", "the password lies in the vault"},
      {"token_lifetime", "3600"},
      {"password_min_length", "8"},
      {"max_tokens", "5"},
      {"token_budget", "1.5"},
      {"api_key_header", "X-Api-Key"},
      {"credentials_provider", "aws"},
      {"secret_store", "vault"},
      {"secret_manager", "aws"},
      {"token_audience", "floe"},
      {"password_policy", "strict"},
      {"token_type", "Bearer"},
      {"auth", "Bearer ${API_TOKEN}"},
      {"auth", "Bearer authentication of the API"},
      {"url", "https://hooks.slack.com/services/{{ env_var('HOOK') }}"},
  };
  for (const auto& [key, value] : harmless) {
    INFO(key << ": " << value);
    CHECK_FALSE(is_plain_secret(key, value));
  }
}

TEST_CASE("excerpts hide a token inside of a line") {
  CHECK(mask_secrets("config: {auth: \"Bearer abcdefghijklmnop\"}") == "config: " + std::string(33, '*'));
}

TEST_CASE("excerpts keep their shape and lose their secrets") {
  CHECK(mask_secrets("a: 1\npassword: hunter2\nb: {secret_ref: x}\n") ==
        "a: 1\npassword: *******\nb: {secret_ref: x}\n");
  CHECK(mask_secrets("  - token: \"t\"") == "  - token: ***");
  CHECK(mask_secrets("config: {password: hunter2}") == "config: *******************");
  CHECK(mask_secrets("auth:\n  password: |\n    one two\n\n    three\n  user: x\n") ==
        "auth:\n  password: |\n    *******\n\n    *****\n  user: x\n");
  CHECK(mask_secrets("- token: >-\n    abc\n- b: 1") == "- token: >-\n    ***\n- b: 1");
}
