// SPDX-License-Identifier: Apache-2.0
// A child with two pipes. Its script comes with the program, as an argument of the interpreter.
#include "core/session/bench_peer.h"

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
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/session/bench_script.h"

extern char** environ;

namespace vitrine {

namespace {

using namespace std::chrono_literals;

/// Compilers of networks take minutes on small machines.
constexpr auto patienceForFacts = 20min, patienceForSteps = 10min;
constexpr size_t longestAnswer = size_t{1} << 20;

/// What makes PyTorch as fast as it can be: memory that is given back to the system comes back page
/// by page in every step.
std::vector<std::string> settingsOf(const PeerQuestion& question) {
    std::vector<std::string> settings{
        fmt::format("OMP_NUM_THREADS={}", question.threads), "MALLOC_MMAP_THRESHOLD_=4294967296",
        "MALLOC_TRIM_THRESHOLD_=4294967296", "MALLOC_TOP_PAD_=268435456"};
    if (question.isCapped)
        settings.insert(settings.end(), {"ATEN_CPU_CAPABILITY=avx2", "ONEDNN_MAX_CPU_ISA=AVX2"});
    return settings;
}

/// Ours, and these instead of those of the same names.
std::vector<std::string> environmentWith(const std::vector<std::string>& settings) {
    const auto nameOf = [](std::string_view word) { return word.substr(0, word.find('=')); };
    std::vector<std::string> words = settings;
    for (char** word = environ; *word; ++word)
        if (std::ranges::none_of(settings, [&](std::string_view setting) {
                return nameOf(setting) == nameOf(*word);
            }))
            words.emplace_back(*word);
    return words;
}

std::vector<char*> pointersTo(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

struct Pipe {
    int read = -1, write = -1;
    bool make() {
        std::array<int, 2> both{-1, -1};
        if (pipe2(both.data(), O_CLOEXEC) != 0) return false;
        read = both[0];
        write = both[1];
        return true;
    }
};

/// Gives errno. What the interpreter prints as an error nobody reads: the script answers with it.
int spawn(const PeerQuestion& question, const Pipe& in, const Pipe& out, pid_t& process) {
    std::vector<std::string> words{question.python,
                                   "-c",
                                   std::string(peersScript()),
                                   question.suite,
                                   question.what,
                                   fmt::format("{}", question.batch),
                                   fmt::format("{}", question.threads),
                                   question.variant};
    std::vector<std::string> environment = environmentWith(settingsOf(question));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int error = posix_spawnp(&process, question.python.c_str(), &actions, nullptr,
                                   pointersTo(words).data(), pointersTo(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

std::string versionsText(const Json& facts) {
    std::vector<std::string> versions;
    if (const auto found = facts.find("versions"); found != facts.end() && found->is_object())
        for (const auto& [name, version] : found->items())
            if (version.is_string())
                versions.push_back(
                    printable(fmt::format("{} {}", name, version.get<std::string>()), 60));
    return fmt::format("{}", fmt::join(versions, ", "));
}

int64_t wholeOf(const Json& facts, const char* key) {
    const auto found = facts.find(key);
    return found != facts.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

}  // namespace

Result<std::unique_ptr<BenchPeer>> BenchPeer::start(const PeerQuestion& question) {
    Pipe in, out;
    pid_t process = -1;
    const int error = in.make() && out.make() ? spawn(question, in, out, process) : errno;
    for (const int descriptor : {in.read, out.write})
        if (descriptor >= 0) close(descriptor);
    if (error != 0) {
        for (const int descriptor : {in.write, out.read})
            if (descriptor >= 0) close(descriptor);
        return Error{"L05",
                     fmt::format("'{}' cannot be started as a Python: {}",
                                 printable(question.python), std::strerror(error)),
                     {},
                     "Nothing was compared.",
                     "Name a Python that has torch."};
    }
    std::unique_ptr<BenchPeer> peer(new BenchPeer(question, process, in.write, out.read));
    VITRINE_TRY(peer->readFacts());
    return peer;
}

BenchPeer::~BenchPeer() {
    close(m_in);  // it ends with its input
    close(m_out);
    for (int i = 0; i < 200; ++i) {
        if (waitpid(m_process, nullptr, WNOHANG) == m_process) return;
        usleep(10'000);
    }
    kill(m_process, SIGKILL);
    while (waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) continue;
}

Error BenchPeer::failed(const std::string& why) const {
    return {"L05",
            fmt::format("{} ({}) is not measured by '{}': {}", printable(m_question.what, 60),
                        m_question.variant, printable(m_question.python), printable(why, 300)),
            {},
            "Nothing was compared.",
            "Name a Python that has torch, and for inference onnxruntime and onnx."};
}

Result<void> BenchPeer::readFacts() {
    const auto facts = answer(patienceForFacts);
    if (!facts) return facts.error();
    m_facts = {.versions = versionsText(*facts),
               .parameters = wholeOf(*facts, "parameters"),
               .savedBytes = wholeOf(*facts, "saved_bytes")};
    return {};
}

Result<void> BenchPeer::send(const std::string& line) {
    if (write(m_in, line.data(), line.size()) == std::ssize(line)) return {};
    return failed("it takes no more questions");
}

Result<Json> BenchPeer::answer(std::chrono::seconds patience) {
    const auto text = line(patience);
    if (!text) return text.error();
    Json answer = jsonFromText(*text);
    if (!answer.is_object()) return failed("its answer is no JSON object");
    if (const auto trouble = answer.find("error"); trouble != answer.end() && trouble->is_string())
        return failed(trouble->get<std::string>());
    return answer;
}

Result<void> BenchPeer::choose(const std::string& object) {
    VITRINE_TRY(send(object + "\n"));
    const auto taken = answer(patienceForSteps);
    return taken ? Result<void>() : taken.error();
}

Result<std::string> BenchPeer::line(std::chrono::seconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (m_rest.find('\n') == m_rest.npos) {
        if (m_rest.size() > longestAnswer) return failed("its answer has no end");
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left <= 0ms) return failed(fmt::format("no answer came within {} s", patience.count()));
        pollfd ready{m_out, POLLIN, 0};
        if (poll(&ready, 1, static_cast<int>(left.count())) <= 0) continue;
        std::array<char, 4096> bytes;
        const ssize_t got = read(m_out, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return failed("it ended without an answer");
        m_rest.append(bytes.data(), static_cast<size_t>(got));
    }
    const size_t length = m_rest.find('\n');
    std::string found = m_rest.substr(0, length);
    m_rest.erase(0, length + 1);
    return found;
}

Result<std::vector<double>> BenchPeer::seconds(int64_t steps) {
    VITRINE_TRY(send(fmt::format("{}\n", steps)));
    const auto given = answer(patienceForSteps);
    if (!given) return given.error();
    const auto found = given->find("seconds");
    if (found == given->end() || !found->is_array() || std::ssize(*found) != steps)
        return failed("its answer has not the seconds of each step");
    std::vector<double> seconds;
    for (const Json& number : *found) {
        if (!number.is_number() || number.get<double>() <= 0)
            return failed("its answer has times that are none");
        seconds.push_back(number.get<double>());
    }
    return seconds;
}

}  // namespace vitrine
