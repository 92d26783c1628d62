// Which sanitizers this build has: they want system calls, and a thread, that the program itself does not.
#pragma once

#if defined(__has_feature)
#define FERRY_BUILT_WITH(sanitizer) __has_feature(sanitizer)
#else
#define FERRY_BUILT_WITH(sanitizer) 0
#endif

namespace ferry {

#if defined(__SANITIZE_THREAD__) || FERRY_BUILT_WITH(thread_sanitizer)
inline constexpr bool has_thread_sanitizer = true;
#else
inline constexpr bool has_thread_sanitizer = false;
#endif

}  // namespace ferry

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || FERRY_BUILT_WITH(address_sanitizer) || \
    FERRY_BUILT_WITH(thread_sanitizer) || FERRY_BUILT_WITH(memory_sanitizer)
#define FERRY_SANITIZED
#endif
