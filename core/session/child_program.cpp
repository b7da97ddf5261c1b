// SPDX-License-Identifier: Apache-2.0
// A child without pipes.
#include "core/session/child_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

extern char** environ;

namespace vitrine {

namespace {

using namespace std::chrono_literals;

/// In a group of its own, which its children are in too.
std::optional<pid_t> start(std::vector<std::string> words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
    posix_spawnattr_t group;
    posix_spawnattr_init(&group);
    posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
    pid_t process = -1;
    const int error =
        posix_spawnp(&process, pointers[0], &actions, &group, pointers.data(), environ);
    posix_spawnattr_destroy(&group);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? std::optional(process) : std::nullopt;
}

}  // namespace

std::optional<int> runProgram(std::vector<std::string> words, const std::stop_token& stop) {
    const auto process = start(std::move(words));
    if (!process) return std::nullopt;
    int status = 0;
    bool isEnded = false;
    for (;;) {
        const bool mayWait = !stop.stop_possible() || isEnded;
        const pid_t ended = waitpid(*process, &status, mayWait ? 0 : WNOHANG);
        if (ended == *process) break;
        if (ended < 0 && errno != EINTR) return std::nullopt;
        if (ended == 0 && stop.stop_requested()) isEnded = kill(-*process, SIGKILL) == 0;
        if (ended == 0 && !isEnded) std::this_thread::sleep_for(20ms);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace vitrine
