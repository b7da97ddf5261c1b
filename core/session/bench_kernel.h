// SPDX-License-Identifier: Apache-2.0
// Single operators, forwards and backwards, as benchmarks measure them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/device/host_memory.h"
#include "core/exec/executor.h"
#include "core/exec/team.h"

namespace vitrine {

/// An operator with its shapes, in our words and in those of resources/bench/peers.py.
struct KernelCase {
    std::string_view name;  ///< `3x3 64-64 @32`: kernel, channels, size
    std::string_view op, fields;
    std::string_view shapes;                   ///< of its operands: `64x64x32x32 64x64x3x3`
    std::string_view peer, peerFields = "{}";  ///< a JSON object
    std::string_view peerShapes = {};          ///< empty: the same
};

std::span<const KernelCase> kernelCases();

/// What of a case is computed: its result, or from the result's gradient those of some operands.
struct KernelPass {
    std::string_view name;  ///< `forward`, `data`, `weights`, `backward`
    std::vector<int> wanted = {};
};
/// Convolutions and products have one for each operand, others one for all.
std::vector<KernelPass> passesOf(const KernelCase& of);
/// Its operands are the program's inputs; `result`, or `gradient0`, … are its outputs. Errors:
/// "P11" (fields), "shape", "derivative".
Result<Program> kernelProgram(const KernelCase& of, const KernelPass& pass);
/// Extents of the operands.
std::vector<Shape> shapesOf(std::string_view text);

/// One pass in memory of its own, on random numbers. Thread: one at a time.
class KernelRun {
  public:
    /// Throws TooFewThreads. Errors: "P11" (fields), "shape", "derivative", H02.
    static Result<std::unique_ptr<KernelRun>> create(const KernelCase& of, const KernelPass& pass,
                                                     Math math, int threads);

    /// Computes so often and gives the seconds of each. What brings operands into another order
    /// does not count: in a network the neighbours have them in that order already.
    std::vector<double> seconds(int64_t times);

    Team& team() { return m_team; }
    double flops() const { return m_flops; }  ///< every product counted
    double bytes() const { return m_bytes; }  ///< operands and results, each once
    /// Of the entry with the most work.
    const std::string& kernel() const { return m_kernel; }
    bool isWinograd() const { return m_isWinograd; }

  private:
    explicit KernelRun(int threads) : m_team(threads) {}
    /// Entries that run behind one another.
    struct Stretch {
        int first = 0, end = 0;
    };

    Result<void> compile(const Program& program, Math math);
    Result<void> fillInputs();
    bool counts(const TapeEntry& entry) const;
    double countedSeconds(const Tape& tape) const;
    void findEntries();

    StateLayout m_states;
    std::unique_ptr<Tape> m_tape;
    std::unique_ptr<Memory> m_memory;
    Team m_team;
    std::unique_ptr<Executor> m_executor;
    std::vector<Stretch> m_counted;
    bool m_isForward = true;
    std::string m_kernel;
    double m_flops = 0, m_bytes = 0;
    bool m_isWinograd = false;
};

}  // namespace vitrine
