// What tls_context.cpp and tls.cpp share of OpenSSL; nobody else sees it.
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/tls.hpp"

namespace ferry {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Ctx = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freed<SSL_free>>;
using Method = std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

// One line about the last failure.
std::string openssl_reason();

// A response of an OCSP responder, ready to be stapled.
struct OcspStaple {
  std::vector<unsigned char> der;
  std::int64_t expires = 0;  // seconds since 1970; 0: never
};

// A certificate with all that is negotiated along with it.
struct HostContext {
  Ctx ctx;
  OcspStaple staple;
};

struct TlsContext::Impl {
  HostContext fallback;
  Ctx client;                                                              // of Role::data_client
  std::map<std::string, std::unique_ptr<HostContext>, std::less<>> hosts;  // those with a certificate of their own
  Method bio_method;

  // Of the host's own certificate, or else the fallback's.
  SSL_CTX* context_for(std::string_view host) const {
    const auto found = hosts.find(host);
    return found == hosts.end() ? fallback.ctx.get() : found->second->ctx.get();
  }
};

struct TlsEngine::Impl {
  Impl(std::shared_ptr<const TlsContext> c, Socket& s, const TlsIdentity& i, std::string h)
      : context(std::move(c)), socket(s), identity(i), host(std::move(h)) {}

  std::shared_ptr<const TlsContext> context;
  Socket& socket;
  TlsIdentity identity;
  std::string host;  // which the peer may name, and no other; empty: any, until it has named one
  Ssl ssl;
  std::vector<std::byte> output;
  std::size_t output_sent = 0;
  bool keep_output_buffer = false;
  bool host_is_named = false;  // by the peer
  // Role::file_down: OpenSSL writes into the socket itself, past `output`, as it must for kernel TLS.
  bool direct = false;
  bool blocked = false;     // a direct write waits for room in the socket
  bool unfinished = false;  // and so does the close_notify
  bool peer_hung_up = false;
  IoErrc socket_error = IoErrc::none;

  // The engine of a connection, within OpenSSL's callbacks: all read through a TlsBio.
  static Impl& of(const SSL* ssl) { return *static_cast<Impl*>(BIO_get_data(SSL_get_rbio(ssl))); }

  // What the failure of an SSL_... call means.
  IoErrc error_of(int result);
};

// The BIO of a connection, between OpenSSL and the socket. BIO_get_data is the TlsEngine::Impl.
Method make_bio_method();

}  // namespace ferry
