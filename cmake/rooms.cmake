# A room is one folder of src/ with a CMake target of its own. Its headers are found as "room/header.hpp" only by rooms
# that link to it: each room's folder is linked alone into an include directory of its own, so an include against the
# arrows of docs/ARCHITECTURE.md does not compile.

add_library(ferry_options INTERFACE)
target_compile_features(ferry_options INTERFACE cxx_std_23)
target_compile_options(ferry_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
                                               $<$<BOOL:${FERRY_WERROR}>:-Werror>
                                               # g++ 12 sees an overlap in `"literal" + string` that cannot be (GCC PR105651).
                                               $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(FERRY_SANITIZE)
  target_compile_options(ferry_options INTERFACE -fsanitize=${FERRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ferry_options INTERFACE -fsanitize=${FERRY_SANITIZE})
endif()

function(ferry_room name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE_LIBRARIES;PRIVATE_INCLUDES" ${ARGN})
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${source}/*.cpp)
  add_library(ferry_${name} OBJECT ${files})
  set_target_properties(ferry_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)

  set(view ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${source} ${view}/${name} SYMBOLIC)
  target_include_directories(ferry_${name} PUBLIC ${view} ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_include_directories(ferry_${name} SYSTEM PRIVATE ${ARG_PRIVATE_INCLUDES})
  target_link_libraries(ferry_${name} PUBLIC fmt::fmt Threads::Threads PRIVATE ferry_options ${ARG_PRIVATE_LIBRARIES})
  foreach(other ${ARG_DEPENDS})
    target_include_directories(ferry_${name} PUBLIC ${CMAKE_BINARY_DIR}/rooms/${other})
  endforeach()
  set_property(GLOBAL PROPERTY FERRY_ROOM_${name}_DEPENDS "${ARG_DEPENDS}")
endfunction()

# libferry: all rooms in one library.
function(ferry_library)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  add_library(ferry STATIC)
  add_library(ferry::ferry ALIAS ferry)
  foreach(room ${ARG_ROOMS})
    target_sources(ferry PRIVATE $<TARGET_OBJECTS:ferry_${room}>)
  endforeach()
  target_compile_features(ferry PUBLIC cxx_std_23)
  target_include_directories(ferry PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                          $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(ferry PUBLIC Threads::Threads PRIVATE OpenSSL::SSL OpenSSL::Crypto fmt::fmt)
  if(FERRY_SANITIZE)
    target_link_options(ferry PUBLIC -fsanitize=${FERRY_SANITIZE})
  endif()
endfunction()
