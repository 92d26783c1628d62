// An input of the session fuzzer: lines, each of which is sent as a command, or begins with ! and says what else
// happens.
//
//   !connect, !accept   the data connection, as PASV or PORT arranged it        !kick      the operator ends all
//   sessions !send TEXT          sends this on it                                        !other     the other of two
//   user-PIs speaks !bulk N             sends N KiB on it                                       !raw TEXT  octets
//   without a line's end !receive            takes what is there                                     !urgent    a
//   Telnet Synch !end, !close        a FIN of one direction; of both                         !half      a FIN on the
//   control connection !reset              a RST                                                   !gone      a RST on
//   it !settle             waits for the replies to all commands so far            !wait N    N milliseconds pass, at
//   most 150
#pragma once

#include <cstdint>
#include <string_view>

#include "fuzz/server/session/peer.hpp"
#include "fuzz/server/session/world.hpp"

namespace ferry::fuzz {

// Plays a program, and asserts what must hold meanwhile and at its end.
void play(World& world, std::string_view program);

// Changes a program by lines: the verbs come from the command table, so a new command is tried from the first day on.
std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);

}  // namespace ferry::fuzz
