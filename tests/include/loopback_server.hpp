// A real HTTP server for tests, on a free loopback port.
#pragma once

#include "floe_test.hpp"

#include "base/io/file_descriptor.hpp"
#include "base/text/text.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <fcntl.h>
#include <functional>
#include <map>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace floe::test {

// A server on a free loopback port: hands each request's text to `answer` and writes what that returns. An empty answer
// leaves the request unanswered until the server stops.
class LoopbackServer {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  explicit LoopbackServer(Answer answer)
      : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_.get(), 16) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    stop_read_ = io::FileDescriptor(ends[0]);
    stop_write_ = io::FileDescriptor(ends[1]);
    thread_ = std::thread([this] { serve(); });
  }

  ~LoopbackServer() {
    stop_write_.reset();
    thread_.join();
  }

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  [[nodiscard]] int port() const { return port_; }

  std::atomic<int> connections{0};

 private:
  void serve() {
    std::map<int, std::pair<io::FileDescriptor, std::string>> open;
    while (true) {
      std::vector<pollfd> files{{stop_read_.get(), POLLIN, 0}, {socket_.get(), POLLIN, 0}};
      for (const auto& [number, connection] : open)
        files.push_back({number, POLLIN, 0});
      ::poll(files.data(), files.size(), -1);
      if (files[0].revents != 0) return;
      if (files[1].revents != 0) {
        io::FileDescriptor accepted(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        ++connections;
        const int number = accepted.get();
        open[number] = {std::move(accepted), ""};
      }
      for (std::size_t i = 2; i < files.size(); ++i) {
        if (files[i].revents != 0 && !read_from(files[i].fd, open[files[i].fd].second)) open.erase(files[i].fd);
      }
    }
  }

  bool read_from(int file, std::string& buffer) {
    char bytes[4096];
    const ssize_t got = ::read(file, bytes, sizeof bytes);
    if (got <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(got));
    const std::size_t head = buffer.find("\r\n\r\n");
    if (head == std::string::npos) return true;
    std::size_t length = 0;
    const std::size_t field = text::to_lower_ascii(buffer).find("content-length: ");
    if (field < head) length = std::stoul(buffer.substr(field + 16));
    if (buffer.size() < head + 4 + length) return true;
    const std::string answer = answer_(buffer);
    buffer.clear();
    if (answer == "close") return false;
    return ::send(file, answer.data(), answer.size(), MSG_NOSIGNAL) >= 0;
  }

  Answer answer_;
  io::FileDescriptor socket_;
  io::FileDescriptor stop_read_;
  io::FileDescriptor stop_write_;
  int port_ = 0;
  std::thread thread_;
};

inline std::string response(int status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace floe::test
