// SPDX-License-Identifier: GPL-3.0-or-later
// What an axis of values shows of a series: what is typical, and what lies near enough to it.
#pragma once

#include "gui/models/series.h"

namespace vitrine::gui {

/// The part of an axis that the values between two steps ask for. It reaches from the 1st to the
/// 99th percentile (of at most 2048 values, evenly spaced), on to the newest value, and on to the
/// lowest and the highest where they are not further away than those percentiles are from each
/// other, in decades on a logarithmic axis: an early fall is seen whole, a single spike does not
/// flatten the rest. Fewer than 100 values are all shown. On a logarithmic axis only positive
/// values count; empty where there are none.
Extent axisExtent(const Series& series, double from, double to, bool isLog);

}  // namespace vitrine::gui
