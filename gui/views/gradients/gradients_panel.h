// SPDX-License-Identifier: GPL-3.0-or-later
// GradientsPanel: how gradients, weights or activations are distributed, row by row over the steps
// of a run. Knows no engine: it is told.
#pragma once

#include <QWidget>

#include "gui/models/gradient_model.h"

class QHBoxLayout;
class QStackedWidget;

namespace vitrine::gui {

class EmptyState;
class HistogramTable;
class NormsPlot;
class ReadOut;
class Theme;

/// Window thread.
class GradientsPanel : public QWidget {
    Q_OBJECT
  public:
    explicit GradientsPanel(Theme& theme, QWidget* parent = nullptr);

    GradientModel& model() { return m_model; }
    SampleKind kind() const { return m_model.kind(); }
    /// What an empty panel says first, above what it is for.
    void setInvitation(const QString& text);
    void setSelectedNodes(const QStringList& nodes);

  Q_SIGNALS:
    void nodeChosen(const QString& node);
    /// Another kind is looked at.
    void kindChanged();

  private:
    QWidget* buildBar();
    void addKindButtons(QHBoxLayout& row);
    QWidget* buildHistograms();
    void setKind(SampleKind kind);
    void updateEmpty();
    QString hint() const;

    Theme& m_theme;
    GradientModel m_model;
    QString m_invitation = tr("Press Space to train.");
    EmptyState* m_empty;
    QStackedWidget* m_pages;
    HistogramTable* m_table = nullptr;
    NormsPlot* m_norms = nullptr;
    ReadOut* m_readOut = nullptr;
};

}  // namespace vitrine::gui
