// SPDX-License-Identifier: Apache-2.0
// A network measured here and in other programs, in turn: what changes on the machine meanwhile
// changes both sides of each pair.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/session/bench_network.h"
#include "core/session/bench_peer.h"
#include "core/session/bench_statistics.h"
#include "core/session/bench_step.h"

namespace vitrine {

struct BenchConfig {
    const BenchNetwork* network = nullptr;
    BenchStep::Options step = {};
    int pairs = 11;
    std::string python = {};  ///< empty: nothing is compared with
    bool isCapped = false;
    bool scaling = false;  ///< with more than one thread: beside a step on one, in turn
};

/// One form of another program.
struct PeerTry {
    std::string variant;
    double seconds = 0;        ///< median of a few steps, in which it was chosen or not
    std::string failure = {};  ///< why it was not measured
};

/// Another program, in its fastest form.
struct PeerTimes {
    std::string_view program;
    std::string variant = {}, versions = {};
    std::vector<PeerTry> tried = {};
    std::vector<double> seconds = {};  ///< of every step; empty where no form of it works
    MedianEstimate ratio = {};         ///< how many times as fast as it we are, pair by pair
};

struct BenchTimes {
    BenchConfig config;
    int64_t arenaBytes = 0;
    double flops = 0, peak = 0;        ///< of a step; FLOP/s of nothing but multiply-adds
    std::vector<double> seconds = {};  ///< of every step
    std::vector<PeerTimes> peers = {};
    /// How many times as fast as on one thread, pair by pair; 0: not measured.
    MedianEstimate scaling = {};

    double median() const { return vitrine::median(seconds); }
    double shareOfPeak() const { return flops / median() / peak; }
};

/// Throughout both sides have the same threads and compute nothing while the other is measured.
/// Errors: those of projects and steps; those of BenchPeer where no program works, or one has a
/// network of another size.
Result<BenchTimes> compareBench(const BenchConfig& config);

/// Two sides in turn, `pairs` times: each measures so many steps and gives the seconds of each.
/// Short steps are measured several together, so that a pair takes some hundredths of a second.
struct BenchSide {
    std::function<Result<std::vector<double>>(int64_t steps)> measure;
    double secondsOfStep = 0;          ///< about
    std::vector<double> seconds = {};  ///< of every step, once it was measured
};
/// Gives the ratios of the other side's time to ours, one for each pair.
Result<std::vector<double>> measureInTurn(BenchSide& ours, BenchSide& theirs, int pairs);
/// One side alone, as often.
Result<void> measureAlone(BenchSide& side, int times);

/// The fastest form of a program that runs, and what each form took.
struct ChosenPeer {
    std::unique_ptr<BenchPeer> process;  ///< null where none runs
    std::string variant;
    double seconds = 0;
    std::vector<PeerTry> tried = {};
    std::optional<Error> trouble = {};  ///< the first one
};
ChosenPeer fastestPeer(const PeerQuestion& question, std::span<const std::string_view> variants);

/// Forms of PyTorch.
inline constexpr std::string_view torchVariants[] = {"default", "channels_last", "compile",
                                                     "compile channels_last"};

}  // namespace vitrine
