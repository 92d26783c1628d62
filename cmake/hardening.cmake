# What the compiler and the linker can do against mistakes of ferry's own becoming break-ins. The library and the program link
# to ferry_hardening privately: a project that uses ferry keeps its own flags. tests/daemon/binary_test.py looks for each of
# them in the program.
include(CheckCXXCompilerFlag)
add_library(ferry_hardening INTERFACE)

# Each where this compiler for this processor has it.
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero)
  string(MAKE_C_IDENTIFIER "FERRY_HAS${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    target_compile_options(ferry_hardening INTERFACE ${flag})
  endif()
endforeach()

# The library's own checks of indices and iterators.
target_compile_definitions(ferry_hardening INTERFACE _GLIBCXX_ASSERTIONS)

# Checked copies of the C library: needs optimisation, and gets into the way of the sanitizers.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
if(NOT FERRY_SANITIZE AND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}}" MATCHES "-O[1-9s]")
  target_compile_options(ferry_hardening INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()

# All addresses are resolved at the start and then read-only; the stack holds no code.
target_link_options(ferry_hardening INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
