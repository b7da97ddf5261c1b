// SPDX-License-Identifier: Apache-2.0
// What goes between a trainer and whoever watches it besides commands, step records and events.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "core/probe/histogram.h"
#include "core/probe/mailbox.h"
#include "core/probe/predictions.h"
#include "core/probe/ring.h"
#include "core/probe/stop_request.h"
#include "core/probe/value_snapshot.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// The watcher's thread puts what stands first, then calls Trainer::wake; it takes what stands
/// last.
struct TrainerMail {
    explicit TrainerMail(size_t entries) : entrySeconds(entries) {}

    Mailbox<StopRequest> stops;
    Mailbox<SampleRequest> samples;
    Mailbox<ValueQuery> query;
    std::atomic<bool> statesAsked{false};
    std::atomic<bool> predictionsAsked{false};  ///< from now on, after each epoch

    Mailbox<ValueSnapshot> value;
    Mailbox<Snapshot> states;
    Mailbox<Predictions> predictions;
    Ring<HistogramRecord> histograms{1 << 10};
    /// By entry of a full batch's tape, as last measured; 0 = never.
    std::vector<std::atomic<double>> entrySeconds;
};

}  // namespace vitrine
