# SPDX-License-Identifier: GPL-2.0-or-later
# Man page and shell completions of the command, to where man and the shells look for them.
include(GNUInstallDirs)

configure_file("${CMAKE_CURRENT_SOURCE_DIR}/sipconn.1.in" "${CMAKE_CURRENT_BINARY_DIR}/sipconn.1"
    @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/sipconn.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES completion/sipconn.bash
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME sipconn)
install(FILES completion/_sipconn DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES completion/sipconn.fish
    DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
