// SPDX-License-Identifier: Apache-2.0
// Decoder: one process of our own that opens formats whose libraries are not trusted with the
// program's memory, under limits of memory, time and what it may ask of the system.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/decode/message.h"

namespace vitrine::decode {

struct DecoderLimits {
    int64_t memoryBytes = int64_t{3} << 30;                         ///< of its address space
    std::chrono::milliseconds patience = std::chrono::seconds(30);  ///< for one answer
    uint64_t answerBytes = uint64_t{1} << 30;
};

struct Answered {
    Answer answer;
    std::vector<std::byte> bytes;
};

/// A request without its bytes' length, which `bytes` has.
struct Question {
    Task task = Task::LookAtPicture;
    Kind kind = Kind::Tiff;
    std::span<const std::byte> bytes = {};
    int64_t first = 0, count = 0;
    int descriptor = -1;  ///< of a file, for OpenArrays
};

/// Where the program is looked for: beside the running one and in ../lib/vitrine.
std::vector<std::string> decoderPaths();

/// Ends with this object, and with the program, whatever it is doing. One thread at a time.
class Decoder {
  public:
    /// Errors: "L05" (no such program), "H02" (the system starts no process).
    static Result<std::unique_ptr<Decoder>> start(const std::vector<std::string>& paths,
                                                  const DecoderLimits& limits);
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// `title` stands for the file in messages. Errors: "M02" (it is damaged; the decoder ended
    /// over it, or answered what is no answer), "M05" (a form that is not read), "M13" (it took
    /// more time or memory than there is for one file). After one of the decoder's own failures
    /// hasEnded(), and a new one is wanted.
    /// `stopped`: the decoder is ended then too.
    Result<Answered> ask(const Question& question, std::string_view title,
                         const std::stop_token& stop = {});
    bool hasEnded() const { return m_hasEnded; }
    pid_t process() const { return m_process; }

  private:
    Decoder(pid_t process, int socket, int lifeline, const DecoderLimits& limits)
        : m_process(process), m_socket(socket), m_lifeline(lifeline), m_limits(limits) {}
    Passed exchange(const Question& question, const Patience& patience, Answered& given);
    bool isAnswerTo(const Question& question, const Answer& answer) const;
    Error failed(std::string_view title, Passed how);
    int end();

    const pid_t m_process;
    const int m_socket, m_lifeline;
    const DecoderLimits m_limits;
    bool m_hasEnded = false, m_isNonsense = false;
};

}  // namespace vitrine::decode
