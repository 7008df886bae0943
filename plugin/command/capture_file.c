/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    int number;
    const char *reason;
} open_errors[] = {
    {ENOENT, "there is no such file, check the name"},
    {ENOTDIR, "there is no such file, check the name"},
    {EACCES, "may not be read by this user, change its permissions or the user"},
    {EPERM, "may not be read by this user, change its permissions or the user"},
    {EMFILE, "too many files are open, use fewer --jobs"},
};

static const char *open_error(int number)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(open_errors); i++) {
        if (open_errors[i].number == number) {
            return open_errors[i].reason;
        }
    }
    return g_strerror(number);
}

/* A pipe whose writer is gone without a byte: its read end is hung up and has no data. */
static bool pipe_is_empty(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    return poll(&poll_fd, 1, -1) > 0 && !(poll_fd.revents & POLLIN);
}

static const char *content_error(int fd)
{
    struct stat status;

    if (fstat(fd, &status) != 0) {
        return g_strerror(errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return "is a directory, name the captures in it";
    }
    if (isatty(fd)) {
        return "is a terminal, give a capture by '<' or by a pipe";
    }
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
        return "is neither a file nor a pipe, name a capture";
    }
    if ((S_ISREG(status.st_mode) && status.st_size == 0) ||
        (S_ISFIFO(status.st_mode) && pipe_is_empty(fd))) {
        return "is empty, was the recording stopped before anything was written?";
    }
    return NULL;
}

/*
 * A named pipe that nobody has opened for writing yet is waited for in pipe_is_empty(), which a signal
 * interrupts, and not here, where it would not.
 */
static int open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    }
    return fd;
}

int capture_file_open(const char *path, const char **reason)
{
    int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                    : open_file(path);

    if (fd < 0) {
        *reason = open_error(errno);
        return -1;
    }
    *reason = content_error(fd);
    if (*reason) {
        close(fd);
        return -1;
    }
    return fd;
}
