// SPDX-License-Identifier: GPL-3.0-or-later
// Copying nodes: a part of a graph as text that can be pasted here, in another window or into a
// message. Needs no window.
#pragma once

#include <QPointF>
#include <QStringList>

#include <memory>

#include "core/graph/edit.h"

class QMimeData;

namespace vitrine::gui {

/// These nodes and the edges between them.
Graph partOf(const Graph& graph, const QStringList& nodes);

/// As `application/x-vitrine-nodes` and as plain text.
std::unique_ptr<QMimeData> toMime(const Graph& part);
/// Errors: "P01" where there are no nodes of ours; those of graphFromJson.
Result<Graph> fromMime(const QMimeData& data);

struct Paste {
    Transaction transaction;
    QStringList nodes;  ///< their new ids
};
/// Inserts a part with fresh ids, moved by `offset`. Parameters that copies share among themselves
/// are shared by the copies, too; one that is shared with a node outside stays shared with it.
Paste pasteOf(const Graph& into, const Graph& part, const QPointF& offset);

/// Middle of a part's nodes.
QPointF middleOf(const Graph& part);

}  // namespace vitrine::gui
