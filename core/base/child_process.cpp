// SPDX-License-Identifier: Apache-2.0
// posix_spawn and waitpid.
#include "core/base/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace vitrine {

void Descriptor::reset(int number) {
    if (m_number >= 0) close(m_number);
    m_number = number;
}

bool makeSocketPair(Descriptor& one, Descriptor& other) {
    std::array<int, 2> both{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) != 0) return false;
    one.reset(both[0]);
    other.reset(both[1]);
    return true;
}

bool makePipe(Descriptor& toRead, Descriptor& toWrite) {
    std::array<int, 2> both{-1, -1};
    if (pipe2(both.data(), O_CLOEXEC) != 0) return false;
    toRead.reset(both[0]);
    toWrite.reset(both[1]);
    return true;
}

namespace {

/// What posix_spawn is told, until it is done.
struct SpawnOrders {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};

    explicit SpawnOrders(const ChildSetup& setup) {
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        for (const auto& [ours, there] : setup.descriptors)
            posix_spawn_file_actions_adddup2(&files, ours, there);
        sigset_t none, usual;
        sigemptyset(&none);
        sigemptyset(&usual);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ, SIGXCPU, SIGIO})
            sigaddset(&usual, signal);
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &usual);
    }
    ~SpawnOrders() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnOrders(const SpawnOrders&) = delete;
    SpawnOrders& operator=(const SpawnOrders&) = delete;
};

}  // namespace

int startChild(const ChildSetup& setup, pid_t& process) {
    const SpawnOrders orders(setup);
    std::vector<std::string> words = setup.words;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<char*, 1> nothing{nullptr};
    return posix_spawn(&process, setup.path.c_str(), &orders.files, &orders.attributes,
                       arguments.data(), setup.hasEnvironment ? environ : nothing.data());
}

int endChild(pid_t process, std::chrono::milliseconds patience) {
    int status = 0;
    for (int64_t i = 0; i < patience.count(); ++i) {
        if (waitpid(process, &status, WNOHANG) == process) return status;
        usleep(1000);
    }
    kill(process, SIGKILL);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

std::string endText(int status) {
    if (WIFSIGNALED(status))
        return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace vitrine
