// SPDX-License-Identifier: Apache-2.0
// Starts the process, asks it, and says in one sentence how it ended where it did.
#include "core/decode/decoder.h"

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
#include <filesystem>

#include "core/base/file.h"

namespace vitrine::decode {

namespace fs = std::filesystem;

namespace {

/// Closes what is not taken.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : m_number(number) {}
    ~Descriptor() {
        if (m_number >= 0) close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_number; }
    int take() { return std::exchange(m_number, -1); }
    void reset(int number) {
        if (m_number >= 0) close(m_number);
        m_number = number;
    }

  private:
    int m_number;
};

/// Both ends of what joins the two processes: a pair of sockets, and a pipe that nobody writes to
/// and whose end says that the program has ended.
struct Ends {
    Descriptor socket, itsSocket, lifeline, itsLifeline;
    bool make() {
        std::array<int, 2> both{-1, -1};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) != 0) return false;
        socket.reset(both[0]);
        itsSocket.reset(both[1]);
        if (pipe2(both.data(), O_CLOEXEC) != 0) return false;
        itsLifeline.reset(both[0]);
        lifeline.reset(both[1]);
        return true;
    }
};

/// What the child has: the two ends, no terminal, no environment, a group of its own (Ctrl-C is for
/// the program, which may want one more answer), no signals blocked.
int spawn(const std::string& path, const Ends& ends, int64_t memoryBytes, pid_t& process) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends.itsSocket.get(), socketDescriptor);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends.itsLifeline.get(), lifelineDescriptor);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ, SIGXCPU, SIGIO})
        sigaddset(&usual, signal);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    std::string name(programName), memory = fmt::format("{}", memoryBytes);
    std::array<char*, 3> words{name.data(), memory.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    const int error = posix_spawn(&process, path.c_str(), &actions, &attributes, words.data(),
                                  environment.data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/// How a process ended, as people say it.
std::string endOf(int status) {
    if (WIFSIGNALED(status))
        return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

Error of(std::string code, std::string_view title, std::string_view what, std::string next) {
    return {std::move(code), fmt::format("{}: {}", title, what), {}, {}, std::move(next)};
}

Error refused(std::string_view title, const Answered& given) {
    const std::string sentence = printable(
        {reinterpret_cast<const char*>(given.bytes.data()), given.bytes.size()}, mostSentenceBytes);
    switch (given.answer.outcome) {
        case Outcome::NotRead:
            return of("M05", title, sentence, "Save it in another, more usual form.");
        case Outcome::OutOfMemory:
            return of("M13", title, "decoding it takes more memory than there is for one file",
                      "Make it smaller.");
        default:
            return of("M02", title, sentence, {});
    }
}

}  // namespace

std::vector<std::string> decoderPaths() {
    std::error_code failure;
    const fs::path folder = fs::read_symlink("/proc/self/exe", failure).parent_path();
    if (failure) return {};
    return {folder / programName, folder.parent_path() / "lib" / "vitrine" / programName};
}

Result<std::unique_ptr<Decoder>> Decoder::start(const std::vector<std::string>& paths,
                                                const DecoderLimits& limits) {
    std::error_code ignored;
    for (const std::string& path : paths) {
        if (!fs::exists(path, ignored)) continue;
        Ends ends;
        pid_t process = -1;
        const int error = ends.make() ? spawn(path, ends, limits.memoryBytes, process) : errno;
        if (error != 0)
            return Error{
                "H02",
                fmt::format("'{}' cannot be started: {}", printable(path), std::strerror(error)),
                {},
                {},
                "Close other programs, and try again."};
        return std::unique_ptr<Decoder>(
            new Decoder(process, ends.socket.take(), ends.lifeline.take(), limits));
    }
    return Error{"L05",
                 fmt::format("the program {}, which opens TIFF, WebP, HDF5 and .mat files, is not "
                             "beside this one",
                             programName),
                 {},
                 {},
                 "Install Vitrine again as a whole."};
}

Decoder::~Decoder() {
    end();
    close(m_socket);
    close(m_lifeline);
}

/// Gives what waitpid says of it. Once. A process whose socket is closed has a moment to end by
/// itself, which says more than being killed.
int Decoder::end() {
    if (std::exchange(m_hasEnded, true)) return 0;
    shutdown(m_socket, SHUT_RDWR);
    int status = 0;
    for (int i = 0; i < 100; ++i) {
        if (waitpid(m_process, &status, WNOHANG) == m_process) return status;
        usleep(1000);
    }
    kill(m_process, SIGKILL);
    while (waitpid(m_process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

bool Decoder::isAnswerTo(const Question& question, const Answer& answer) const {
    if (answer.magic != messageMagic || answer.task != question.task) return false;
    if (answer.outcome > Outcome::OutOfMemory || answer.alpha > Alpha::Associated) return false;
    return answer.bytes <=
           (answer.outcome == Outcome::Done ? m_limits.answerBytes : mostSentenceBytes);
}

Passed Decoder::exchange(const Question& question, const Patience& patience, Answered& given) {
    const Request request{.task = question.task,
                          .kind = question.kind,
                          .first = question.first,
                          .count = question.count,
                          .bytes = question.bytes.size()};
    Passed passed = sendRequest(m_socket, request, question.descriptor, patience);
    if (passed == Passed::All) passed = sendAll(m_socket, question.bytes, patience);
    if (passed == Passed::All)
        passed =
            receiveAll(m_socket, std::as_writable_bytes(std::span(&given.answer, 1)), patience);
    if (passed != Passed::All) return passed;
    m_isNonsense = !isAnswerTo(question, given.answer);
    if (m_isNonsense) return Passed::Ended;
    given.bytes.resize(given.answer.bytes);
    return receiveAll(m_socket, given.bytes, patience);
}

Error Decoder::failed(std::string_view title, Passed how) {
    constexpr std::string_view next = "Save it anew with another program, or take it away.";
    if (how == Passed::Stopped) {
        end();
        return stoppedError();
    }
    if (how == Passed::TooLate) {
        end();
        return of("M13", title,
                  fmt::format("decoding it took longer than {} s",
                              std::chrono::ceil<std::chrono::seconds>(m_limits.patience).count()),
                  std::string(next));
    }
    if (m_isNonsense) {
        end();
        return of("M02", title, "the decoder's answer is none", std::string(next));
    }
    const int status = end();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return of("M13", title, "decoding it took too much of the processor's time",
                  std::string(next));
    return of("M02", title, fmt::format("the decoder ended while reading it: {}", endOf(status)),
              std::string(next));
}

Result<Answered> Decoder::ask(const Question& question, std::string_view title,
                              const std::stop_token& stop) {
    VITRINE_CHECK(!m_hasEnded, "a decoder that has ended is asked");
    Answered given;
    Passed passed = Passed::All;
    try {
        passed = exchange(question, {Clock::now() + m_limits.patience, stop}, given);
    } catch (const std::bad_alloc&) {
        end();  // the rest of its answer is still on its way
        throw;
    }
    if (passed != Passed::All) return failed(title, passed);
    if (given.answer.outcome != Outcome::Done) return refused(title, given);
    return given;
}

}  // namespace vitrine::decode
