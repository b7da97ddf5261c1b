// SPDX-License-Identifier: GPL-3.0-or-later
// Words lose letters one by one, the longest first.
#include "gui/models/short_name.h"

#include <algorithm>
#include <span>
#include <vector>

namespace vitrine::gui {

namespace {

/// Letters in a row, or what stands between two such.
struct Part {
    QString text;
    bool isWord = false;
    qsizetype kept = 0;  ///< letters of a word
    /// With the sign of the cut; a word that loses one letter gains nothing.
    QString shown() const { return kept < text.size() ? text.left(kept) + u'…' : text; }
};

std::vector<Part> partsOf(const QString& name) {
    std::vector<Part> parts;
    for (const QChar sign : name) {
        const bool isWord = sign.isLetter();
        if (parts.empty() || parts.back().isWord != isWord) parts.push_back({{}, isWord});
        parts.back().text += sign;
    }
    for (Part& part : parts) part.kept = part.text.size();
    return parts;
}

QString joined(const std::vector<Part>& parts) {
    QString name;
    for (const Part& part : parts) name += part.shown();
    return name;
}

/// Takes a letter (at first two, for the sign) from the longest word of more than `least` letters
/// before `end`; false: none is left.
bool cut(std::vector<Part>& parts, size_t end, qsizetype least) {
    Part* longest = nullptr;
    for (Part& part : std::span(parts).first(end))
        if (part.isWord && part.kept > least && part.text.size() > least + 1 &&
            (!longest || part.kept > longest->kept))
            longest = &part;
    if (!longest) return false;
    const bool isWhole = longest->kept == longest->text.size();
    longest->kept = std::max<qsizetype>(least, longest->kept - (isWhole ? 2 : 1));
    return true;
}

}  // namespace

QString shortName(const QString& name, const std::function<bool(const QString&)>& fits) {
    if (fits(name)) return name;
    std::vector<Part> parts = partsOf(name);
    size_t last = parts.size();
    while (last > 0 && (!parts[last - 1].isWord || parts[last - 1].text.size() < 2)) --last;
    const size_t front = last > 0 ? last - 1 : 0;
    constexpr qsizetype leastInFront = 1, leastOfLast = 3;
    while (cut(parts, front, leastInFront))
        if (const QString shown = joined(parts); fits(shown)) return shown;
    while (cut(parts, last, leastOfLast))
        if (const QString shown = joined(parts); fits(shown)) return shown;
    const QString shown = joined(parts);
    for (qsizetype from = 1; from < shown.size(); ++from)
        if (const QString rest = u'…' + shown.mid(from); fits(rest)) return rest;
    return QStringLiteral("…");
}

}  // namespace vitrine::gui
