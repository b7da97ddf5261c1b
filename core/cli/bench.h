// SPDX-License-Identifier: Apache-2.0
// What `bench` was asked for, read and checked, and the suites that answer it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/device/device.h"
#include "core/exec/tape.h"
#include "core/session/bench_network.h"

namespace vitrine::cli {

struct BenchRequest {
    std::vector<const BenchNetwork*> networks = {};
    bool areNamed = false;              ///< the networks; else those that there are
    std::optional<int64_t> batch = {};  ///< instead of each network's own
    int threads = 1;
    int pairs = 11;
    Math math = Math::Fast;
    std::shared_ptr<Device> device = {};  ///< of train and infer; null: the CPU
    bool scalesLoss = false;              ///< for steps in fp16
    std::string cap = {};                 ///< an instruction set, as it was typed; empty: none
    std::string peers = {};               ///< a Python; empty: nothing is compared with
    std::string only = {};  ///< part of the names of those operators that are measured
    bool profile = false, json = false;
    bool scaling = false;  ///< steps are measured on one thread too
    bool trains = true;    ///< what is profiled; of `infer` answers
};

/// Each prints as it goes. Errors: those of networks and of peers.
Result<void> benchTraining(const BenchRequest& request);
Result<void> benchInference(const BenchRequest& request);
Result<void> benchMemory(const BenchRequest& request);
Result<void> benchKernels(const BenchRequest& request);
Result<void> benchRest(const BenchRequest& request);
Result<void> benchProfile(const BenchRequest& request);

/// Those that a network is measured at; none where it is not measured unless it is named.
std::vector<int64_t> batchesOf(const BenchRequest& request, std::span<const int64_t> usual);

/// What stands above every table, or as an object before all rows: version, processor, instruction
/// set, threads, math, date; of a table also what it is compared with.
std::string benchHead(const BenchRequest& request, const std::string& comparedWith = {});
/// Whoever reads sees it at once: rows are minutes apart.
void printNow(const std::string& text);
/// Says on standard error what is being measured, where that is a terminal.
void tellProgress(std::string_view what);

}  // namespace vitrine::cli
