// SPDX-License-Identifier: Apache-2.0
// Set-ups that cannot train, or that train for nothing, told before the start: from what shapes,
// fields and labels say. Only what is certain is told; what merely looks unusual is not.
#pragma once

#include <vector>

#include "core/session/data_facts.h"

namespace vitrine {

/// What to tell of a set-up. The error's `next` is the way out.
struct SetupFinding {
    Error error;
    bool isFatal = false;  ///< training is refused; otherwise it is a warning
    bool operator==(const SetupFinding& other) const {
        return isFatal == other.isFatal && error.text() == other.error.text();
    }
};

/// Cheap enough for every edit: one shape pass, nothing over pixels or labels. Any thread. What is
/// not known of the data is not judged; what the shape pass and lowering refuse is theirs to tell,
/// and the network is judged only where they have nothing to say. Refused:
///
///     U02  a batch larger than the training set
///     U05  a column that is not there, or of another kind or other extents than the input's
///     U06  class numbers below 0 or past the target's classes; answers outside 0 to 1 for a loss
///          of yes and no
///     U13  batch normalisation over one number per channel in every batch: its output is its
///          bias, whatever the image is, and its statistics mean nothing (PyTorch refuses it too)
///     U17  no training images
///     U20  as many means or deviations as images have no channels
///
/// Warnings:
///
///     U13  the same in an epoch's last, partial batch alone: that step learns nothing useful, the
///          others do; running statistics that never move
///     U14  nothing can be learnt: one class, one logit, softmax over one number, labels that are
///          all the same, labels that are smoothed away, class weights that are all 0
///     U15  a schedule that the run is too short for
///     U16  strays that are left out (trained_part.h); nodes that do not reach a loss; filters most
///          of which see padding alone
///     U17  no test images; classes without training images
///     U18  logits that cannot take every value, or are dropped at random
///     U19  updates that destroy the weights, cannot move them, or never come to rest
///     U20  a normalisation for pixels of another scale than 0 to 1
///     U21  a metric that cannot be measured
///     U28  a transform that draws in the list for evaluation
std::vector<SetupFinding> checkSetup(const Project& project, const DataFacts& data);

/// For whoever starts a run: the warnings. Errors: the first finding that refuses.
Result<std::vector<Error>> setupWarnings(const Project& project, const DataFacts& data);

}  // namespace vitrine
