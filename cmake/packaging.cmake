# SPDX-License-Identifier: GPL-2.0-or-later
# Packages of what `cmake --install` installs: `cpack` makes a deb or an rpm for all users, the target
# personal-archive a tar.gz with an install script for one. Wireshark loads a module only in the
# series it was built for, so each package is for one series and says so in its version.
include(GNUInstallDirs)

set(SIPCONN_MAINTAINER "sipconn maintainers <maintainers@sipconn.invalid>" CACHE STRING
    "Who answers for the packages: NAME <ADDRESS>")
set(packaging_dir "${CMAKE_CURRENT_LIST_DIR}/packaging")
set(series "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(next_series "${Wireshark_MAJOR_VERSION}.${next_minor}")

file(GLOB doc_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/plugin/doc/*.md")
install(FILES ${doc_pages} DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/sipconn")

set(CPACK_PACKAGE_NAME sipconn)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "${SIPCONN_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "where SIP responses go and how connections are used")
set(CPACK_PACKAGE_DESCRIPTION
    "A Wireshark plugin and a command that say, for every SIP response in a capture,
where it should have gone, by which clause, where it went, and what was broken;
and for every connection how it was used and by what right.
.
This package fits Wireshark ${series} only.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
# Whatever the packager's umask is.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# All series have the package's one name: no two can be installed together, and an upgrade of Debian
# to a release with a newer Wireshark upgrades the package as well.
set(CPACK_DEBIAN_PACKAGE_VERSION "${PROJECT_VERSION}+wireshark${series}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
# libwireshark's soname comes from the module. It alone is not enough: an older library may be left
# from an upgrade of Debian, without the tshark that would load the module.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tshark (>= ${series}), tshark (<< ${next_series}~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS wireshark)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS "${packaging_dir}/debian.cmake")
string(TIMESTAMP CPACK_SIPCONN_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(CPACK_SIPCONN_TEMPLATES "${packaging_dir}")

set(CPACK_RPM_PACKAGE_RELEASE "1.wireshark${series}")
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _build_id_links none")
set(CPACK_RPM_PACKAGE_LICENSE GPL-2.0-or-later)
set(CPACK_RPM_PACKAGE_REQUIRES "wireshark-cli >= ${series}, wireshark-cli < ${next_series}")
# Folders of others, which the package must not own.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /usr/share/man /usr/share/man/man1 /usr/share/bash-completion
    /usr/share/bash-completion/completions /usr/share/zsh /usr/share/zsh/site-functions
    /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/wireshark
    /usr/share/wireshark/profiles)
set(plugin_folder "/usr/${Wireshark_PLUGIN_LIBDIR}/epan")
while(NOT plugin_folder STREQUAL "/usr")
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION "${plugin_folder}")
    cmake_path(GET plugin_folder PARENT_PATH plugin_folder)
endwhile()

find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(RPMBUILD rpmbuild)
mark_as_advanced(DPKG_SHLIBDEPS RPMBUILD)
set(CPACK_GENERATOR "")
if(DPKG_SHLIBDEPS)
    list(APPEND CPACK_GENERATOR DEB)
endif()
if(RPMBUILD)
    list(APPEND CPACK_GENERATOR RPM)
endif()
include(CPack)

set(archive_name "sipconn-${PROJECT_VERSION}-wireshark${series}-${CMAKE_SYSTEM_PROCESSOR}")
# As plugin/wireshark names it, which is not the series on every system.
get_filename_component(plugin_series "${Wireshark_PLUGIN_LIBDIR}" NAME)
set(archive_dir "${PROJECT_BINARY_DIR}/personal")
configure_file("${packaging_dir}/install.sh.in" "${PROJECT_BINARY_DIR}/install.sh" @ONLY)
add_custom_target(personal-archive
    COMMAND "${CMAKE_COMMAND}" -E rm -rf "${archive_dir}"
    COMMAND "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --strip
            --prefix "${archive_dir}/${archive_name}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${PROJECT_BINARY_DIR}/install.sh"
            "${PROJECT_SOURCE_DIR}/LICENSE" "${archive_dir}/${archive_name}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${CPACK_PACKAGE_DIRECTORY}"
    COMMAND "${CMAKE_COMMAND}" -E chdir "${archive_dir}"
            "${CMAKE_COMMAND}" -E tar czf "${CPACK_PACKAGE_DIRECTORY}/${archive_name}.tar.gz"
            "${archive_name}"
    DEPENDS sipconn sipconn_command
    COMMENT "Packing ${archive_name}.tar.gz"
    VERBATIM)
