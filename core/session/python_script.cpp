// SPDX-License-Identifier: Apache-2.0
// A child whose output is read to its end. What it prints as an error nobody reads.
#include "core/session/python_script.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "core/base/file.h"

extern char** environ;

namespace vitrine {

namespace {

using namespace std::chrono_literals;

constexpr size_t longestAnswer = size_t{64} << 20;

Error failed(const std::string& python, const std::string& why) {
    return {"L05",
            fmt::format("'{}' has not answered: {}", printable(python), printable(why, 300)),
            {},
            "Nothing was compared.",
            "Name a Python that has numpy, onnx, and onnxruntime or openvino."};
}

struct Child {
    pid_t process = -1;
    int output = -1;

    ~Child() {
        if (output >= 0) close(output);
        if (process <= 0) return;
        kill(process, SIGKILL);
        while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) continue;
    }
};

/// Gives errno.
int start(const std::string& python, std::vector<std::string> words, Child& child) {
    std::array<int, 2> pipe{-1, -1};
    if (pipe2(pipe.data(), O_CLOEXEC) != 0) return errno;
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int error =
        posix_spawnp(&child.process, python.c_str(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe[1]);
    child.output = pipe[0];
    if (error != 0) child.process = -1;
    return error;
}

/// What it prints until it ends; nothing where that takes too long.
Result<std::string> read(const std::string& python, Child& child, std::chrono::seconds patience,
                         const std::stop_token& stop) {
    constexpr int lookMs = 100;
    const auto end = std::chrono::steady_clock::now() + patience;
    std::string text;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left <= 0ms)
            return failed(python, fmt::format("it has not ended within {} s", patience.count()));
        if (text.size() > longestAnswer) return failed(python, "its answer has no end");
        if (stop.stop_requested()) return stoppedError();
        pollfd ready{child.output, POLLIN, 0};
        if (poll(&ready, 1, static_cast<int>(std::min<int64_t>(left.count(), lookMs))) <= 0)
            continue;
        std::array<char, 4096> bytes;
        const ssize_t got = ::read(child.output, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(bytes.data(), static_cast<size_t>(got));
    }
}

}  // namespace

Result<Json> jsonOfScript(const std::string& python, std::string_view script,
                          const std::vector<std::string>& arguments, std::chrono::seconds patience,
                          const std::stop_token& stop) {
    std::vector<std::string> words{python, "-c", std::string(script)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Child child;
    if (const int error = start(python, std::move(words), child); error != 0)
        return failed(python, fmt::format("it cannot be started: {}", std::strerror(error)));
    const auto text = read(python, child, patience, stop);
    if (!text) return text.error();
    std::string_view line(*text);
    while (line.ends_with('\n')) line.remove_suffix(1);
    line.remove_prefix(line.rfind('\n') == line.npos ? 0 : line.rfind('\n') + 1);
    Json answer = jsonFromText(line);
    if (!answer.is_object()) return failed(python, "it ended without an answer");
    if (const auto trouble = answer.find("error"); trouble != answer.end() && trouble->is_string())
        return failed(python, trouble->get<std::string>());
    return answer;
}

}  // namespace vitrine
