/* floe/json.h: what a plugin without a JSON library needs of one: is this text valid, and where is a member.
 * Header-only C99 to C17 and C++11 to C++20, no ABI meaning. */
#ifndef FLOE_JSON_H_
#define FLOE_JSON_H_

#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FLOE_JSON_DEPTH 256

/* Each of these reads one thing at `at` and returns what is behind it, or NULL when it is not there. */
static inline const char* floe_json_space(const char* at, const char* end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
    ++at;
  return at;
}

static inline const char* floe_json_word(const char* at, const char* end, const char* word) {
  const size_t length = strlen(word);
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

/* One character of UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
static inline const char* floe_json_utf8(const char* at, const char* end) {
  const unsigned char lead = (unsigned char)*at;
  const size_t more = lead < 0x80 ? 0 : lead < 0xC2 ? 4 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 4;
  size_t i;
  unsigned char second;
  if (more == 4 || (size_t)(end - at) <= more) return NULL;
  for (i = 1; i <= more; ++i) {
    if (((unsigned char)at[i] & 0xC0) != 0x80) return NULL;
  }
  second = more == 0 ? 0 : (unsigned char)at[1];
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return NULL;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return NULL;
  return at + more + 1;
}

/* Whether a text is UTF-8: for `str` inputs. */
static inline int floe_is_utf8(const char* text, size_t length) {
  const char* end = text + length;
  while (text != NULL && text < end)
    text = floe_json_utf8(text, end);
  return text != NULL || length == 0;
}

static inline const char* floe_json_string(const char* at, const char* end) {
  int i;
  if (at >= end || *at != '"') return NULL;
  for (++at; at != NULL && at < end && *at != '"';) {
    if ((unsigned char)*at < 0x20) return NULL;
    if (*at != '\\') {
      at = floe_json_utf8(at, end);
      continue;
    }
    if (++at >= end || *at == '\0' || strchr("\"\\/bfnrtu", *at) == NULL) return NULL;
    if (*at++ != 'u') continue;
    for (i = 0; i < 4; ++i, ++at) {
      if (at >= end || *at == '\0' || strchr("0123456789abcdefABCDEF", *at) == NULL) return NULL;
    }
  }
  return at != NULL && at < end ? at + 1 : NULL;
}

static inline const char* floe_json_digits(const char* at, const char* end) {
  const char* begin = at;
  while (at < end && *at >= '0' && *at <= '9')
    ++at;
  return at == begin ? NULL : at;
}

static inline const char* floe_json_number(const char* at, const char* end) {
  if (at < end && *at == '-') ++at;
  at = at < end && *at == '0' ? at + 1 : floe_json_digits(at, end);
  if (at != NULL && at < end && *at == '.') at = floe_json_digits(at + 1, end);
  if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    at = floe_json_digits(at, end);
  }
  return at;
}

static inline const char* floe_json_value(const char* at, const char* end, int depth);

/* An object or an array, by its brackets. */
static inline const char* floe_json_items(const char* at, const char* end, char close, int depth) {
  at = floe_json_space(at + 1, end);
  if (at < end && *at == close) return at + 1;
  while (at != NULL && at < end) {
    if (close == '}') {
      at = floe_json_string(at, end);
      at = at == NULL ? NULL : floe_json_space(at, end);
      if (at == NULL || at >= end || *at != ':') return NULL;
      at = floe_json_space(at + 1, end);
    }
    at = floe_json_value(at, end, depth - 1);
    at = at == NULL ? NULL : floe_json_space(at, end);
    if (at == NULL || at >= end) return NULL;
    if (*at == close) return at + 1;
    if (*at != ',') return NULL;
    at = floe_json_space(at + 1, end);
  }
  return NULL;
}

static inline const char* floe_json_value(const char* at, const char* end, int depth) {
  if (at >= end || depth == 0) return NULL;
  if (*at == '{') return floe_json_items(at, end, '}', depth);
  if (*at == '[') return floe_json_items(at, end, ']', depth);
  if (*at == '"') return floe_json_string(at, end);
  if (*at == 't') return floe_json_word(at, end, "true");
  if (*at == 'f') return floe_json_word(at, end, "false");
  if (*at == 'n') return floe_json_word(at, end, "null");
  return floe_json_number(at, end);
}

/* What a text is: '{' object, '[' array, '"' string, '0' number, 't' boolean, 'n' null; 0 when it is no JSON. */
static inline char floe_json_kind(const char* text, size_t length) {
  const char* end = text + length;
  const char* begin = length == 0 ? text : floe_json_space(text, end);
  const char* behind = length == 0 ? NULL : floe_json_value(begin, end, FLOE_JSON_DEPTH);
  if (behind == NULL || floe_json_space(behind, end) != end) return 0;
  if (*begin == 'f') return 't';
  return strchr("{[\"tn", *begin) == NULL ? '0' : *begin;
}

/* Whether a text is an object without members: the configuration of a plugin that has no settings. */
static inline int floe_json_is_empty_object(const char* text, size_t length) {
  const char* end = text + length;
  return floe_json_kind(text, length) == '{' && *floe_json_space(floe_json_space(text, end) + 1, end) == '}';
}

/* The value of a member of a valid object, as JSON text; *length is 0 and the result NULL when there is none. A name
 * that is written with escapes is not found. */
static inline const char* floe_json_member(const char* text, size_t text_length, const char* name, size_t* length) {
  const char* end = text + text_length;
  const char* at = floe_json_space(text, end);
  const size_t name_length = strlen(name);
  *length = 0;
  at = floe_json_space(at + 1, end);
  while (at < end && *at == '"') {
    const char* key = at + 1;
    const size_t key_length = (size_t)(floe_json_string(at, end) - key) - 1;
    const char* value = floe_json_space(floe_json_string(at, end), end);
    const char* behind;
    value = floe_json_space(value + 1, end);
    behind = floe_json_value(value, end, FLOE_JSON_DEPTH);
    if (key_length == name_length && memcmp(key, name, name_length) == 0) {
      *length = (size_t)(behind - value);
      return value;
    }
    at = floe_json_space(behind, end);
    if (at < end && *at == ',') at = floe_json_space(at + 1, end);
  }
  return NULL;
}

#ifdef __cplusplus
}
#endif
#endif /* FLOE_JSON_H_ */
