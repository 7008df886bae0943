# SPDX-License-Identifier: GPL-2.0-or-later
# Copies MODULE into the personal plugin folder of the Wireshark series SERIES. A script of its own
# because HOME counts when the target runs, not when the build was configured.
if(NOT DEFINED ENV{HOME})
    message(FATAL_ERROR "HOME is not set, so there is no personal plugin folder to install into.")
endif()
set(folder "$ENV{HOME}/.local/lib/wireshark/plugins/${SERIES}/epan")
file(INSTALL "${MODULE}" DESTINATION "${folder}")
