/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SCENE_PRIVATE_H
#define SIPCONN_SCENE_PRIVATE_H

#include "scene.h"

#define SCENE_FRAMES_MAX 256

/* A scene being played. */
struct scene {
    struct analysis *analysis;
    const struct scene_case *scenario;
    enum transport wire;
    uint32_t frame;
    unsigned step;                      /* from 1 */
    unsigned step_of[SCENE_FRAMES_MAX]; /* of each frame; 0: before the first step */
};

/* Begins the next frame, that many milliseconds after the scene began. */
void scene_begin_frame(struct scene *scene, int64_t ms);

/* A segment between the addresses of the step; forward: from its `from`. length: of its payload. */
void scene_segment(struct scene *scene, const struct scene_step *step, bool forward,
                   unsigned events, size_t length);

/* The handshakes of a connection that the step opens, in frames of their own. */
void scene_open(struct scene *scene, const struct scene_step *step);

#endif
