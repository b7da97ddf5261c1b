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

namespace vitrine::kernels {

/// Channels of a block, or images of a lane group: one 64-byte line of floats.
inline constexpr int64_t blockWidth = 16;

enum class Layout : uint8_t { RowMajor, Lanes, Blocked };
enum class Precision : uint8_t { F32, F64 };

/// Geometry of an image operand [n, c, h, w] (h = w = 1 for [n, c]). RowMajor is contiguous N, C,
/// H, W with halo 0. Lanes: planes (n / 16) × c, inner 16 images. Blocked: planes n × (c / 16),
/// inner 16 channels. The kernel that writes an operand zeroes its halo. Lanes past n and channels
/// past c may hold anything (NaN too): they must not reach a result.
struct Image {
    int64_t n = 0, c = 0, h = 1, w = 1;
    Layout layout = Layout::RowMajor;
    int64_t halo = 0;

    constexpr int64_t elements() const { return n * c * h * w; }
    constexpr int64_t channelBlocks() const { return (c + blockWidth - 1) / blockWidth; }
    constexpr int64_t laneGroups() const { return (n + blockWidth - 1) / blockWidth; }
    /// Planes of [h][w][16]; Lanes and Blocked only.
    constexpr int64_t planes() const {
        return layout == Layout::Lanes ? laneGroups() * c : n * channelBlocks();
    }
    constexpr int64_t rowStride() const { return (w + 2 * halo) * blockWidth; }
    constexpr int64_t planeStride() const { return (h + 2 * halo) * rowStride(); }
    /// From the start of a plane to pixel (0, 0).
    constexpr int64_t origin() const { return halo * rowStride() + halo * blockWidth; }
    constexpr int64_t storageElements() const {
        return layout == Layout::RowMajor ? elements() : planes() * planeStride();
    }
};

/// One chosen implementation, bound to its problem. Phases run one after another; the parts of a
/// phase are independent, may run on any thread in any order, and their number follows from the
/// problem alone, never from the number of threads: so results have the same bits for every number
/// of threads. Kernels do not fail and do not allocate.
struct Kernel {
    static constexpr int maxPhases = 3;
    using Run = void (*)(const void* problem, void* const* operands, void* workspace, int phase,
                         int64_t part);

    std::string
        name;  ///< `conv2d.forward lanes direct AVX3`: family, layout, algorithm, instruction set
    std::shared_ptr<const void> problem;
    Run run = nullptr;
    int phases = 1;
    std::array<int64_t, maxPhases> parts{1, 1, 1};
    int64_t workspaceBytes = 0;  ///< 64-byte aligned, contents undefined on entry
    std::vector<std::string>
        refused;  ///< candidates that came before in the order, and why each refused
};

/// Runs all phases and parts on the calling thread: for tests and benchmarks.
inline void runAll(const Kernel& kernel, void* const* operands, void* workspace) {
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
