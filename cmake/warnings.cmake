# SPDX-License-Identifier: GPL-2.0-or-later
# What every target of the project is compiled with.
add_compile_options(-Wall -Wextra)
if(SIPCONN_WERROR)
    add_compile_options(-Werror)
endif()
if(SIPCONN_SANITIZE)
    # No recovery: undefined behaviour has to fail the test and not merely to print a line.
    add_compile_options(
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()
