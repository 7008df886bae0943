/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include <string.h>

#include "capture_file.h"
#include "diagnosis.h"
#include "tshark_child.h"

#define CHUNK (64 * 1024)

/* tshark's first words are the ones that matter; a bad decode-as makes it list all protocols. */
#define STDERR_KEPT (16 * 1024)

/* One of the two outputs of tshark, read to its end. */
struct job_stream {
    struct job *job;
    GInputStream *input;
    GByteArray *bytes; /* what is not yet used */
    char chunk[CHUNK];
    void (*take)(struct job *job, struct job_stream *stream);
};

struct job {
    const struct tshark *tshark;
    struct result *result;
    GSubprocess *process;
    struct job_stream records, complaints;
    unsigned pending; /* outputs and the process itself that have not ended */
    char *failure;
    job_done *done;
    void *data;
};

/* The whole lines of what was read; the rest waits for more. */
static void take_records(struct job *job, struct job_stream *stream)
{
    const char *begin = (const char *)stream->bytes->data;
    const char *end = begin + stream->bytes->len;
    const char *line = begin;
    const char *line_end;

    while (line < end && (line_end = memchr(line, '\n', (size_t)(end - line)))) {
        g_autoptr(GError) error = NULL;
        if (!job->result->error &&
            !result_read_line(job->result, line, (gsize)(line_end - line), &error)) {
            job->result->error = g_strdup_printf("tshark's output is not the plugin's: %s, install "
                                                 "plugin and command from one build",
                                                 error->message);
        }
        line = line_end + 1;
    }
    if (line > begin) {
        g_byte_array_remove_range(stream->bytes, 0, (guint)(line - begin));
    }
}

static void take_complaints(struct job *job G_GNUC_UNUSED, struct job_stream *stream)
{
    if (stream->bytes->len > STDERR_KEPT) {
        g_byte_array_set_size(stream->bytes, STDERR_KEPT);
    }
}

static gboolean job_finish(void *data)
{
    struct job *job = data;
    struct result *result = g_steal_pointer(&job->result);

    result_complete(result);
    job->done(job->data, job, result, g_steal_pointer(&job->failure));
    return G_SOURCE_REMOVE;
}

/* The last of them to end tells what became of it. */
static void part_ended(struct job *job)
{
    if (--job->pending > 0) {
        return;
    }

    bool is_signalled = !g_subprocess_get_if_exited(job->process);
    g_byte_array_append(job->complaints.bytes, (const guint8 *)"", 1);
    struct run_end end = {
        .is_signalled = is_signalled,
        .status = is_signalled ? g_subprocess_get_term_sig(job->process)
                               : g_subprocess_get_exit_status(job->process),
        .stderr_text = (const char *)job->complaints.bytes->data,
    };
    job->failure = diagnosis_make(job->result, &end, job->tshark);
    job_finish(job);
}

static void stream_read(struct job_stream *stream);

static void stream_arrived(GObject *source, GAsyncResult *outcome, void *data)
{
    struct job_stream *stream = data;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), outcome, NULL);

    if (length <= 0) {
        part_ended(stream->job);
        return;
    }
    g_byte_array_append(stream->bytes, (const guint8 *)stream->chunk, (guint)length);
    stream->take(stream->job, stream);
    stream_read(stream);
}

static void stream_read(struct job_stream *stream)
{
    g_input_stream_read_async(stream->input, stream->chunk, CHUNK, G_PRIORITY_DEFAULT, NULL,
                              stream_arrived, stream);
}

static void process_ended(GObject *source, GAsyncResult *outcome, void *data)
{
    g_subprocess_wait_finish(G_SUBPROCESS(source), outcome, NULL);
    part_ended(data);
}

static void stream_start(struct job *job, struct job_stream *stream, GInputStream *input,
                         void (*take)(struct job *, struct job_stream *))
{
    stream->job = job;
    stream->input = input;
    stream->take = take;
    job->pending++;
    stream_read(stream);
}

static bool job_spawn(struct job *job, int fd, char *const *arguments)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);

    tshark_prepare(job->tshark, launcher);
    g_subprocess_launcher_take_stdin_fd(launcher, fd);
    job->process = g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments, &error);
    if (!job->process) {
        job->failure = g_strdup_printf("%s: cannot be run as tshark: %s, name another one with "
                                       "--tshark",
                                       job->tshark->path, error->message);
        return false;
    }
    job->pending = 1;
    g_subprocess_wait_async(job->process, NULL, process_ended, job);
    stream_start(job, &job->records, g_subprocess_get_stdout_pipe(job->process), take_records);
    stream_start(job, &job->complaints, g_subprocess_get_stderr_pipe(job->process),
                 take_complaints);
    return true;
}

struct job *job_start(const char *path, const struct tshark *tshark, char *const *arguments,
                      job_done *done, void *data)
{
    struct job *job = g_new0(struct job, 1);
    g_autofree char *name = g_filename_display_name(path);
    const char *reason;

    job->tshark = tshark;
    job->result = result_new(name);
    job->records.bytes = g_byte_array_new();
    job->complaints.bytes = g_byte_array_new();
    job->done = done;
    job->data = data;

    int fd = capture_file_open(path, &reason);
    if (fd < 0) {
        job->result->error = g_strdup(reason);
    }
    if (fd < 0 || !job_spawn(job, fd, arguments)) {
        g_idle_add(job_finish, job);
    }
    return job;
}

void job_cancel(struct job *job)
{
    if (job->process) {
        tshark_child_end(job->process);
    }
}

void job_free(struct job *job)
{
    result_free(job->result);
    g_clear_object(&job->process);
    g_byte_array_unref(job->records.bytes);
    g_byte_array_unref(job->complaints.bytes);
    g_free(job->failure);
    g_free(job);
}
