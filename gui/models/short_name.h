// SPDX-License-Identifier: GPL-3.0-or-later
// Long names of nodes, cut so that what tells them from each other can still be read.
#pragma once

#include <QString>

#include <functional>

namespace vitrine::gui {

/// The name where it fits, else with its words cut: numbers stay, for they tell the layers of a
/// network from each other, and the last word is cut last: `features_1_block_0_0` →
/// `f…_1_block_0_0`. Where that does not help, its front goes.
QString shortName(const QString& name, const std::function<bool(const QString&)>& fits);

}  // namespace vitrine::gui
