// SPDX-License-Identifier: Apache-2.0
// BenchPeer: another program that computes the same, in a process of its own that computes only
// when it is asked: so both sides are measured in turn, in the same minutes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/io/json_reader.h"

namespace vitrine {

/// One configuration of it. Words are those of resources/bench/peers.py.
struct PeerQuestion {
    std::string python;       ///< the interpreter; a name is looked for as a shell does
    std::string suite, what;  ///< `train`, `lenet`
    int64_t batch = 1;
    int threads = 1;
    std::string variant = {};  ///< `default`, `channels_last`, `compile`, `onnxruntime`
    bool isCapped = false;     ///< AVX2 at most
};

/// What it says of itself once it is ready.
struct PeerFacts {
    std::string versions;  ///< `torch 2.15.0, onnxruntime 1.32.0`
    int64_t parameters = 0, savedBytes = 0;
};

/// Thread: one at a time.
class BenchPeer {
  public:
    /// Builds its network and warms it. Takes seconds, compiling up to minutes. Errors: "L05" where
    /// there is no such program, it lacks a library, or it does not answer.
    static Result<std::unique_ptr<BenchPeer>> start(const PeerQuestion& question);
    ~BenchPeer();
    BenchPeer(const BenchPeer&) = delete;
    BenchPeer& operator=(const BenchPeer&) = delete;

    const PeerFacts& facts() const { return m_facts; }
    /// Suite `kernel`: from now on a step is what this JSON object says. Errors: "L05", also where
    /// it knows no such operator; the process goes on.
    Result<void> choose(const std::string& object);
    /// Computes so often, and gives what each took by its own clock. Errors: "L05".
    Result<std::vector<double>> seconds(int64_t steps);

  private:
    BenchPeer(PeerQuestion question, pid_t process, int in, int out)
        : m_question(std::move(question)), m_process(process), m_in(in), m_out(out) {}
    Result<void> readFacts();
    Result<void> send(const std::string& line);
    Result<Json> answer(std::chrono::seconds patience);
    Result<std::string> line(std::chrono::seconds patience);
    Error failed(const std::string& why) const;

    const PeerQuestion m_question;
    const pid_t m_process;
    const int m_in, m_out;  ///< descriptors: questions, answers
    std::string m_rest;     ///< what came behind the last line
    PeerFacts m_facts;
};

}  // namespace vitrine
