// SPDX-License-Identifier: GPL-3.0-or-later
// HistogramTable: the rows of a GradientModel with what is under the mouse in a line below.
#pragma once

#include <QTableView>

#include "gui/models/gradient_model.h"
#include "gui/widgets/read_out.h"

namespace vitrine::gui {

class HistogramTable : public QTableView {
    Q_OBJECT
  public:
    HistogramTable(GradientModel& model, Theme& theme, QWidget* parent = nullptr);
    void setSelectedNodes(const QStringList& nodes);

  Q_SIGNALS:
    /// By click or Enter.
    void nodeChosen(const QString& node);
    /// What is under the mouse; empty: nothing.
    void pointed(const std::vector<vitrine::gui::ReadOut::Cell>& cells);

  protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void selectRows();
    std::vector<ReadOut::Cell> cellsAt(const QPoint& position) const;
    GradientModel& m_model;
    QStringList m_selected;
};

}  // namespace vitrine::gui
