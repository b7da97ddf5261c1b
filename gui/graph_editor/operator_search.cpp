// SPDX-License-Identifier: GPL-3.0-or-later
// Names, other names, and how well a query fits them.
#include "gui/graph_editor/operator_search.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/graph/special_nodes.h"
#include "core/opdef/registry.h"

namespace vitrine::gui {

namespace {

struct Category {
    std::string_view id;
    const char* title;
};
constexpr Category categories[] = {
    {"document", QT_TRANSLATE_NOOP("OperatorSearch", "Input and data")},
    {"convolution", QT_TRANSLATE_NOOP("OperatorSearch", "Convolution")},
    {"pooling", QT_TRANSLATE_NOOP("OperatorSearch", "Pooling")},
    {"activation", QT_TRANSLATE_NOOP("OperatorSearch", "Activation")},
    {"normalisation", QT_TRANSLATE_NOOP("OperatorSearch", "Normalisation")},
    {"linear", QT_TRANSLATE_NOOP("OperatorSearch", "Dense")},
    {"regularisation", QT_TRANSLATE_NOOP("OperatorSearch", "Regularisation")},
    {"shape", QT_TRANSLATE_NOOP("OperatorSearch", "Shape")},
    {"math", QT_TRANSLATE_NOOP("OperatorSearch", "Arithmetic")},
    {"loss", QT_TRANSLATE_NOOP("OperatorSearch", "Loss")},
};

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

size_t rankOf(std::string_view category) {
    const auto found = std::ranges::find(categories, category, &Category::id);
    return static_cast<size_t>(found - std::begin(categories));
}

bool isSubsequence(const QString& query, const QString& word) {
    qsizetype at = 0;
    for (QChar letter : query) {
        at = word.indexOf(letter, at);
        if (at < 0) return false;
        ++at;
    }
    return true;
}

/// 0: no match.
int fit(const QString& query, const QString& word) {
    if (word == query) return 100;
    if (word.startsWith(query)) return 80;
    if (word.contains(query)) return 40;
    if (query.size() < 3 || !isSubsequence(query, word)) return 0;
    // The less is left out, the better.
    return 20 - static_cast<int>(std::min<qsizetype>(10, (word.size() - query.size()) / 2));
}

int score(const QString& query, const OpDescriptor& op) {
    const QString id = fromView(op.id), title = fromView(op.title).toLower();
    if (query == id || query == title) return 120;
    int best = std::max(fit(query, id), fit(query, title));
    // What a title begins with counts a little more than what follows, and than other names.
    bool isFirst = true;
    for (const QString& word : title.split(QLatin1Char(' ')))
        best = std::max(best, fit(query, word) - (std::exchange(isFirst, false) ? 0 : 2));
    int byOthers = 0;
    for (const QString& word : fromView(op.searchWords).split(QLatin1Char(' ')))
        // A name of its own counts a little more than one that others have too.
        byOthers = std::max(byOthers, fit(query, word) - 1);
    // Of those that are also called so, such as what is meant by `norm`, the ones whose title says
    // it come first.
    constexpr int inTitle = 70, both = 3;
    if (best >= inTitle && byOthers > best) return byOthers + both;
    return std::max(best, byOthers);
}

/// Every word of the query must fit.
int scoreOfAll(const QStringList& words, const OpDescriptor& op) {
    int least = 120;
    for (const QString& word : words) least = std::min(least, score(word, op));
    return least;
}

}  // namespace

std::vector<const OpDescriptor*> paletteOperators() {
    std::vector<const OpDescriptor*> ops;
    for (std::string_view id : nodeOperatorIds()) ops.push_back(findNodeOperator(id));
    std::ranges::stable_sort(ops, {}, [](const OpDescriptor* op) { return rankOf(op->category); });
    return ops;
}

std::vector<const OpDescriptor*> searchOperators(const QString& query,
                                                 const std::vector<const OpDescriptor*>& among) {
    const QStringList words = query.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (words.isEmpty()) return among;
    std::vector<std::pair<int, const OpDescriptor*>> found;
    for (const OpDescriptor* op : among)
        if (const int points = scoreOfAll(words, *op); points > 0) found.emplace_back(points, op);
    // Of those that fit equally well, what images take comes first.
    std::ranges::stable_sort(found, std::greater{}, [](const auto& entry) {
        return std::pair(entry.first, entry.second->id.ends_with("2d"));
    });
    std::vector<const OpDescriptor*> ops;
    for (const auto& [points, op] : found) ops.push_back(op);
    return ops;
}

QString categoryTitle(std::string_view category) {
    const size_t rank = rankOf(category);
    return rank < std::size(categories)
               ? QCoreApplication::translate("OperatorSearch", categories[rank].title)
               : fromView(category);
}

}  // namespace vitrine::gui
