// SPDX-License-Identifier: GPL-3.0-or-later
// The layer table: one row a node, in running order, with what it costs.
#pragma once

#include <QAbstractTableModel>

#include <memory>
#include <vector>

#include "core/graph/shapes.h"
#include "core/session/live_run.h"

namespace vitrine::gui {

class Document;

/// What one node gives and takes, for one image.
struct LayerRow {
    std::string node;
    QString title;
    QString output;  ///< `N × 6 × 28 × 28`; empty where it is not known
    bool isKnown = false;
    bool isCounted = true;       ///< false: it does not lead to the loss, and is not trained
    int64_t parameters = 0;      ///< trained numbers; shared ones count at their first node
    double flops = 0;            ///< forward, one image
    double activationBytes = 0;  ///< output, float32, one image
    bool operator==(const LayerRow&) const = default;
};

/// Rows of a graph. FLOPs of operators that are made of others come from the tape.
std::vector<LayerRow> layerRows(const Graph& graph, const ShapeReport& shapes, const Tape* tape);

class LayerModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Name, Output, Parameters, Flops, Activation, Operator, columns };
    using QAbstractTableModel::QAbstractTableModel;

    /// The same nodes once more: only rows that differ are told of.
    void setRows(std::vector<LayerRow> rows);
    const std::vector<LayerRow>& rows() const { return m_rows; }
    int rowOf(const std::string& node) const;
    /// The sums over what is counted, as a row of its own; `layersLeftOut`: how many are not.
    LayerRow total() const { return sumOf(true); }
    LayerRow leftOut() const { return sumOf(false); }
    int layersLeftOut() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

  private:
    LayerRow sumOf(bool counted) const;
    std::vector<LayerRow> m_rows;
};

}  // namespace vitrine::gui
