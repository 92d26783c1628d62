# Installs what BUILD has built into a fresh prefix, moves that prefix elsewhere (nothing in it may point back to where it
# was), then configures, builds and runs the project in SOURCE, which knows ferry by find_package alone.
function(step name)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${name} failed (${status}):\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
step("installation" ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/prefix)

file(GLOB installed ${WORK}/prefix/include/*)
if(NOT installed STREQUAL "${WORK}/prefix/include/ferry")
  message(FATAL_ERROR "Other headers than ferry's own were installed: ${installed}")
endif()

step("configuration" ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${WORK}/prefix
     -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}" -DSANITIZE=${SANITIZE})
step("build" ${CMAKE_COMMAND} --build ${WORK}/build)
step("consumer" ${WORK}/build/consumer)
step("installed program" ${WORK}/prefix/bin/ferry --version)
