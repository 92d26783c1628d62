// Has the last word on each upload: what does not look like a PNG is refused with a reply that says why, and is never
// seen under any name. The rest appears when it is complete, on the disk and not only on its way there.
//
//     $ ./upload_veto /srv/pictures
//     alice can upload PNG files to ftp://127.0.0.1:40123 with the password "wonderland"
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include <ferry/server.hpp>

namespace {

// Runs on the pool for blocking work. `native_path` leads to the file that has no name yet; a virus scanner would be
// started with it here.
std::optional<ferry::UploadRefusal> only_png(const ferry::FinishedUpload& upload) {
  static constexpr std::array<char, 4> signature = {'\x89', 'P', 'N', 'G'};
  std::array<char, 4> beginning{};
  std::ifstream(upload.native_path, std::ios::binary).read(beginning.data(), beginning.size());
  if (std::ranges::equal(beginning, signature)) return std::nullopt;
  return ferry::UploadRefusal{550, "This is not a PNG; nothing was stored."};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: upload_veto DIRECTORY\n";
    return 2;
  }
  const auto pictures = ferry::local_directory(argv[1]);
  if (!pictures) {
    std::cerr << argv[1] << ": " << pictures.error().detail << '\n';
    return 1;
  }
  ferry::Account account;
  account.files = *pictures;
  account.permissions = ferry::Permissions::all();
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->add("alice", ferry::Secret("wonderland"), account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  config.upload_inspector = ferry::upload_inspector(only_png);
  config.uploads.durability = ferry::Durability::full;
  ferry::Server server(config);
  server.start();
  std::cout << "alice can upload PNG files to ftp://127.0.0.1:" << server.port()
            << " with the password \"wonderland\"\n"
            << std::flush;
  while (std::getchar() != EOF) {
  }
}
