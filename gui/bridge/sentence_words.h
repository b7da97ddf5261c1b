// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence of the core at the begin of a line.
#pragma once

#include <QString>

namespace vitrine::gui {

/// With a capital in front, unless a file's name stands there.
inline QString capitalised(QString words) {
    const QString first = words.section(QLatin1Char(' '), 0, 0);
    const bool isFile = first.contains(QLatin1Char('/')) || first.contains(QLatin1Char('.')) ||
                        first.endsWith(QLatin1Char(':'));
    if (words.isEmpty() || isFile) return words;
    words[0] = words[0].toUpper();
    return words;
}

}  // namespace vitrine::gui
