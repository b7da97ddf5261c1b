// SPDX-License-Identifier: GPL-3.0-or-later
// The actions of the run: `train.*`.
#pragma once

#include <QObject>

#include <functional>

#include "gui/bridge/view_context.h"

class QMenu;
class QToolBar;

namespace vitrine::gui {

/// Window thread. Keeps the actions in step with what the run can do.
class TrainActions : public QObject {
    Q_OBJECT
  public:
    TrainActions(const ViewContext& context, QWidget* window);
    void fill(QMenu& menu) const;
    void fill(QToolBar& bar) const;

  private:
    void build(QWidget* window);
    void buildTune(QWidget* window);
    void chooseRun();
    void tellWeights(const QString& file, const QString& summary, const QString& table);
    void start(const std::function<void()>& how);
    void update();
    void updateForPrediction();
    void updateForRun();
    void updateStops();

    ViewContext m_context;
    QWidget* m_window;
    QAction *m_play, *m_batch, *m_entry, *m_back, *m_runTo, *m_stop, *m_reset, *m_overfit,
        *m_record, *m_clear, *m_resume, *m_tune;
};

}  // namespace vitrine::gui
