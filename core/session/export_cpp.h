// SPDX-License-Identifier: Apache-2.0
// A trained network as a folder of plain C++ that needs nothing, and the proof that it gives what
// the network gives here.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/session/foreign_network.h"

namespace vitrine {

struct CppExportOptions {
    std::string folder;        ///< to be made; nothing may be there
    std::string weights = {};  ///< a file; empty: the numbers that the network has
    int64_t batch = 1;         ///< examples of a call
    bool weightsInside = false;
    std::vector<std::string> classes = {};  ///< by number; empty: those that weights or model name
    std::string compiler = "c++";           ///< that the proof is made with; empty: none is
    std::stop_token stop = {};  ///< ends it between its steps, and leaves nothing behind
};

/// How far what the exported program gives is from what the network gives here.
struct CppDifference {
    std::string output;
    double largest = 0;        ///< |exported − here|
    double largestNumber = 0;  ///< |here|
};

struct CppExportReport {
    std::string folder;
    int64_t weightBytes = 0, arenaBytes = 0;
    int calls = 0;
    std::string compiler;  ///< that compiled it; empty: none was there
    std::vector<CppDifference> differences;
};

/// The share of an output's largest number by which one may be off: sums in another order, batch
/// normalisation within the filters.
inline constexpr double cppTolerance = 1e-4;

/// Writes the folder, compiles it where there is a compiler, runs it on a batch drawn from the seed
/// and compares. On any error nothing is left behind. Errors: those of shapes, lowering and
/// weights; "E01" naming node and operator that plain C++ has not; "U10" where something is at the
/// folder's place; `stopped`; "E05" where a compiler refuses it; "E03" where it gives other
/// numbers; those of AtomicFile.
Result<CppExportReport> exportCpp(const ForeignNetwork& network, const CppExportOptions& options);

}  // namespace vitrine
