// SPDX-License-Identifier: GPL-3.0-or-later
// Content, or the sentence in its place.
#include "gui/shell/view_dock.h"

#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QPushButton>
#include <QThread>
#include <QTimer>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace vitrine::gui {

ViewDock::ViewDock(const ViewDescriptor& view, const ViewContext& context, QWidget* parent)
    : QDockWidget(parent), m_view(view), m_context(context) {
    const QString title = QCoreApplication::translate("Views", view.title);
    setWindowTitle(title);
    setObjectName(QStringLiteral("dock.") + QLatin1String(view.id));
    setAccessibleName(title);
    fill();
}

bool ViewDock::event(QEvent* event) {
    const bool isTaken = QDockWidget::event(event);
    const auto type = event->type();
    if (type == QEvent::Show || type == QEvent::Move || type == QEvent::Resize) showContent();
    return isTaken;
}

/// A dock behind another tab counts as visible, and lies above and left of the window; its content
/// is hidden, so that it does nothing there and is filled when it comes to the front.
void ViewDock::showContent() {
    const bool isSeen = isFloating() || (geometry().right() >= 0 && geometry().bottom() >= 0);
    if (!widget() || widget()->isVisibleTo(this) == isSeen) return;
    // Keys that went there belong to the canvas now, not to what happens to come next.
    const bool hadFocus = widget()->isAncestorOf(QApplication::focusWidget());
    auto* window = qobject_cast<QMainWindow*>(parentWidget());
    if (!isSeen && hadFocus && window && window->centralWidget())
        window->centralWidget()->setFocus();
    widget()->setVisible(isSeen);
}

void ViewDock::fill() {
    keepInside(this, [this] {
        QWidget* content = m_view.create(m_context, this);
        content->setObjectName(QLatin1String(m_view.id));
        content->setAccessibleName(windowTitle());
        QSizePolicy policy = content->sizePolicy();
        policy.setRetainSizeWhenHidden(true);  // or the dock would shrink to nothing
        content->setSizePolicy(policy);
        setWidget(content);
    });
}

/// Later: what has failed may be painting, or be in the middle of a list of its own.
void ViewDock::giveUp(const QString& sentence) {
    if (m_hasGivenUp) return;
    m_hasGivenUp = true;
    m_sentence = sentence;
    QTimer::singleShot(0, this, &ViewDock::showSentence);
}

void ViewDock::showSentence() {
    m_broken = widget();
    setWidget(buildSentence());
    if (m_broken) m_broken->hide();
    widget()->show();
    removeBroken();
}

QWidget* ViewDock::buildSentence() {
    auto* page = new QWidget(this);
    page->setObjectName(QLatin1String(m_view.id));
    page->setAccessibleName(windowTitle());
    auto* what = new QLabel(tr("%1 has been closed.").arg(windowTitle()));
    what->setObjectName(QStringLiteral("closedWhat"));
    auto* why = new QLabel(m_sentence + QLatin1Char(' ') +
                           tr("Project and run were not touched. Please report this sentence."));
    why->setObjectName(QStringLiteral("closedWhy"));
    why->setProperty("quiet", true);
    why->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* again = new QPushButton(tr("Show again"));
    again->setObjectName(QStringLiteral("showAgain"));
    again->setAccessibleName(tr("Show %1 again").arg(windowTitle()));
    connect(again, &QPushButton::clicked, this, &ViewDock::showAgain);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(4 * space, 2 * space, 4 * space, 2 * space);
    column->setSpacing(2 * space);
    column->addStretch();
    for (QLabel* label : {what, why}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->addWidget(again, 0, Qt::AlignHCenter);
    column->addStretch();
    page->setFocusProxy(again);
    return page;
}

/// Not while the view waits for a dialog or a menu that it has opened: it comes back from there.
void ViewDock::removeBroken() {
    constexpr int patienceMs = 100;
    if (QThread::currentThread()->loopLevel() > 1 || QApplication::activeModalWidget() ||
        QApplication::activePopupWidget())
        QTimer::singleShot(patienceMs, this, &ViewDock::removeBroken);
    else if (m_broken)
        m_broken->deleteLater();
}

void ViewDock::showAgain() {
    if (!m_hasGivenUp) return;
    QWidget* sentence = widget();
    m_hasGivenUp = false;
    fill();
    if (m_hasGivenUp) return;  // once more, in its making
    sentence->hide();
    sentence->deleteLater();  // the button's own click is being handled
    widget()->show();
}

}  // namespace vitrine::gui
