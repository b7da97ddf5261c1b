// SPDX-License-Identifier: Apache-2.0
// POSIX descriptors and signals.
#include "core/base/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace vitrine {
namespace {

constexpr std::array endSignals{SIGINT, SIGTERM, SIGHUP};

void (*askToEnd)() = nullptr;  // a handler can reach nothing else

void setAction(int signal, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int other : endSignals) sigaddset(&action.sa_mask, other);
    sigaction(signal, &action, nullptr);
}

bool isIgnored(int signal) {
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    return action.sa_handler == SIG_IGN;
}

double seconds() {
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

extern "C" void endSignalCame(int signal) {
    constexpr double sameRequest = 1;
    static volatile double firstCame = 0;
    const int before = errno;
    if (firstCame == 0) {
        firstCame = seconds();
        askToEnd();
    } else if (seconds() - firstCame > sameRequest) {
        setAction(signal, SIG_DFL);
        raise(signal);
    }
    errno = before;
}

bool isClosed(int descriptor) { return fcntl(descriptor, F_GETFD) == -1 && errno == EBADF; }

}  // namespace

void openStandardDescriptors() {
    // open() takes the lowest free number: those below are taken already.
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
        if (isClosed(descriptor))
            (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void ignoreWriteSignals() {
    setAction(SIGPIPE, SIG_IGN);
    setAction(SIGXFSZ, SIG_IGN);
}

void catchEndSignals(void (*ask)()) {
    askToEnd = ask;
    for (const int signal : endSignals)
        if (signal != SIGHUP || !isIgnored(signal)) setAction(signal, endSignalCame);
}

}  // namespace vitrine
