// SPDX-License-Identifier: GPL-3.0-or-later
// The file that is named most often.
#include "gui/bridge/weights_origin.h"

#include <QFileInfo>

#include <algorithm>
#include <map>
#include <string>

namespace vitrine::gui {

QString originPathOf(const Graph& graph) {
    std::map<std::string, size_t> counts;
    for (const auto& [id, entry] : graph.parameters())
        if (entry.file) ++counts[entry.file->path];
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& of) { return of.second; });
    if (most == counts.end() || 2 * most->second < graph.parameters().size()) return {};
    return QString::fromStdString(most->first);
}

QString originOf(const Graph& graph) { return QFileInfo(originPathOf(graph)).fileName(); }

}  // namespace vitrine::gui
