/*
 * Writes the TLS keys of a program that does not do so itself, as lines of the NSS key log format,
 * to the file that SSLKEYLOGFILE names. To be preloaded (LD_PRELOAD); record.sh builds it.
 *
 * It stands before OpenSSL's SSL_CTX_new() and gives every context a key log callback. The few
 * prototypes are written here so that no development package of OpenSSL is needed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct ssl_ctx_st;
struct ssl_method_st;
struct ssl_st;

void SSL_CTX_set_keylog_callback(struct ssl_ctx_st *context,
                                 void (*callback)(const struct ssl_st *, const char *));

static void key_logged(const struct ssl_st *connection, const char *line)
{
    (void)connection;
    const char *path = getenv("SSLKEYLOGFILE");
    /* Opened for each line: the processes of a server share the file. */
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%s\n", line);
        fclose(file);
    }
}

/* SSL_CTX_new(3), with a key log callback set in the new context. */
struct ssl_ctx_st *SSL_CTX_new(const struct ssl_method_st *method)
{
    struct ssl_ctx_st *(*context_new)(const struct ssl_method_st *) =
        (struct ssl_ctx_st * (*)(const struct ssl_method_st *)) dlsym(RTLD_NEXT, "SSL_CTX_new");
    struct ssl_ctx_st *context = context_new ? context_new(method) : NULL;
    if (context) {
        SSL_CTX_set_keylog_callback(context, key_logged);
    }
    return context;
}
