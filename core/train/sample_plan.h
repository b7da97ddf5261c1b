// SPDX-License-Identifier: Apache-2.0
// Which values of a tape are sampled, and between which entries each of them can be read.
#pragma once

#include <string>
#include <vector>

#include "core/exec/tape.h"
#include "core/probe/histogram.h"
#include "core/probe/stop_request.h"

namespace vitrine {

/// What records count: HistogramRecord::subject is an index into one of these.
struct SampleSubjects {
    std::vector<std::string> parameters;  ///< names of trained parameters, `conv1.weight`
    std::vector<std::string> nodes;       ///< ids of the graph's nodes
};

/// Names of the parameters that a tape of training changes, in the order of its states.
std::vector<std::string> trainedParameters(const Tape& tape);

struct SamplePoint {
    int entry = 0;
    ValueId value = noValue;
    SampleKind kind = SampleKind::Gradient;
    int32_t subject = 0;
};

/// In running order.
struct SamplePlan {
    std::vector<SamplePoint> before;  ///< read before their entry runs
    std::vector<SamplePoint> after;   ///< read after it
};

/// Weights are read before the entry that the update of the parameter begins with: the one that the
/// new parameter is made from whose operator has an operand port `g`. A parameter that no entry
/// updates gives nothing. A gradient is that of the backward part, before clipping: what arrives at
/// `g`, or where clipping has made that from it, what it was made from, read before that happens.
///
/// An activation is the first result of the last entry of the forward part that comes from the
/// node. A node that makes no entry, or whose result fusion made disappear (the convolution of
/// conv2d → relu), has none.
SamplePlan planSamples(const Tape& tape, const SampleSubjects& subjects,
                       const SampleRequest& request);

}  // namespace vitrine
