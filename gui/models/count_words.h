// SPDX-License-Identifier: GPL-3.0-or-later
// A number of things in a sentence for people.
#pragma once

#include "gui/models/number_text.h"

namespace vitrine::gui {

/// `one` where there is one, else `many` with every digit in place of %1: both come from tr(), for
/// other languages count in other ways.
inline QString countWords(int64_t count, const QString& one, const QString& many) {
    return count == 1 ? one : many.arg(exactText(count));
}

}  // namespace vitrine::gui
