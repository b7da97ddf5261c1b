// SPDX-License-Identifier: Apache-2.0
// What every kernel looks like from outside: a name, phases of independent parts, a workspace, one
// function.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/api/operand.h"

namespace vitrine::kernels {

/// Part of an image: `repeats` runs of `count` planes (of elements in row-major memory), `stride`
/// apart, and of each plane the rows from firstRow to endRow.
struct ResultShare {
    int64_t first = 0, count = 0;
    int64_t repeats = 1, stride = 0;
    int64_t firstRow = 0, endRow = 1;
};

/// Memory that a kernel uses beside its operands; at multiples of 64 bytes, contents undefined on
/// entry.
struct Workspace {
    void* shared = nullptr;  ///< workspaceBytes, of all parts and phases of a call
    void* own = nullptr;     ///< scratchBytes, of the thread that runs the part

    Workspace(void* ofCall, void* ofThread = nullptr) : shared(ofCall), own(ofThread) {}
};

/// One chosen implementation, bound to its problem. Phases run one after another; the parts of a
/// phase are independent, may run on any thread in any order, and their number follows from the
/// problem alone, never from the number of threads: so results have the same bits for every number
/// of threads. Kernels do not fail and do not allocate.
struct Kernel {
    static constexpr int maxPhases = 4;
    using Run = void (*)(const void* problem, void* const* operands, Workspace workspace, int phase,
                         int64_t part);

    std::string
        name;  ///< `conv2d.forward lanes direct AVX3`: family, layout, algorithm, instruction set
    std::shared_ptr<const void> problem;
    Run run = nullptr;
    int phases = 1;
    std::array<int64_t, maxPhases> parts{1, 1, 1, 1};
    /// Where a part of the last phase leaves its share of the first result, or null where nobody
    /// can say.
    ResultShare (*share)(const void* problem, int64_t part) = nullptr;
    /// What a part of the first phase reads of the image that the kernel goes over (x of a
    /// convolution or pool), one run; no other phase reads it. Null where a part reads too much of
    /// it, or others read the same.
    ResultShare (*reads)(const void* problem, int64_t part) = nullptr;
    int64_t workspaceBytes = 0, scratchBytes = 0;
    std::vector<std::string>
        refused;  ///< candidates that came before in the order, and why each refused
};

/// Runs all phases and parts on the calling thread: for tests and benchmarks.
inline void runAll(const Kernel& kernel, void* const* operands, Workspace workspace) {
    for (int phase = 0; phase < kernel.phases; ++phase)
        for (int64_t part = 0; part < kernel.parts[static_cast<size_t>(phase)]; ++part)
            kernel.run(kernel.problem.get(), operands, workspace, phase, part);
}

/// Pointwise functions that a producer can apply while its result is in registers.
enum class Epilogue : uint8_t {
    None,
    Relu,     ///< max(y, 0)
    ReluGate  ///< y where the extra operand `gate` (same Image as the result) is > 0, else 0
};

}  // namespace vitrine::kernels
