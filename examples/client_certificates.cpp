// TLS where the certificate is the password: who shows one that our authority has signed, and whose common name is that
// of a user, is logged in at USER. Without one the handshake fails.
//
//     $ ./client_certificates server.pem authority.pem
//     the certificate of "alice" opens ftp://127.0.0.1:40123 (AUTH TLS)
#include <cstdio>
#include <iostream>
#include <memory>

#include <ferry/server.hpp>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: client_certificates SERVER-CERTIFICATE-AND-KEY AUTHORITY\n";
    return 2;
  }
  ferry::Account account;
  account.files = ferry::memory_file_system();
  account.permissions = ferry::Permissions::all();
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->add("alice", ferry::Secret("only for a day without her certificate"), account);
  users->accept_certificates(ferry::CertificateName::common_name);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  config.tls.emplace();
  config.tls->certificate_file = argv[1];
  config.tls->client_ca_file = argv[2];
  config.tls->client_certificates = ferry::ClientCertificates::required;
  config.tls->required_for_control = true;
  config.tls->required_for_data = true;
  try {
    ferry::Server server(config);
    server.start();
    std::cout << "the certificate of \"alice\" opens ftp://127.0.0.1:" << server.port() << " (AUTH TLS)\n"
              << std::flush;
    while (std::getchar() != EOF) {
    }
  } catch (const ferry::ConfigError& error) {  // a file that is no certificate, for one
    std::cerr << error.what() << '\n';
    return 1;
  }
}
