// SPDX-License-Identifier: GPL-3.0-or-later
// Weights banner: says above the canvas which file of weights the project misses, and asks where it
// is.
#pragma once

#include <QFrame>

#include "gui/bridge/lost_weights.h"
#include "gui/bridge/view_context.h"

class QLabel;

namespace vitrine::gui {

/// Hidden while no file is missing, and, once put aside, until another one is.
class WeightsBanner : public QFrame {
    Q_OBJECT
  public:
    WeightsBanner(const ViewContext& context, QWidget* parent);

    LostWeights& lost() { return m_lost; }

  Q_SIGNALS:
    void refused(const vitrine::Error& error);
    void message(const QString& text);

  private:
    void build();
    void update();
    void locate();

    LostWeights m_lost;
    QLabel* m_what;
    QString m_putAside;  ///< the sentence that nobody wants to read again
};

}  // namespace vitrine::gui
