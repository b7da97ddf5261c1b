// SPDX-License-Identifier: Apache-2.0
// Faults in file calls: the k-th of open, write, fallocate, ftruncate, fchmod, fsync and rename
// that this process makes fails, takes only a part, or kills the process. A test program that
// includes this stands in front of the C library's functions; include it in one file only.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdarg>

namespace vitrine::test {

enum class FaultKind { None, Errno, ShortWrite, Kill };

struct FaultPlan {
    FaultKind kind = FaultKind::None;
    int at = 0;  ///< 1 = the first call
    int error = 0;
};

inline FaultPlan faultPlan;
inline int fileCalls = 0;

inline void armFault(FaultPlan plan) {
    faultPlan = plan;
    fileCalls = 0;
}
inline void disarmFault() { faultPlan = {}; }

/// True where this call is to fail with errno. A kill does not return.
inline bool strikes() {
    if (faultPlan.kind == FaultKind::None) return false;
    if (++fileCalls != faultPlan.at) return false;
    if (faultPlan.kind == FaultKind::Kill) kill(getpid(), SIGKILL);
    errno = faultPlan.error;
    return faultPlan.kind == FaultKind::Errno;
}

inline bool isStruck() { return faultPlan.kind != FaultKind::None && fileCalls == faultPlan.at; }

}  // namespace vitrine::test

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (vitrine::test::strikes()) return -1;
    return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

ssize_t write(int file, const void* bytes, size_t size) {
    if (vitrine::test::strikes()) return -1;
    if (vitrine::test::isStruck() &&
        vitrine::test::faultPlan.kind == vitrine::test::FaultKind::ShortWrite)
        size = (size + 1) / 2;
    return syscall(SYS_write, file, bytes, size);
}

int fallocate(int file, int mode, off_t offset, off_t size) {
    if (vitrine::test::strikes()) return -1;
    return static_cast<int>(syscall(SYS_fallocate, file, mode, offset, size));
}

int ftruncate(int file, off_t size) noexcept {
    if (vitrine::test::strikes()) return -1;
    return static_cast<int>(syscall(SYS_ftruncate, file, size));
}

int fchmod(int file, mode_t mode) noexcept {
    if (vitrine::test::strikes()) return -1;
    return static_cast<int>(syscall(SYS_fchmod, file, mode));
}

int fsync(int file) {
    if (vitrine::test::strikes()) return -1;
    return static_cast<int>(syscall(SYS_fsync, file));
}

int rename(const char* from, const char* to) noexcept {
    if (vitrine::test::strikes()) return -1;
    return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
}
