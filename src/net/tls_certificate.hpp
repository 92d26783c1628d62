// What a peer's certificate says about its owner.
#pragma once

#include <openssl/types.h>

#include <ferry/tls.hpp>

namespace ferry {

ClientCertificate describe_certificate(const X509& certificate);

}  // namespace ferry
