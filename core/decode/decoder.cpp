// SPDX-License-Identifier: Apache-2.0
// Starts the process, asks it, and says in one sentence how it ended where it did.
#include "core/decode/decoder.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "core/base/child_process.h"
#include "core/base/file.h"

namespace vitrine::decode {

namespace fs = std::filesystem;

namespace {

/// Both ends of what joins the two processes: a pair of sockets, and a pipe that nobody writes to
/// and whose end says that the program has ended.
struct Ends {
    Descriptor socket, itsSocket, lifeline, itsLifeline;
    bool make() { return makeSocketPair(socket, itsSocket) && makePipe(itsLifeline, lifeline); }
};

int spawn(const std::string& path, const Ends& ends, int64_t memoryBytes, pid_t& process) {
    return startChild({.path = path,
                       .words = {std::string(programName), fmt::format("{}", memoryBytes)},
                       .descriptors = {{ends.itsSocket.get(), socketDescriptor},
                                       {ends.itsLifeline.get(), lifelineDescriptor}}},
                      process);
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

/// Gives what waitpid says of it. Once.
int Decoder::end() {
    if (std::exchange(m_hasEnded, true)) return 0;
    shutdown(m_socket, SHUT_RDWR);
    return endChild(m_process, std::chrono::milliseconds(100));
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
    return of("M02", title, fmt::format("the decoder ended while reading it: {}", endText(status)),
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
