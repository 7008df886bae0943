/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tshark_child.h"

#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534
#define EXIT_NOT_STARTED 126

struct child {
    pid_t parent;
    bool drops_root;
};

static bool keep_capability(unsigned capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
        {.effective = 1u << capability,
         .permitted = 1u << capability,
         .inheritable = 1u << capability},
    };

    return syscall(SYS_capset, &header, data) == 0 &&
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0;
}

static void become_nobody(void)
{
    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0) {
        _exit(EXIT_NOT_STARTED);
    }
    /* Containers commonly withhold the first and grant the second; without either it may do. */
    if (!keep_capability(CAP_DAC_READ_SEARCH)) {
        keep_capability(CAP_DAC_OVERRIDE);
    }
}

/* Runs between fork and exec: only calls that are safe there. */
static void child_setup(void *data)
{
    const struct child *child = data;

    /* A tshark may be a script that runs another program: they are ended together. */
    setpgid(0, 0);
    if (child->drops_root) {
        become_nobody();
    }
    /* Last, since a change of the user clears it. The parent may be gone already. */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != child->parent) {
        _exit(EXIT_NOT_STARTED);
    }
}

void tshark_child_setup(GSubprocessLauncher *launcher, bool drops_root)
{
    struct child *child = g_new(struct child, 1);

    child->parent = getpid();
    child->drops_root = drops_root;
    g_subprocess_launcher_set_child_setup(launcher, child_setup, child, g_free);
}

void tshark_child_end(GSubprocess *process)
{
    const char *identifier = g_subprocess_get_identifier(process);

    /* NULL: it has ended, and its number may be another's by now. */
    if (identifier) {
        kill(-atoi(identifier), SIGKILL);
    }
}
