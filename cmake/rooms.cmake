# A room is one folder of src/ with a CMake target of its own. Its headers are found as "room/header.hpp" only by rooms
# that link to it: each room's folder is linked alone into an include directory of its own, so an include against the
# arrows of docs/ARCHITECTURE.md does not compile.

add_library(ferry_options INTERFACE)
target_compile_features(ferry_options INTERFACE cxx_std_23)
target_compile_options(ferry_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
                                               $<$<BOOL:${FERRY_WERROR}>:-Werror>
                                               # g++ 12 sees an overlap in `"literal" + string` that cannot be (GCC PR105651).
                                               $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(FERRY_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ warns where a type with a member from an anonymous namespace, such as a coroutine's frame, stands in a file that is
  # included: a header would define it anew in each file. These files are included once, and each is compiled by itself, with
  # the warning, by `make strict`. And it need not look for its own garbage as often as by default: 6% of the time.
  target_compile_options(ferry_options INTERFACE -Wno-subobject-linkage --param=ggc-min-heapsize=400000)
endif()
if(FERRY_SANITIZE)
  target_compile_options(ferry_options INTERFACE -fsanitize=${FERRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ferry_options INTERFACE -fsanitize=${FERRY_SANITIZE})
endif()

include(${CMAKE_CURRENT_LIST_DIR}/hardening.cmake)

# How every library of ferry's is compiled, whatever the project around it has chosen for its own.
function(ferry_library_properties target)
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 23 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    UNITY_BUILD ${FERRY_UNITY_BUILD})
  if(NOT FERRY_SHARED)
    target_compile_definitions(${target} PUBLIC FERRY_STATIC)
  endif()
endfunction()

function(ferry_room name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;EXCEPT;PRIVATE_LIBRARIES;PRIVATE_INCLUDES" ${ARGN})
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${source}/*.cpp)
  list(TRANSFORM ARG_EXCEPT PREPEND ${source}/)
  if(ARG_EXCEPT)
    list(REMOVE_ITEM files ${ARG_EXCEPT})
  endif()
  add_library(ferry_${name} OBJECT ${files})
  ferry_library_properties(ferry_${name})

  set(view ${PROJECT_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${source} ${view}/${name} SYMBOLIC)
  target_include_directories(ferry_${name} PUBLIC ${view} ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_include_directories(ferry_${name} SYSTEM PRIVATE ${ARG_PRIVATE_INCLUDES})
  target_link_libraries(ferry_${name} PUBLIC fmt::fmt Threads::Threads PRIVATE ferry_options ferry_hardening ${ARG_PRIVATE_LIBRARIES})
  foreach(other ${ARG_DEPENDS})
    target_include_directories(ferry_${name} PUBLIC ${PROJECT_BINARY_DIR}/rooms/${other})
  endforeach()
  set_property(GLOBAL PROPERTY FERRY_ROOM_${name}_DEPENDS "${ARG_DEPENDS}")
endfunction()

# ferry_uses(<find_package arguments> LINKS <targets or libraries> [PKG_CONFIG <module>]): finds something that libferry
# is linked with and that stays out of its headers. What a static libferry asks of its users (ferry-config.cmake,
# ferry.pc) is made from the same line. A library without a package of its own is named by LINKS alone.
macro(ferry_uses)
  cmake_parse_arguments(USES "" "PKG_CONFIG" "LINKS" ${ARGN})
  if(USES_UNPARSED_ARGUMENTS)
    find_package(${USES_UNPARSED_ARGUMENTS} REQUIRED)
    list(GET USES_UNPARSED_ARGUMENTS 0 package)
    list(APPEND FERRY_USED_PACKAGES ${package})
  endif()
  if(USES_PKG_CONFIG)
    list(APPEND FERRY_USED_MODULES ${USES_PKG_CONFIG})
  else()
    list(TRANSFORM USES_LINKS PREPEND -l OUTPUT_VARIABLE flags)
    list(APPEND FERRY_USED_FLAGS ${flags})
  endif()
  list(APPEND FERRY_USED_LIBRARIES ${USES_LINKS})
endmacro()

# libferry: all rooms in one library. ferry_inside is the same for ferry's own program, tests and tools, which look into
# the rooms: a static library, as a shared one hides them.
function(ferry_library)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  set(libraries ferry)
  if(FERRY_SHARED)
    add_library(ferry SHARED)
    set_target_properties(ferry PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${FERRY_SOVERSION}
                                           LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/ferry.map)
    target_link_options(ferry PRIVATE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack
                                      LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/ferry.map LINKER:--no-undefined)
    add_library(ferry_inside STATIC EXCLUDE_FROM_ALL)
    list(APPEND libraries ferry_inside)
  else()
    add_library(ferry STATIC)
    add_library(ferry_inside ALIAS ferry)
  endif()
  add_library(ferry::ferry ALIAS ferry)
  foreach(library ${libraries})
    ferry_library_properties(${library})
    foreach(room ${ARG_ROOMS})
      target_sources(${library} PRIVATE $<TARGET_OBJECTS:ferry_${room}>)
    endforeach()
    target_compile_features(${library} PUBLIC cxx_std_23)
    target_include_directories(${library} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                                 $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${library} PUBLIC Threads::Threads PRIVATE ${FERRY_USED_LIBRARIES})
    if(FERRY_SANITIZE)
      target_link_options(${library} PUBLIC -fsanitize=${FERRY_SANITIZE})
    endif()
  endforeach()
endfunction()

# A room of the program's client side, in src/<name>: it sees nothing of libferry, so that what measures or judges a server
# and the server itself have no code in common.
function(ferry_client_room name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE_LIBRARIES" ${ARGN})
  set(source ${PROJECT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${source}/*.cpp)
  add_library(ferry_${name} OBJECT ${files})
  set_target_properties(ferry_${name} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  set(view ${PROJECT_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${source} ${view}/${name} SYMBOLIC)
  target_include_directories(ferry_${name} PUBLIC ${view})
  foreach(other ${ARG_DEPENDS})
    target_include_directories(ferry_${name} PUBLIC ${PROJECT_BINARY_DIR}/rooms/${other})
  endforeach()
  target_link_libraries(ferry_${name} PUBLIC fmt::fmt Threads::Threads OpenSSL::SSL OpenSSL::Crypto
                                      PRIVATE ferry_options ferry_hardening ${ARG_PRIVATE_LIBRARIES})
endfunction()
