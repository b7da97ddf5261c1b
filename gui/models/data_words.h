// SPDX-License-Identifier: GPL-3.0-or-later
// A data set in one line for people.
#pragma once

#include <QString>

#include "core/session/project.h"

namespace vitrine::gui {

/// `60,000 training and 10,000 test examples · 10 classes · image 1 × 28 × 28`
QString dataFactsText(const Dataset& stored);

}  // namespace vitrine::gui
