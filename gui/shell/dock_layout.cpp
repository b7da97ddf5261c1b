// SPDX-License-Identifier: GPL-3.0-or-later
// Docks from descriptors.
#include "gui/shell/dock_layout.h"

#include <QMainWindow>
#include <QMenu>
#include <QSettings>
#include <QTabBar>

#include <algorithm>

#include "gui/shell/action_book.h"

namespace vitrine::gui {

namespace {

constexpr int stateVersion = 1;  ///< of the saved arrangement

Qt::DockWidgetArea areaOf(DockPlace place) {
    if (place == DockPlace::Left) return Qt::LeftDockWidgetArea;
    if (place == DockPlace::Right) return Qt::RightDockWidgetArea;
    return Qt::BottomDockWidgetArea;
}

}  // namespace

DockLayout::DockLayout(QMainWindow& window, const ViewContext& context)
    : QObject(&window), m_window(window) {
    const auto views = allViews();
    m_views.assign(views.begin(), views.end());
    std::sort(m_views.begin(), m_views.end(), [](const auto* a, const auto* b) {
        return std::pair(a->place, a->order) < std::pair(b->place, b->order);
    });
    window.setDockNestingEnabled(true);
    window.setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    for (const ViewDescriptor* view : m_views) add(*view, context);
    arrange();
}

void DockLayout::add(const ViewDescriptor& view, const ViewContext& context) {
    const QString id = QString::fromLatin1(view.id);
    const QString title = QCoreApplication::translate("Views", view.title);
    auto* dock = new QDockWidget(title, &m_window);
    dock->setObjectName(QStringLiteral("dock.") + id);
    dock->setAccessibleName(title);
    QWidget* content = view.create(context, dock);
    content->setObjectName(id);
    content->setAccessibleName(title);
    dock->setWidget(content);
    m_docks.insert(id, dock);
    const ActionSpec spec{.id = view.id,
                          .group = tr("View"),
                          .text = title,
                          .icon = view.icon,
                          .shortcut = QKeySequence(QString::fromLatin1(view.shortcut)),
                          .tip = QCoreApplication::translate("Views", view.tip)};
    QAction* action = context.actions.add(&m_window, spec, [this, id] { raise(id); });
    action->setObjectName(QStringLiteral("view.") + id);
    m_actions.push_back(action);
}

/// Views of one place are tabs; the two bottom places stand side by side.
void DockLayout::arrange() {
    QHash<int, QDockWidget*> first;
    for (const ViewDescriptor* view : m_views) {
        QDockWidget* dock = m_docks.value(QString::fromLatin1(view->id));
        const int place = static_cast<int>(view->place);
        if (QDockWidget* front = first.value(place)) {
            m_window.tabifyDockWidget(front, dock);
            continue;
        }
        m_window.addDockWidget(areaOf(view->place), dock);
        QDockWidget* left = first.value(static_cast<int>(DockPlace::BottomLeft));
        if (view->place == DockPlace::BottomRight && left)
            m_window.splitDockWidget(left, dock, Qt::Horizontal);
        first.insert(place, dock);
    }
    for (QDockWidget* dock : m_docks) {
        dock->setFloating(false);
        dock->show();
    }
    for (QDockWidget* dock : first) dock->raise();
    const auto at = [&](DockPlace place) { return first.value(static_cast<int>(place)); };
    QList<QDockWidget*> across, bottom;
    QList<int> acrossSizes, bottomSizes;
    if (QDockWidget* dock = at(DockPlace::Left)) across << dock, acrossSizes << 190;
    if (QDockWidget* dock = at(DockPlace::Right)) across << dock, acrossSizes << 300;
    m_window.resizeDocks(across, acrossSizes, Qt::Horizontal);
    if (QDockWidget* dock = at(DockPlace::BottomLeft)) bottom << dock, bottomSizes << 300;
    m_window.resizeDocks(bottom, bottomSizes, Qt::Vertical);
    if (QDockWidget* dock = at(DockPlace::BottomRight)) bottom << dock;
    if (bottom.size() == 2) m_window.resizeDocks(bottom, {500, 600}, Qt::Horizontal);
}

void DockLayout::reset() {
    for (QDockWidget* dock : m_docks) m_window.removeDockWidget(dock);
    arrange();
}

void DockLayout::save(QSettings& settings) const {
    settings.setValue(QStringLiteral("window/geometry"), m_window.saveGeometry());
    settings.setValue(QStringLiteral("window/docks"), m_window.saveState(stateVersion));
}

bool DockLayout::restore(const QSettings& settings) {
    m_window.restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    return m_window.restoreState(settings.value(QStringLiteral("window/docks")).toByteArray(),
                                 stateVersion);
}

bool DockLayout::raise(const QString& id) {
    QDockWidget* dock = m_docks.value(id);
    if (!dock) return false;
    dock->show();
    dock->raise();
    QWidget* content = dock->widget();
    QWidget* target = content->focusProxy() ? content->focusProxy() : content;
    if (target->focusPolicy() == Qt::NoFocus) target = target->nextInFocusChain();
    target->setFocus(Qt::ShortcutFocusReason);
    return true;
}

void DockLayout::fill(QMenu& menu) const {
    for (QAction* action : m_actions) menu.addAction(action);
}

}  // namespace vitrine::gui
