# Installs what BUILD has built into a fresh prefix, moves that prefix elsewhere (nothing in it may point back to where it
# was), and uses it as another project does.
include(${TESTS}/steps.cmake)

file(REMOVE_RECURSE ${WORK})
step("installation" ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/prefix)
check_installation(${WORK}/prefix)
step("installed program" ${WORK}/prefix/bin/ferry --version)
