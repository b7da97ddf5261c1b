// SPDX-License-Identifier: Apache-2.0
// What a run has measured leaves for other programs: an event file that TensorBoard reads, and a
// table.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vitrine {

struct RunExport {
    std::string path;
    int64_t steps = 0, tests = 0;  ///< that it has: a long run's are thinned, as in the window
};

/// Writes `events.out.tfevents.<seconds>.vitrine` into a folder, which is made: scalars
/// `train/loss`, `train/learning_rate`, `train/gradient_norm`, `train/loss/<node>`, `test/loss`,
/// `test/<metric>`. Errors: those of readRunHistory and AtomicFile; "G01" where the run has made no
/// step. Source: tensorflow/core/util/event.proto, and TFRecord framing.
Result<RunExport> exportRunEvents(const std::string& run, const std::string& folder);

/// A file of events that lies in a folder already, of whatever run: TensorBoard draws all of a
/// folder as one curve. Empty: there is none.
std::string eventFileIn(const std::string& folder);

/// A row for each step: step, epoch, loss, learning_rate, gradient_norm, the losses where there are
/// several; and at an epoch's last step what was measured on the test set. Errors: the same.
Result<RunExport> exportRunTable(const std::string& run, const std::string& file);

/// CRC-32C (Castagnoli) of bytes, as TFRecord files guard themselves with. Source: RFC 3720, B.4.
uint32_t crc32c(std::string_view bytes);

}  // namespace vitrine
