/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool output_fail(const char *path, int number, GError **error)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(number),
                "%s: cannot be written: %s, choose another place with -o",
                path ? path : "standard output", g_strerror(number));
    return false;
}

/* A device or a pipe cannot be replaced, it is written to. */
static bool output_open_directly(struct output *output, const char *path, GError **error)
{
    output->path = g_strdup(path);
    output->file = fopen(path, "we");
    return output->file || output_fail(path, errno, error);
}

/* What the file would have got if it had been written directly. */
static mode_t file_mode(const struct stat *old)
{
    mode_t mask = umask(0);

    umask(mask);
    return old ? old->st_mode & 07777 : 0666 & ~mask;
}

bool output_open(struct output *output, const char *path, GError **error)
{
    struct stat status;

    memset(output, 0, sizeof(*output));
    if (!path) {
        output->file = stdout;
        return true;
    }

    bool exists = stat(path, &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        return output_fail(path, EISDIR, error);
    }
    if (exists && !S_ISREG(status.st_mode)) {
        return output_open_directly(output, path, error);
    }
    if (exists && access(path, W_OK) != 0) {
        return output_fail(path, errno, error);
    }

    /* Behind a symbolic link, so that the link stays one. */
    char *real = exists ? realpath(path, NULL) : NULL;
    output->path = g_strdup(real ? real : path);
    free(real);
    g_autofree char *folder = g_path_get_dirname(output->path);
    g_autofree char *base = g_path_get_basename(output->path);
    output->temporary = g_strdup_printf("%s/.%s.XXXXXX", folder, base);
    int fd = g_mkstemp_full(output->temporary, O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        int number = errno;
        g_clear_pointer(&output->temporary, g_free);
        return output_fail(path, number, error);
    }
    output->file = fdopen(fd, "w");
    return fchmod(fd, file_mode(exists ? &status : NULL)) == 0 || output_fail(path, errno, error);
}

bool output_commit(struct output *output, GError **error)
{
    bool ok = !ferror(output->file) && fflush(output->file) == 0;
    int number = ok ? 0 : errno ? errno : EIO;

    if (output->file != stdout && fclose(output->file) != 0 && ok) {
        ok = false;
        number = errno;
    }
    output->file = NULL;
    if (ok && output->temporary) {
        ok = rename(output->temporary, output->path) == 0;
        number = errno;
    }
    if (!ok) {
        output_fail(output->path, number, error);
        output_discard(output);
        return false;
    }
    g_clear_pointer(&output->temporary, g_free);
    g_clear_pointer(&output->path, g_free);
    return true;
}

void output_discard(struct output *output)
{
    if (output->temporary) {
        unlink(output->temporary);
    }
    if (output->file && output->file != stdout) {
        fclose(output->file);
    }
    output->file = NULL;
    g_clear_pointer(&output->temporary, g_free);
    g_clear_pointer(&output->path, g_free);
}
