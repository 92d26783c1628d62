# What the tests of the package share. Given: COMPILER, FLAGS, GENERATOR, SANITIZE, LAUNCHER (may be empty), TESTS (this
# folder), WORK (a folder that is the test's own).

# Runs a command; the test fails with its output where it fails.
function(step name)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${name} failed (${status}):\n${output}")
  endif()
  set(step_output "${output}" PARENT_SCOPE)
endfunction()

function(configure name source)
  step("${name}: configuration" ${CMAKE_COMMAND} -S ${source} -B ${WORK}/${name} -G ${GENERATOR}
       -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}" -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
       -DSANITIZE=${SANITIZE} ${ARGN})
endfunction()

# Builds and runs the programs of consumer/ against the ferry that is installed in `prefix`: once by find_package, once by
# pkg-config.
function(check_installation prefix)
  file(GLOB installed ${prefix}/include/*)
  if(NOT installed STREQUAL "${prefix}/include/ferry")
    message(FATAL_ERROR "Other headers than ferry's own were installed: ${installed}")
  endif()

  configure(by_cmake ${TESTS}/consumer -DCMAKE_PREFIX_PATH=${prefix})
  step("find_package: build" ${CMAKE_COMMAND} --build ${WORK}/by_cmake)
  step("find_package: program" ${WORK}/by_cmake/consumer)
  step("find_package: contract suite" ${WORK}/by_cmake/contract --gtest_brief=1)

  file(GLOB_RECURSE pc ${prefix}/ferry.pc)
  cmake_path(GET pc PARENT_PATH pc_folder)
  cmake_path(GET pc_folder PARENT_PATH library_folder)
  set(sanitizer "")
  if(SANITIZE)
    set(sanitizer "-fsanitize=${SANITIZE}")
  endif()
  set(environment ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${pc_folder} LD_LIBRARY_PATH=${library_folder})
  step("pkg-config: build" ${environment} sh -c
       "${COMPILER} ${FLAGS} ${sanitizer} -std=c++23 '${TESTS}/consumer/main.cpp' -o '${WORK}/by_pkg_config' $(pkg-config --cflags --libs ferry-testing)")
  step("pkg-config: program" ${environment} ${WORK}/by_pkg_config)
endfunction()
