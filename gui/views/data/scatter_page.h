// SPDX-License-Identifier: GPL-3.0-or-later
// ScatterPage: numbers that the data have against those that the network gives for the test
// examples.
#pragma once

#include <QWidget>

#include <memory>
#include <vector>

#include "core/session/project.h"

class QCPGraph;
class QCPItemStraightLine;
class QCPLayoutGrid;
class QCustomPlot;
class QLabel;
class QToolButton;

namespace vitrine::gui {

class EmptyState;
class Theme;

/// Numbers of `each` a test example, from the first on.
struct NumberPairs {
    int64_t each = 1;
    std::vector<float> truth, given;
    int64_t epoch = -1;  ///< of the weights; −1: they are fresh
};

/// Window thread. Knows no engine: it is told.
class ScatterPage : public QWidget {
    Q_OBJECT
  public:
    explicit ScatterPage(Theme& theme, QWidget* parent = nullptr);
    void setPairs(const NumberPairs& pairs);
    void clear();
    void setAsking(bool asking);
    /// Nothing can be seen, and why.
    void showTrouble(const QString& what, const QString& how);
    /// Where a point stands in the plot.
    QPointF placeOf(int number, int64_t example) const;

  Q_SIGNALS:
    void asked();
    /// A point was chosen: of which test example.
    void opened(qint64 example);

  private:
    void buildPlot();
    QWidget* buildBar();
    void restyle();
    void fit();
    void choose(const QPointF& position);
    QString summary() const;
    void showLegend(bool shown);

    Theme& m_theme;
    QCustomPlot* m_plot;
    QCPItemStraightLine* m_equal = nullptr;
    QCPLayoutGrid* m_legendColumn = nullptr;
    std::vector<QCPGraph*> m_points;
    QLabel* m_words = nullptr;
    QToolButton* m_ask = nullptr;
    EmptyState* m_empty;
    NumberPairs m_pairs;
};

}  // namespace vitrine::gui
