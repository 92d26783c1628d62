// What a check is given: sessions with the server, names that nobody else uses, and the removal of what was made.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conform/dialogue.hpp"

namespace ferry::conform {

// What the checks of a run share.
struct Workplace {
  std::string path{};   // a directory on the server for this run alone; empty where none could be made
  std::string large{};  // a file there; empty until somebody needs it
  unsigned names = 0;   // that were given out
};

// Where it is on this machine, whose directory --home is.
std::filesystem::path on_disk(const Target& target, const Workplace& workplace);

class Visit {
 public:
  Visit(const Target& target, Workplace& workplace);
  // Removes what was made.
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  const Target& target() const { return target_; }

  // A control connection that has been greeted; untried where there is none.
  Dialogue connect(const user_pi::Address* source = nullptr) const;
  // The same, under TLS where the run is.
  Dialogue connect_protected() const;
  // The same, logged in, TYPE I, in the workplace.
  Dialogue login() const;
  // The same without TYPE.
  Dialogue login_as_it_is() const;
  // Under explicit TLS, PROT P, TYPE I, in the workplace: whether the run is under TLS or not.
  Dialogue login_under_tls() const;
  // Logs in, and goes to the workplace.
  void enter(Dialogue& dialogue) const;
  // Whether one more reply that is late would be the end of the check.
  bool has_little_time() const { return end_ - user_pi::Clock::now() < target_.patience; }

  // A name in the workplace that is removed after the check; as a file, or a directory. Untried where there is no
  // workplace.
  std::string file(std::string_view stem);
  std::string directory(std::string_view stem);
  // The same, made: a file with this content, an empty directory.
  std::string stored(Dialogue& dialogue, std::string_view stem, std::string_view content);
  std::string made(Dialogue& dialogue, std::string_view stem);
  // A file that does not fit into the buffers between here and there, the same for the whole run.
  static constexpr std::size_t large_size = 16 << 20;
  std::string large(Dialogue& dialogue);

  // Somebody else must still be able to log in and ask for something, whatever was done to the server.
  void require_service(std::string_view behind) const;

  // The workplace on the disk of this machine; untried where it is not known.
  std::filesystem::path local() const;
  // What the login sees first, in the same way; untried as well where nothing of this machine is outside of it.
  std::filesystem::path home() const;
  bool is_anonymous() const { return target_.user == "anonymous" || target_.user == "ftp"; }
  // Where the clients that are not this one come from: another loopback address; untried where the server is elsewhere.
  user_pi::Address stranger() const;

 private:
  void need_workplace() const;

  const Target& target_;
  Workplace& workplace_;
  user_pi::Clock::time_point end_;
  std::vector<std::string> removals_;  // commands
};

}  // namespace ferry::conform
