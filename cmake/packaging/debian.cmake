# SPDX-License-Identifier: GPL-2.0-or-later
# Run by cpack on the staged files: what Debian's policy wants and other packages do not have.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()

set(doc "${CPACK_TEMPORARY_DIRECTORY}/usr/share/doc/sipconn")
configure_file("${CPACK_SIPCONN_TEMPLATES}/copyright.in" "${doc}/copyright" @ONLY)
configure_file("${CPACK_SIPCONN_TEMPLATES}/changelog.in" "${doc}/changelog" @ONLY)
# The permissions of the templates in somebody's checkout are of no matter.
file(CHMOD "${doc}/copyright" "${doc}/changelog"
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

find_program(GZIP gzip REQUIRED)
execute_process(
    COMMAND "${GZIP}" -9nf "${doc}/changelog"
            "${CPACK_TEMPORARY_DIRECTORY}/usr/share/man/man1/sipconn.1"
    COMMAND_ERROR_IS_FATAL ANY)
