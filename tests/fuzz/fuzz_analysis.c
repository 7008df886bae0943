/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target: the whole analysis, driven by a script of packets. */
#include "script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    GPtrArray *frames = g_ptr_array_new();
    struct analysis *analysis = script_play(bytes, size, frames);

    readout_check(analysis, frames, script_marks_values(bytes, size));
    analysis_free(analysis);
    g_ptr_array_free(frames, TRUE);
    return 0;
}
