# What CPack makes of it: a package for Debian 12, which takes the system's libraries, and an archive
# that brings them. installer/package.sh runs it.
set(CPACK_PACKAGE_NAME vitrine)
set(CPACK_PACKAGE_VENDOR "The Vitrine developers")
set(CPACK_PACKAGE_CONTACT "The Vitrine developers <vitrine@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "workbench for convolutional networks")
set(CPACK_PACKAGE_FILE_NAME "vitrine-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")  # the folder in the archive
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/packages")
set(CPACK_GENERATOR DEB TXZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_SOURCE_DIR}/installer/cpack_options.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/installer/same_times.cmake")
set(CPACK_THREADS 1)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/graphviz)
# Ticks and arrows are SVG: Debian 13 has Qt's plugin for them in a package of its own.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "qt6-svg-plugins | libqt6svg6 (<< 6.6)")
# Both are in every desktop: they tell it what opens what.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-wayland, desktop-file-utils, shared-mime-info")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Vitrine builds, trains, shows and debugs convolutional networks, with an
engine of its own. Networks are drawn on a canvas and trained on the
processor; losses, gradients, every operator that runs and every byte of
memory are seen meanwhile. A run can be stopped inside a training step, and
taken forwards and backwards one operator at a time. The program vitrine-cli
does the same in a terminal.")

set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_FILE_NAME "${CPACK_PACKAGE_FILE_NAME}")
include(CPack)
