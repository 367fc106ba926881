#include "secrets/secret_scan.hpp"

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
      {"clientSecret", "abc"},
      {"secretAccessKey", "wJalrXUtnFEMI"},
      {"userPassword", "hunter2"},
      {"authToken", "t"},
      {"apiKey", "k"},
      {"pass", "hunter2"},
      {"db_pass", "hunter2"},
      {"bearer", "t"},
      {"dsn", "Server=db;User=floe;Password=hunter2"},
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
      {"secrets_namespace", "prod"},
      {"secret_engine", "kv"},
      {"token_expiry", "1h"},
      {"sas_expiry", "1h"},
      {"pagination_token_field", "next"},
      {"token_bucket", "shared"},
      {"token_refresh_interval", "1h"},
      {"clientId", "floe"},
      {"secretRef", "warehouse-key"},
      {"pass_rate", "high"},
      {"dsn", "Server=db;Password=${DB_PASSWORD}"},
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
  CHECK(mask_secrets("config: {auth: \"Bearer abcdefghijklmnop\"}") == "config: {auth: \"" + std::string(25, '*'));
}

TEST_CASE("excerpts keep their shape and lose their secrets") {
  CHECK(mask_secrets("a: 1\npassword: hunter2\nb: {secret_ref: x}\n") ==
        "a: 1\npassword: *******\nb: {secret_ref: x}\n");
  CHECK(mask_secrets("  - token: \"t\"") == "  - token: ***");
  CHECK(mask_secrets("config: {password: hunter2}") == "config: {password: ********");
  CHECK(mask_secrets("config: {x: [{password: hunter2}], y: 1}") == "config: {x: [{password: ****************");
  CHECK(mask_secrets("{type: snowflake, config: {password : hunter2}}") ==
        "{type: snowflake, config: {password : *********");
  CHECK(mask_secrets("{password: {secret_ref: a}, token: plain}") == "{password: {secret_ref: a}, token: ******");
  CHECK(mask_secrets("credentials:\n  mode: static\n  password:\n    hunter2\n    more\nregion: eu\n") ==
        "credentials:\n  mode: static\n  password:\n    *******\n    ****\nregion: eu\n");
  CHECK(mask_secrets("password: \"hunter\n  two\"\nuser: x") == "password: *******\n  ****\nuser: x");
  for (const char* line : {"password: {value: hunter15}", "password: {hunter21: 1}", "password: ${X} hunter11",
                           "password: \"{{ x }}, hunter16\"", "password: \"env:x}hunter17\""}) {
    CAPTURE(line);
    CHECK(mask_secrets(line).find("hunter") == std::string::npos);
  }
  for (const char* line : {"password: {{ env_var('X') }}", "{password: \"${X}\"}", "token: $X", "max_tokens: 5",
                           "{token: {secret_ref: a}, user: b}"})
    CHECK(mask_secrets(line) == line);
  CHECK(mask_secrets("ref: oci://user:hunter2@host/x:v1") == "ref: " + std::string(28, '*'));
  CHECK(mask_secrets("auth:\n  password: |\n    one two\n\n    three\n  user: x\n") ==
        "auth:\n  password: |\n    *******\n\n    *****\n  user: x\n");
  CHECK(mask_secrets("password:\n  hunter2\nb: 1") == "password:\n  *******\nb: 1");
  CHECK(mask_secrets("password:\n- a:b\ntoken:\n  secret_ref: x\n") == "password:\n- ***\ntoken:\n  secret_ref: x\n");
  CHECK(mask_secrets("- token: >-\n    abc\n- b: 1") == "- token: >-\n    ***\n- b: 1");
}

TEST_CASE("messages repeat no secret that they quote") {
  using floe::policy::mask_known_secrets;
  CHECK(mask_known_secrets("there is no `oci://user:hunter2@host/x:v1`; write one") == "there is no `***`; write one");
  CHECK(mask_known_secrets("`ghp_0123456789abcdefghij0123456789abcdef` is no format") == "`***` is no format");
  CHECK(mask_known_secrets("header `Authorization: Bearer abcdefghijklmnop`") == "header `Authorization: Bearer ***`");
  CHECK(mask_known_secrets("nothing\nto hide, at `https://db:5432/x` ") == "nothing\nto hide, at `https://db:5432/x` ");
}
