// German. Sorted by the English texts, octet by octet.
#include <algorithm>

#include "protocol/catalogue_tables.hpp"

namespace ferry {
namespace {

constexpr Translation table[] = {
    {"Already exists.", "Existiert bereits."},
    {"Command okay.", "Befehl ausgeführt."},
    {"File status okay; about to open data connection.", "Datei in Ordnung; die Datenverbindung wird geöffnet."},
    {"Goodbye.", "Auf Wiedersehen."},
    {"No such file or directory.", "Datei oder Verzeichnis nicht gefunden."},
    {"Not logged in.", "Nicht angemeldet."},
    {"Permission denied.", "Zugriff verweigert."},
    {"Service ready.", "Dienst bereit."},
    {"Syntax error in parameters or arguments.", "Syntaxfehler in Parametern oder Argumenten."},
    {"Syntax error, command unrecognized.", "Syntaxfehler, unbekannter Befehl."},
    {"Transfer aborted.", "Übertragung abgebrochen."},
    {"Transfer complete.", "Übertragung abgeschlossen."},
    {"User logged in.", "Benutzer angemeldet."},
    {"User name okay, need password.", "Benutzername in Ordnung, Passwort erforderlich."},
};

// Catalogue::translate searches by halving.
static_assert(std::ranges::adjacent_find(table, std::ranges::greater_equal{}, &Translation::english) ==
              std::ranges::end(table));

}  // namespace

std::span<const Translation> german_translations() { return table; }

}  // namespace ferry
