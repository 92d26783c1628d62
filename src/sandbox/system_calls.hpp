// The lists of seccomp.cpp, by name, so that each architecture takes those that it has.
#pragma once

#include <array>

namespace ferry::system_calls {

// What a server makes that reads files and talks over sockets.
constexpr std::array serving{
    // files
    "access", "close", "close_range", "creat", "dup", "dup2", "dup3", "faccessat", "faccessat2", "fadvise64", "fchdir",
    "fcntl", "fcntl64", "fdatasync", "flock", "fstat", "fstat64", "fstatat64", "fstatfs", "fstatfs64", "fsync",
    "getcwd", "getdents", "getdents64", "getxattr", "_llseek", "lseek", "lstat", "lstat64", "newfstatat", "open",
    "openat", "openat2", "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
    "readlink", "readlinkat", "readv", "stat", "stat64", "statfs", "statfs64", "statx", "sync_file_range", "umask",
    "write", "writev",
    // between descriptors
    "copy_file_range", "pipe", "pipe2", "sendfile", "sendfile64", "splice", "tee",
    // sockets; socket() itself is looked at more closely
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "recv", "recvfrom",
    "recvmmsg", "recvmsg", "send", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown", "socketpair",
    // waiting
    "_newselect", "clock_nanosleep", "clock_nanosleep_time64", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "futex", "futex_time64", "futex_waitv",
    "nanosleep", "poll", "ppoll", "ppoll_time64", "pselect6", "pselect6_time64", "restart_syscall", "select",
    "signalfd", "signalfd4", "timerfd_create", "timerfd_gettime", "timerfd_settime",
    // memory
    "brk", "madvise", "membarrier", "mincore", "mlock", "mremap", "munlock", "munmap",
    // threads and signals of this process
    "exit", "exit_group", "get_robust_list", "getcpu", "gettid", "rseq", "rt_sigaction", "rt_sigpending",
    "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "sched_get_priority_max",
    "sched_get_priority_min", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_yield",
    "set_robust_list", "set_tid_address", "wait4", "waitid", "sigaltstack", "sigreturn",
    // asking who and when
    "arch_prctl", "capget", "clock_getres", "clock_gettime", "clock_gettime64", "getegid", "geteuid", "getgid",
    "getgroups", "getpgrp", "getpid", "getppid", "getrandom", "getresgid", "getresuid", "getrlimit", "getrusage",
    "gettimeofday", "getuid", "sysinfo", "time", "times", "ugetrlimit", "uname"};

// Where something may be written, renamed or removed.
constexpr std::array changing{"chmod",    "chown",    "fallocate", "fchmod",           "fchmodat",   "fchmodat2",
                              "fchown",   "fchownat", "ftruncate", "ftruncate64",      "lchown",     "link",
                              "linkat",   "mkdir",    "mkdirat",   "rename",           "renameat",   "renameat2",
                              "rmdir",    "symlink",  "symlinkat", "truncate",         "truncate64", "unlink",
                              "unlinkat", "utime",    "utimensat", "utimensat_time64", "utimes"};

// Where threads take on the identities of users.
constexpr std::array acting_as_others{"capset",      "setgroups", "setgroups32", "setresgid",
                                      "setresgid32", "setresuid", "setresuid32"};

// Where processes are made that confine themselves further. fork() is clone(), which is looked at more closely.
constexpr std::array confining{"landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self", "prctl",
                               "seccomp"};

// What only somebody makes who has taken the process over: the end of it.
constexpr std::array deadly{
    // other programs and processes
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd",
    // namespaces and mounts
    "unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
    "fsmount", "fsconfig", "fspick", "mount_setattr",
    // the kernel
    "bpf", "init_module", "finit_module", "delete_module", "create_module", "kexec_load", "kexec_file_load",
    "perf_event_open", "userfaultfd", "iopl", "ioperm", "modify_ldt", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "syslog",
    // the machine
    "reboot", "swapon", "swapoff", "acct", "quotactl", "sethostname", "setdomainname", "settimeofday", "clock_settime",
    "clock_adjtime", "adjtimex", "open_by_handle_at", "add_key", "keyctl", "request_key"};

}  // namespace ferry::system_calls
