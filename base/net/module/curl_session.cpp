#include "base/net/module/curl_session.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <curl/curl.h>
#include <limits>

namespace floe::net {

namespace {

constexpr long kConnectTimeoutMs = 10'000;
constexpr int kCancelPollMs = 20;
constexpr int kIdlePollMs = 1'000;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

bool has_header(const HttpRequest& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return text::equals_ignore_case_ascii(header.first, name); });
}

Status append_line(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return fail(ErrorCode::kExhausted, "out of memory");
  if (!list) list.reset(longer);  // else it is the same head
  return ok();
}

Result<HeaderList> make_headers(const HttpRequest& request) {
  HeaderList list;
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return failf(ErrorCode::kInvalidArgument, "header `{}` has a name or a value that HTTP cannot carry", name);
    }
    std::string line = name;
    line.append(value.empty() ? ";" : ": ").append(value);
    FLOE_TRY(append_line(list, line));
  }
  // libcurl would add these to a request with a body.
  if (!has_header(request, "content-type")) FLOE_TRY(append_line(list, "Content-Type:"));
  if (!has_header(request, "expect")) FLOE_TRY(append_line(list, "Expect:"));
  return list;
}

ErrorCode code_of(CURLcode result) {
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorCode::kTimeout;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorCode::kInvalidArgument;
    case CURLE_OUT_OF_MEMORY:
      return ErrorCode::kExhausted;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_AGAIN:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kIo;
  }
}

// Everything libcurl's callbacks touch during one exchange.
struct Exchange {
  const HttpRequest& request;
  HttpResponse response;
  bool too_large = false;

  void header_line(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // a redirect's or an interim answer's headers are over
      response.headers.clear();
      response.body.clear();
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    response.headers.emplace_back(text::to_lower_ascii(text::trim(line.substr(0, colon))),
                                  std::string(text::trim(line.substr(colon + 1))));
  }
};

size_t on_header(char* data, size_t size, size_t count, void* self) {
  try {
    static_cast<Exchange*>(self)->header_line({data, size * count});
  } catch (...) {
    return 0;  // libcurl then ends with a write error
  }
  return size * count;
}

size_t on_body(char* data, size_t size, size_t count, void* self) {
  auto* exchange = static_cast<Exchange*>(self);
  if (exchange->response.body.size() + size * count > exchange->request.max_response_bytes) {
    exchange->too_large = true;
    return 0;
  }
  try {
    exchange->response.body.append(data, size * count);
  } catch (...) {
    return 0;
  }
  return size * count;
}

class Session final : public CurlSession {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Session() : multi_(curl_multi_init()), easy_(curl_easy_init()) {}

  ~Session() override {
    if (easy_ != nullptr) curl_easy_cleanup(easy_);
    if (multi_ != nullptr) curl_multi_cleanup(multi_);
  }

  [[nodiscard]] bool is_open() const { return multi_ != nullptr && easy_ != nullptr; }

  Result<HttpResponse> exchange(const HttpRequest& request) override {
    curl_easy_reset(easy_);
    const HeaderList headers = FLOE_TRY(make_headers(request));
    Exchange exchange{request, {}, false};
    FLOE_TRY(configure(request, headers.get(), &exchange));
    std::array<char, CURL_ERROR_SIZE> message{};
    set(CURLOPT_ERRORBUFFER, message.data());
    if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) return fail(ErrorCode::kInternal, "libcurl takes no request");
    const Result<CURLcode> ended = run(request);
    curl_multi_remove_handle(multi_, easy_);
    const CURLcode result = FLOE_TRY(ended);
    if (result != CURLE_OK) return failure(request, result, exchange, message.data());
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode result = curl_easy_setopt(easy_, option, value);
    if (result != CURLE_OK && refused_ == CURLE_OK) refused_ = result;
  }

  Status configure(const HttpRequest& request, curl_slist* headers, Exchange* exchange) {
    refused_ = CURLE_OK;
    set(CURLOPT_URL, request.url.c_str());
    if (request.http2) {
      set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
      // libcurl 7.88 fails with a framing error when a handle begins a second stream on its connection.
      set(CURLOPT_FORBID_REUSE, 1L);
    }
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, request.url.starts_with("https:") ? "https" : "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "floe");
    if (!request.ca_bundle.empty()) set(CURLOPT_CAINFO, request.ca_bundle.c_str());
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    constexpr std::int64_t kLongest = std::numeric_limits<int>::max();
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::clamp<std::int64_t>(request.timeout_ms, 0, kLongest)));
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(exchange));
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(exchange));
    set_method(request);
    if (refused_ == CURLE_OK) return ok();
    return failf(code_of(refused_), "cannot request `{}`: {}", public_url(request.url), curl_easy_strerror(refused_));
  }

  void set_method(const HttpRequest& request) {
    const bool reading = request.method == "GET" || request.method == "HEAD";
    const bool takes_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (takes_body || !request.body.empty()) {
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_FOLLOWLOCATION, reading && request.max_redirects > 0 ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, static_cast<long>(request.max_redirects));
  }

  Result<CURLcode> run(const HttpRequest& request) {
    while (true) {
      int running = 0;
      const CURLMcode performed = curl_multi_perform(multi_, &running);
      if (performed != CURLM_OK) return failf(ErrorCode::kIo, "libcurl: {}", curl_multi_strerror(performed));
      if (running == 0) return take_result();
      if (request.is_cancelled && request.is_cancelled()) {
        return failf(ErrorCode::kCancelled, "the request to `{}` was cancelled", public_url(request.url));
      }
      curl_multi_poll(multi_, nullptr, 0, request.is_cancelled ? kCancelPollMs : kIdlePollMs, nullptr);
    }
  }

  Result<CURLcode> take_result() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) return message->data.result;
    }
    return fail(ErrorCode::kInternal, "libcurl ended without a result");
  }

  static Error failure(const HttpRequest& request, CURLcode result, const Exchange& exchange, const char* message) {
    const std::string url = public_url(request.url);
    if (exchange.too_large) {
      return failf(ErrorCode::kExhausted, "the answer of `{}` is longer than {} bytes", url,
                   request.max_response_bytes);
    }
    if (result == CURLE_OPERATION_TIMEDOUT) {
      return failf(ErrorCode::kTimeout, "no complete answer of `{}` within {} ms", url, request.timeout_ms);
    }
    const std::string_view reason =
        *message != '\0' ? std::string_view(message) : std::string_view(curl_easy_strerror(result));
    return failf(code_of(result), "cannot {} `{}`: {}", request.method, url, reason);
  }

  CURLM* multi_;
  CURL* easy_;
  CURLcode refused_ = CURLE_OK;
};

}  // namespace

Result<std::unique_ptr<CurlSession>> CurlSession::open() {
  auto session = std::make_unique<Session>();
  if (!session->is_open()) return fail(ErrorCode::kExhausted, "libcurl does not start");
  return std::unique_ptr<CurlSession>(std::move(session));
}

}  // namespace floe::net
