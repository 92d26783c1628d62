// PORT, EPRT, LPRT and EPSV arguments never give port 0 or an IPv4-mapped address, and an endpoint survives being
// written.
#include "protocol/host_port.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"
#include "protocol/long_host_port.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

std::string_view inside_parentheses(std::string_view text) {
  must(text.size() > 2 && text.front() == '(' && text.back() == ')', "parentheses around the numbers");
  return text.substr(1, text.size() - 2);
}

void check(const std::expected<Endpoint, SyntaxErrc>& endpoint) {
  if (!endpoint) return;
  must(endpoint->port != 0, "never port 0");
  const IpAddress& address = endpoint->address;
  if (address.is_v6()) {
    const auto& o = address.octets();
    bool mapped = o[10] == 0xFF && o[11] == 0xFF;
    for (int i = 0; i < 10; ++i) mapped = mapped && o[static_cast<std::size_t>(i)] == 0;
    must(!mapped, "an IPv4 address has one spelling");
  }
  must(parse_lprt(inside_parentheses(format_228(*endpoint))) == *endpoint, "LPRT takes what 228 says");
  if (address.is_v4())
    must(parse_port(inside_parentheses(format_227(*endpoint))) == *endpoint, "PORT takes what 227 says");
  const std::string eprt =
      (address.is_v4() ? "|1|" : "|2|") + address.text() + "|" + std::to_string(endpoint->port) + "|";
  must(parse_eprt(eprt) == *endpoint, "EPRT takes the address as it is written");
  must(IpAddress::parse(address.text()) == address, "an address survives its text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  check(parse_port(text));
  check(parse_eprt(text));
  check(parse_lprt(text));
  static_cast<void>(parse_epsv(text));
  return 0;
}
