/* Preloaded into floe: each connection over IP that is asked for becomes a line `ADDRESS PORT` of
 * $FLOE_TEST_CONNECTIONS. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void record(const struct sockaddr* to) {
  char address[INET6_ADDRSTRLEN];
  char line[INET6_ADDRSTRLEN + 16];
  const char* path = getenv("FLOE_TEST_CONNECTIONS");
  const void* bytes;
  in_port_t port;
  int file;
  if (path == NULL || strcmp(program_invocation_short_name, "floe") != 0) return;
  if (to->sa_family == AF_INET) {
    bytes = &((const struct sockaddr_in*)to)->sin_addr;
    port = ((const struct sockaddr_in*)to)->sin_port;
  } else if (to->sa_family == AF_INET6) {
    bytes = &((const struct sockaddr_in6*)to)->sin6_addr;
    port = ((const struct sockaddr_in6*)to)->sin6_port;
  } else {
    return;
  }
  inet_ntop(to->sa_family, bytes, address, sizeof(address));
  snprintf(line, sizeof(line), "%s %d\n", address, ntohs(port));
  file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || write(file, line, strlen(line)) < 0) abort();
  close(file);
}

int connect(int socket, const struct sockaddr* to, socklen_t length) {
  int (*next)(int, const struct sockaddr*, socklen_t) = dlsym(RTLD_NEXT, "connect");
  const int before = errno;
  record(to);
  errno = before;
  return next(socket, to, length);
}
