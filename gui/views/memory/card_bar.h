// SPDX-License-Identifier: GPL-3.0-or-later
// CardBar: the memory of the GPU that a run is on, and what the run takes of it.
#pragma once

#include <QWidget>

#include "gui/bridge/view_context.h"
#include "gui/models/card_memory.h"

class QLabel;

namespace vitrine::gui {

/// Hidden where what is shown does not run on a GPU.
class CardBar : public QWidget {
    Q_OBJECT
  public:
    CardBar(const ViewContext& context, QWidget* parent);
    /// Of the run as it is now.
    void showRun();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QRect barRect() const;

    ViewContext m_context;
    QLabel* m_words;
    CardMemory m_parts;
};

}  // namespace vitrine::gui
