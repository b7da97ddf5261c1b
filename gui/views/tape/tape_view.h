// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of the tape: what a step runs, how long each entry takes, and where the run stands.
#pragma once

#include <QTimer>
#include <QWidget>

#include "gui/models/tape_model.h"
#include "gui/views/view.h"

class QLabel;
class QLineEdit;
class QStackedLayout;

namespace vitrine::gui {

class TapeTable;

/// Window thread. Asks for timings only while it can be seen.
class TapeView : public QWidget {
    Q_OBJECT
    /// Widths, order and visibility of columns, to be kept between sessions.
    Q_PROPERTY(QByteArray viewState READ viewState WRITE setViewState)
  public:
    TapeView(const ViewContext& context, QWidget* parent);

    QByteArray viewState() const;
    void setViewState(const QByteArray& state);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void buildBar();
    void buildTable();
    void buildActions();
    void listen();
    void showTape();
    void showStopPoint();
    void revealStop();
    void showSelection();
    void showTimes();
    void showFigures();
    void filterChanged();
    void toggleBreakpoint(int entry);
    void copyRows();

    ViewContext m_context;
    TapeModel m_model;
    QTimer m_poll;
    QWidget* m_bar = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_figures = nullptr;
    QLabel* m_empty = nullptr;
    TapeTable* m_table = nullptr;
    QStackedLayout* m_pages = nullptr;
};

}  // namespace vitrine::gui
