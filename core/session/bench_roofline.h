// SPDX-License-Identifier: Apache-2.0
// Single operators against what the machine could do at most, and against PyTorch in turn.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/session/bench_kernel.h"
#include "core/session/bench_peer.h"
#include "core/session/bench_statistics.h"

namespace vitrine {

/// Of all threads together, measured: FLOP/s of multiply-adds, bytes/s of copying.
struct Roofline {
    double flops = 0, bytes = 0;
};
Roofline measureRoofline(int threads);
/// The better of two measurements: neighbours on a machine make both slower, nothing faster.
inline Roofline bestOf(const Roofline& a, const Roofline& b) {
    return {std::max(a.flops, b.flops), std::max(a.bytes, b.bytes)};
}

struct KernelTimes {
    const KernelCase* of = nullptr;
    std::string pass = {}, kernel = {};
    bool isWinograd = false;
    double flops = 0, bytes = 0;       ///< of one computation
    std::vector<double> seconds = {};  ///< of each
    // PyTorch's faster layout; empty where nothing is compared.
    std::string variant = {}, failure = {};
    std::vector<double> peerSeconds = {};
    MedianEstimate ratio = {};

    double median() const { return vitrine::median(seconds); }
    /// What the least time that the roofline allows is of the time taken. Over 1 where an algorithm
    /// saves products, padding is skipped, or a cache holds what copying takes from memory.
    double share(const Roofline& roof) const {
        return std::max(flops / roof.flops, bytes / roof.bytes) / median();
    }
};

struct KernelConfig {
    int threads = 1, pairs = 11;
    Math math = Math::Fast;
    BenchPeer* peer = nullptr;  ///< of suite `kernel`; null: nothing is compared with
};

/// All passes of a case; where math is fast and Winograd's algorithm is taken, direct convolution
/// as well. Errors: those of KernelRun.
Result<std::vector<KernelTimes>> measureKernels(const KernelCase& of, const KernelConfig& config);

}  // namespace vitrine
