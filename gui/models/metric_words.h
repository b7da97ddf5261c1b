// SPDX-License-Identifier: GPL-3.0-or-later
// What metrics come to, as people read it.
#pragma once

#include <QString>

#include "core/session/run_history.h"

namespace vitrine::gui {

/// `97.20 %`, `4.31°`, `0.0123`.
QString metricWords(const MetricDescriptor& metric, double value);
/// `97.20 % of test`, `angle 4.31°`: of a run's channel by its name.
QString channelWords(const std::string& channel, double value);

}  // namespace vitrine::gui
