// FERRY_API: what a shared libferry shows to the programs that link to it; everything else in it is hidden. Each public
// header opens its namespace with it.
#pragma once

// Defined by the targets of a static libferry (CMake and pkg-config do that): then a shared library of yours that is
// linked with it does not show ferry's names to others.
#if defined(FERRY_STATIC)
#define FERRY_API
#else
#define FERRY_API [[gnu::visibility("default")]]
#endif
