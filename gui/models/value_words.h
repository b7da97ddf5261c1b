// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about a value: how it is stored, what makes it, of which moment it is. Needs no
// window.
#pragma once

#include <QString>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// `made by entry 3: conv2d + relu`, or why no entry makes it.
QString makerText(const Tape& tape, ValueId value);
/// `64 × 16 × 10 × 10  f32, lanes`
QString storageText(const Tape& tape, ValueId value);
/// The same in plain words: what layout, type, operator and the value's name mean.
QString storageTip(const Tape& tape, ValueId value);
/// `Step 3, before entry 5.` · `Live, step 412.` · `After step 938.`
QString momentText(const ValueSnapshot& snapshot, bool isLive);
/// `Prediction, before entry 5.`
QString predictionMomentText(const ValueSnapshot& snapshot);
/// What an entry does: its operator's own sentence, and that of what was fused into it.
QString operatorTip(const TapeEntry& entry);
/// What `lanes+1`, `NHWC` and their like mean.
QString layoutTip(const TensorType& type);
/// Ends of a colour scale: `640`, `0.0013`, `2.1·10³⁶`.
QString scaleText(double number);

}  // namespace vitrine::gui
