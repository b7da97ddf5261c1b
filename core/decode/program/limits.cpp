// SPDX-License-Identifier: Apache-2.0
// Resource limits, Landlock, seccomp. Where the kernel refuses one of them the others hold.
#include "core/decode/program/limits.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <span>
#include <vector>

#include "core/decode/message.h"

namespace vitrine::decode {

namespace {

// Sanitizers map terabytes and look into /proc.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isConfined = false;
#else
constexpr bool isConfined = true;
#endif

void limit(__rlimit_resource what, rlim_t most) {
    const rlimit both{most, most};
    setrlimit(what, &both);
}

// What decoding needs, whatever the arguments.
using Calls = std::span<const long>;
constexpr long talking[] = {SYS_read,   SYS_readv,  SYS_recvfrom, SYS_recvmsg, SYS_write,
                            SYS_writev, SYS_sendto, SYS_sendmsg,  SYS_ppoll,   SYS_close};
constexpr long looking[] = {SYS_fstat, SYS_newfstatat, SYS_statx,  SYS_lseek,
                            SYS_flock, SYS_readlinkat, SYS_getcwd, SYS_pread64};
constexpr long memory[] = {SYS_brk,      SYS_mmap,    SYS_munmap, SYS_mremap,
                           SYS_mprotect, SYS_madvise, SYS_futex,  SYS_sysinfo};
constexpr long ending[] = {SYS_exit,           SYS_exit_group,   SYS_rt_sigaction,
                           SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
                           SYS_getpid,         SYS_gettid,       SYS_restart_syscall};
constexpr long telling[] = {SYS_clock_gettime,    SYS_clock_nanosleep, SYS_gettimeofday,
                            SYS_getrandom,        SYS_getrusage,       SYS_sched_yield,
                            SYS_sched_getaffinity};

#if defined(__x86_64__)
constexpr uint32_t machine = AUDIT_ARCH_X86_64;
constexpr long olderCalls[] = {SYS_poll, SYS_stat, SYS_lstat, SYS_readlink, SYS_time};
#elif defined(__aarch64__)
constexpr uint32_t machine = AUDIT_ARCH_AARCH64;
constexpr Calls olderCalls{};
#else
constexpr uint32_t machine = 0;
constexpr Calls olderCalls{};
#endif

/// O_LARGEFILE as the kernel has it; the C library says 0 where it sets it by itself.
constexpr uint32_t kernelLargeFile = 0100000;

sock_filter load(size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}
sock_filter give(uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
/// Skips so many where the value is it, or is not it.
sock_filter skipWhere(uint32_t value, uint8_t same, uint8_t other) {
    return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, same, other);
}

/// Allows a call where those bits of an argument are as they are wanted. Behind it the number of
/// the call is loaded, as in front of it.
void allowWhere(std::vector<sock_filter>& filter, long call, size_t argument, uint32_t bits,
                uint32_t wanted) {
    filter.push_back(skipWhere(static_cast<uint32_t>(call), 0, 5));
    filter.push_back(load(offsetof(seccomp_data, args) + argument * sizeof(uint64_t)));
    filter.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits));
    filter.push_back(skipWhere(wanted, 0, 1));
    filter.push_back(give(SECCOMP_RET_ALLOW));
    filter.push_back(load(offsetof(seccomp_data, nr)));
}

std::vector<sock_filter> filterOf(bool mayOpen) {
    // Flags beside which a file is opened to be read, and nothing more.
    constexpr uint32_t harmless =
        O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | kernelLargeFile;
    std::vector<sock_filter> filter{load(offsetof(seccomp_data, arch)), skipWhere(machine, 1, 0),
                                    give(SECCOMP_RET_KILL_PROCESS),
                                    load(offsetof(seccomp_data, nr))};
    for (const Calls some : {Calls(talking), Calls(looking), Calls(memory), Calls(ending),
                             Calls(telling), Calls(olderCalls)})
        for (const long call : some) {
            filter.push_back(skipWhere(static_cast<uint32_t>(call), 0, 1));
            filter.push_back(give(SECCOMP_RET_ALLOW));
        }
    // Its own limits and its own end, not those of others.
    allowWhere(filter, SYS_prlimit64, 0, ~0U, 0);
    allowWhere(filter, SYS_tgkill, 0, ~0U, static_cast<uint32_t>(getpid()));
    if (mayOpen) allowWhere(filter, SYS_openat, 2, ~harmless, 0);
    filter.push_back(give(SECCOMP_RET_ERRNO | EPERM));
    return filter;
}

void forbidFiles(int descriptor) {
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all of the first version
    const auto rules = static_cast<int>(
        syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0));
    if (rules < 0) return;
    if (descriptor >= 0) {
        landlock_path_beneath_attr one{};
        one.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
        one.parent_fd = descriptor;
        syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &one, 0);
    }
    syscall(SYS_landlock_restrict_self, rules, 0);
    close(rules);
}

}  // namespace

bool limitProcess(int64_t memoryBytes) {
    close_range(lifelineDescriptor + 1, ~0U, 0);
    // The end of the pipe's other side is SIGIO, which ends this process whatever it computes.
    fcntl(lifelineDescriptor, F_SETOWN, getpid());
    fcntl(lifelineDescriptor, F_SETFL, O_ASYNC | O_NONBLOCK);
    pollfd lifeline{lifelineDescriptor, POLLIN, 0};
    if (poll(&lifeline, 1, 0) != 0) return false;
    if (isConfined) limit(RLIMIT_AS, static_cast<rlim_t>(memoryBytes));
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    return true;
}

void allowSeconds(int seconds) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    rlimit both{};
    getrlimit(RLIMIT_CPU, &both);
    both.rlim_cur = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + seconds + 1);
    setrlimit(RLIMIT_CPU, &both);
}

void confine(int descriptor) {
    if (!isConfined || machine == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    forbidFiles(descriptor);
    auto filter = filterOf(descriptor >= 0);
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

}  // namespace vitrine::decode
