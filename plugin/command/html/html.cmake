# SPDX-License-Identifier: GPL-2.0-or-later
# The style sheet and the script of the HTML report are built into the command.
find_program(GLIB_COMPILE_RESOURCES glib-compile-resources REQUIRED)

set(html_dir "${CMAKE_CURRENT_LIST_DIR}")
set(html_source "${CMAKE_CURRENT_BINARY_DIR}/report_html_resources.c")
file(GLOB html_parts CONFIGURE_DEPENDS "${html_dir}/*.css" "${html_dir}/*.js")
add_custom_command(
    OUTPUT "${html_source}"
    COMMAND "${GLIB_COMPILE_RESOURCES}" --generate-source --internal --c-name report_html
            "--sourcedir=${html_dir}" "--target=${html_source}"
            "${html_dir}/report.gresource.xml"
    DEPENDS "${html_dir}/report.gresource.xml" ${html_parts}
    VERBATIM)
target_sources(sipconn_command PRIVATE "${html_source}")
