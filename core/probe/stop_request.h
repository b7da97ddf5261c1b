// SPDX-License-Identifier: Apache-2.0
// Where a run is asked to stop, and what is sampled while it goes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

/// Stops before the first entry of a node's forward or backward part.
struct Breakpoint {
    std::string node;
    bool backward = false;
    bool operator==(const Breakpoint&) const = default;
};

enum class NonFiniteWatch : uint8_t {
    Off,
    /// Loss and gradient norm at the end of each step; where one is not finite the step is run
    /// again from its start, looking at every result.
    Loss,
    /// Every result of every entry, as it is made.
    EveryValue
};

/// What has to be known before a step begins.
struct StopRequest {
    std::vector<Breakpoint> breakpoints = {};
    NonFiniteWatch nonFinite = NonFiniteWatch::Off;
    /// Keeps a copy of the state at each step's start even where nothing else asks for it, so that
    /// a pause can come at any entry and be stepped back from.
    bool record = false;
    bool isArmed() const {
        return record || !breakpoints.empty() || nonFinite != NonFiniteWatch::Off;
    }
};

/// Which histograms views want. Nothing is computed for what is false or empty.
struct SampleRequest {
    bool gradients = false, weights = false, timings = false;
    std::vector<std::string> activations;  ///< ids of nodes
    /// Share of the training time that sampling may take: samples come less often on large
    /// networks.
    double budget = 0.01;
};

}  // namespace vitrine
