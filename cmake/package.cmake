# Installation of the library, and how others find it: the package that `find_package(ferry)` finds, and ferry.pc for
# pkg-config. Both follow the place where they lie, so an installation may be moved.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/ferry)

install(TARGETS ferry EXPORT ferry-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
                                           LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS ferry_testing EXPORT ferry-testing-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ferry DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT ferry-targets NAMESPACE ferry:: DESTINATION ${package_folder})
install(EXPORT ferry-testing-targets NAMESPACE ferry:: DESTINATION ${package_folder})

# A static libferry is linked together with what it uses; a shared one has done that itself.
set(find_used_packages "")
set(pkg_config_cflags "-I\${includedir}")
list(JOIN FERRY_USED_MODULES " " used_modules)
list(JOIN FERRY_USED_FLAGS " " used_flags)
if(FERRY_SHARED)
  set(pkg_config_requires "Requires.private: ${used_modules}")
  set(pkg_config_libs "-L\${libdir} -lferry\nLibs.private: -pthread ${used_flags}")
else()
  foreach(package ${FERRY_USED_PACKAGES})
    string(APPEND find_used_packages "find_dependency(${package})\n")
  endforeach()
  string(APPEND pkg_config_cflags " -DFERRY_STATIC")
  set(pkg_config_requires "Requires: ${used_modules}")
  set(pkg_config_libs "-L\${libdir} -lferry -pthread ${used_flags}")
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ferry-config.cmake.in ${PROJECT_BINARY_DIR}/ferry-config.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ferry-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ferry-config.cmake ${PROJECT_BINARY_DIR}/ferry-config-version.cmake
        DESTINATION ${package_folder})

# From the folder of the .pc files back to the prefix, and from there to the library and its headers.
file(RELATIVE_PATH pkg_config_up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
foreach(module ferry ferry-testing)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${module}.pc.in ${PROJECT_BINARY_DIR}/${module}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${module}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
