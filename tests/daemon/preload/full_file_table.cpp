// Loaded into the server by LD_PRELOAD: while the first octet of the file that FULL_FILE_TABLE names is not zero, every
// call that would make a descriptor says what the kernel says when the table of open files of the whole machine is
// full.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>

namespace {

const volatile char* map_switch() {
  static const char off = 0;
  const char* const name = std::getenv("FULL_FILE_TABLE");
  if (!name) return &off;
  const auto fd = static_cast<int>(::syscall(SYS_open, name, O_RDONLY | O_CLOEXEC, 0));
  void* const mapped = ::mmap(nullptr, 1, PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  return mapped == MAP_FAILED ? &off : static_cast<const char*>(mapped);
}

// From before main() on: later the server may not open this file.
const volatile char* const is_full = map_switch();

bool refuses() {
  if (!is_full || *is_full == 0) return false;
  errno = ENFILE;
  return true;
}

template <typename F>
F* real(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED int accept4(int socket, sockaddr* address, socklen_t* size, int flags) {
  static auto* const next = real<int(int, sockaddr*, socklen_t*, int)>("accept4");
  return refuses() ? -1 : next(socket, address, size, flags);
}

EXPORTED int socket(int domain, int type, int protocol) noexcept {
  static auto* const next = real<int(int, int, int)>("socket");
  return refuses() ? -1 : next(domain, type, protocol);
}

EXPORTED int pipe2(int* ends, int flags) noexcept {
  static auto* const next = real<int(int*, int)>("pipe2");
  return refuses() ? -1 : next(ends, flags);
}

EXPORTED int open(const char* path, int flags, ...) {
  static auto* const next = real<int(const char*, int, ...)>("open");
  va_list rest;
  va_start(rest, flags);
  const unsigned mode = va_arg(rest, unsigned);
  va_end(rest);
  return refuses() ? -1 : next(path, flags, mode);
}

EXPORTED int openat(int directory, const char* path, int flags, ...) {
  static auto* const next = real<int(int, const char*, int, ...)>("openat");
  va_list rest;
  va_start(rest, flags);
  const unsigned mode = va_arg(rest, unsigned);
  va_end(rest);
  return refuses() ? -1 : next(directory, path, flags, mode);
}

// What openat() becomes where its flags are checked as the program runs.
EXPORTED int __openat_2(int directory, const char* path, int flags) {
  static auto* const next = real<int(int, const char*, int)>("__openat_2");
  return refuses() ? -1 : next(directory, path, flags);
}

EXPORTED long syscall(long number, ...) noexcept {
  static auto* const next = real<long(long, ...)>("syscall");
  va_list rest;
  va_start(rest, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_openat2 && refuses()) return -1;
  return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}
