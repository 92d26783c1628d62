// What the bare server stands on: one event loop over epoll, coroutines that wait in it, sockets, and TLS that gathers
// its records. Everything runs in one thread.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

namespace limits {

// How much one system call moves, and one send of TLS records.
constexpr std::size_t chunk = 256 * 1024;
// Through TLS, where the octets pass the cache several times.
constexpr std::size_t tls_chunk = 64 * 1024;

// A coroutine that starts at once and frees itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

// A coroutine that its caller awaits, and that says whether it went well.
class [[nodiscard]] Step {
 public:
  struct promise_type {
    std::coroutine_handle<> caller;
    bool value = false;
    struct Final {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) const noexcept {
        return h.promise().caller;
      }
      void await_resume() const noexcept {}
    };
    Step get_return_object() { return Step(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    Final final_suspend() const noexcept { return {}; }
    void return_value(bool v) noexcept { value = v; }
    void unhandled_exception() const noexcept { std::terminate(); }
  };

  Step(Step&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~Step() {
    if (handle_) handle_.destroy();
  }
  Step& operator=(Step&&) = delete;

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) const noexcept {
    handle_.promise().caller = caller;
    return handle_;
  }
  bool await_resume() const noexcept { return handle_.promise().value; }

 private:
  explicit Step(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

class Loop {
 public:
  Loop();
  [[noreturn]] void run();
  int fd() const { return epoll_; }

 private:
  int epoll_;
};

// A descriptor that a coroutine can wait for. It is registered with the loop at the first wait.
class Waited {
 public:
  Waited(Loop& loop, int fd) : loop_(loop), fd_(fd) {}
  ~Waited();
  Waited(const Waited&) = delete;
  Waited& operator=(const Waited&) = delete;

  struct Wait {
    Waited& of;
    std::uint32_t events;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) const { of.wait(h, events); }
    void await_resume() const noexcept {}
  };
  Wait readable();
  Wait writable();

  int fd() const { return fd_; }
  void ready() { std::exchange(waiting_, {}).resume(); }
  bool is_waiting() const { return static_cast<bool>(waiting_); }

 private:
  void wait(std::coroutine_handle<> h, std::uint32_t events);

  Loop& loop_;
  int fd_;
  std::uint32_t events_ = 0;
  std::coroutine_handle<> waiting_;
};

// One connection, with TLS or without.
class Stream {
 public:
  Stream(Loop& loop, int fd) : socket_(loop, fd) {}
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Step secure(SSL_CTX* tls, bool data);
  // Without waiting: octets, 0 at the end, -1 where there is nothing now.
  ssize_t try_read(void* to, std::size_t size);
  Step write(const char* octets, std::size_t size);
  // close_notify, where there is TLS.
  Step finish();

  bool tls() const { return ssl_ != nullptr; }
  Waited& socket() { return socket_; }

 private:
  static int gather(BIO* bio, const char* octets, int size);
  static int receive(BIO* bio, char* to, int size);
  static long control(BIO* bio, int command, long number, void* pointer);
  static BIO_METHOD* gathering();
  Step flush();

  Waited socket_;
  SSL* ssl_ = nullptr;
  std::vector<char> gathered_;
};

// Listens on 127.0.0.1; -1 where the port is taken.
int listen_on(std::uint16_t port);
void set_on(int fd, int level, int name);

}  // namespace limits
