// A host of HOST is either an address or a domain name in lower case of legal labels, and is understood again as
// written.
#include "protocol/host_name.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ferry;
  using fuzz::must;
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto domain = canonical_domain(text)) {
    must(domain->size() <= 253 && domain->size() == text.size(), "a domain is not too long");
    for (const char c : *domain)
      must((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.', "letters, digits, hyphens, dots");
    must(canonical_domain(*domain) == domain, "it is its own canonical form");
  }
  const auto host = parse_host(text);
  if (!host) return 0;
  must(host->domain.empty() == host->address.has_value(), "one of the two");
  if (!host->address) return 0;
  const std::string address = host->address->text();
  const auto again = parse_host(host->address->is_v6() ? "[" + address + "]" : address);
  must(again && again->address == host->address, "an address survives being written");
  return 0;
}
