// What several groups need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conform/dialogue.hpp"

namespace ferry::conform {

// Octets of all values, the same each time.
std::string content_of(std::size_t size);
// The lines of a listing or a text, without their ends.
std::vector<std::string> lines_of(std::string_view text);
// The names of NLST without those of the directory itself and its parent, which some servers list.
std::vector<std::string> names_of(std::string_view listing);
// ECMAScript, the whole text.
bool matches(std::string_view text, const char* pattern);
// The pathname between the quotes of a 257, its doubled quotes made single; fails where there is none.
std::string quoted_path(const Reply& reply);
// Whether FEAT has a line that is this, or begins with it and a space.
bool has_feature(Dialogue& dialogue, std::string_view feature);
// FEAT has to have such a line, where it is there at all.
void require_feature(Dialogue& dialogue, std::string_view feature);
// The reply must be a refusal of any kind, and no data connection was used.
void require_refusal(Dialogue& dialogue, std::string_view line);
// A LIST over a data connection that is there already.
void list_over(Dialogue& dialogue, user_pi::Connection data);
// The same over the one that the server makes.
void list_at(Dialogue& dialogue, Listener& listener);
// Both have to be the same; names what differs.
void require_same_content(std::string_view wanted, std::string_view came, std::string_view what);
std::string lower_case(std::string_view text);

}  // namespace ferry::conform
