// SPDX-License-Identifier: GPL-3.0-or-later
// ViewDock: the dock of one view. Where a check fails in the view, a sentence and a button take its
// place.
#pragma once

#include <QDockWidget>
#include <QPointer>

#include "gui/bridge/follow.h"
#include "gui/views/view.h"

namespace vitrine::gui {

/// Window thread. Document, run and selection are not the view's, and go on without it.
class ViewDock : public QDockWidget, public ViewHost {
    Q_OBJECT
  public:
    ViewDock(const ViewDescriptor& view, const ViewContext& context, QWidget* parent);
    void giveUp(const QString& sentence) override;
    bool hasGivenUp() const override { return m_hasGivenUp; }
    /// Makes the view anew, as at the window's start.
    void showAgain();

  protected:
    bool event(QEvent* event) override;

  private:
    void fill();
    void showContent();
    void showSentence();
    QWidget* buildSentence();
    void removeBroken();

    const ViewDescriptor& m_view;
    const ViewContext m_context;
    QPointer<QWidget> m_broken;
    QString m_sentence;
    bool m_hasGivenUp = false;
};

}  // namespace vitrine::gui
