// SPDX-License-Identifier: GPL-3.0-or-later
// Docks from descriptors.
#include "gui/shell/dock_layout.h"

#include <QMainWindow>
#include <QMenu>
#include <QSettings>
#include <QTabBar>

#include <algorithm>

#include "gui/shell/dock_title.h"
#include "gui/shell/view_dock.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

constexpr int stateVersion = 1;  ///< of the saved arrangement
/// Property of views that have something of their own to keep: widths of columns, splitters.
constexpr const char* viewState = "viewState";

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
    auto* dock = new ViewDock(view, context, &m_window);
    dock->setTitleBarWidget(new DockTitle(*dock, context.theme));
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
    for (const DockPlace place : {DockPlace::Left, DockPlace::Right, DockPlace::BottomLeft})
        if (QDockWidget* dock = firstOf(place)) m_window.addDockWidget(areaOf(place), dock);
    QDockWidget *left = firstOf(DockPlace::BottomLeft), *right = firstOf(DockPlace::BottomRight);
    // Before there are tabs: what is split off a dock with tabs becomes one of them.
    if (left && right)
        m_window.splitDockWidget(left, right, Qt::Horizontal);
    else if (right)
        m_window.addDockWidget(Qt::BottomDockWidgetArea, right);
    QHash<DockPlace, QDockWidget*> last;
    for (const ViewDescriptor* view : m_views) {
        QDockWidget* dock = m_docks.value(QString::fromLatin1(view->id));
        if (QDockWidget* before = last.value(view->place)) m_window.tabifyDockWidget(before, dock);
        last[view->place] = dock;
        dock->setFloating(false);
        dock->show();
    }
    for (auto place = last.keyBegin(); place != last.keyEnd(); ++place) firstOf(*place)->raise();
}

QDockWidget* DockLayout::firstOf(DockPlace place) const {
    for (const ViewDescriptor* view : m_views)
        if (view->place == place) return m_docks.value(QString::fromLatin1(view->id));
    return nullptr;
}

void DockLayout::shareOut() {
    const auto give = [&](std::initializer_list<std::pair<DockPlace, int>> wanted,
                          Qt::Orientation along) {
        QList<QDockWidget*> docks;
        QList<int> sizes;
        for (const auto& [place, size] : wanted)
            if (QDockWidget* dock = firstOf(place)) docks << dock, sizes << size;
        m_window.resizeDocks(docks, sizes, along);
    };
    const int width = m_window.width(), height = m_window.height();
    give({{DockPlace::Left, 224}, {DockPlace::Right, 300}}, Qt::Horizontal);
    give({{DockPlace::BottomLeft, height * 36 / 100}, {DockPlace::BottomRight, height * 36 / 100}},
         Qt::Vertical);
    give({{DockPlace::BottomLeft, width * 42 / 100}, {DockPlace::BottomRight, width * 58 / 100}},
         Qt::Horizontal);
}

void DockLayout::reset() {
    for (QDockWidget* dock : m_docks) m_window.removeDockWidget(dock);
    arrange();
    shareOut();
}

void DockLayout::save(QSettings& settings) const {
    settings.setValue(QStringLiteral("window/geometry"), m_window.saveGeometry());
    settings.setValue(QStringLiteral("window/docks"), m_window.saveState(stateVersion));
    for (auto dock = m_docks.begin(); dock != m_docks.end(); ++dock) {
        const QWidget* content = dock.value()->widget();
        const QVariant state = content ? content->property(viewState) : QVariant();
        if (state.isValid()) settings.setValue(QStringLiteral("views/") + dock.key(), state);
    }
}

bool DockLayout::restore(const QSettings& settings) {
    for (auto dock = m_docks.begin(); dock != m_docks.end(); ++dock) {
        const QVariant state = settings.value(QStringLiteral("views/") + dock.key());
        if (state.isValid() && dock.value()->widget())
            dock.value()->widget()->setProperty(viewState, state);
    }
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
    if (!content) return true;  // given up at its start, and about to say so
    QWidget* target = content->focusProxy() ? content->focusProxy() : content;
    if (target->focusPolicy() == Qt::NoFocus) target = target->nextInFocusChain();
    target->setFocus(Qt::ShortcutFocusReason);
    return true;
}

void DockLayout::fill(QMenu& menu) const {
    for (QAction* action : m_actions) menu.addAction(action);
}

}  // namespace vitrine::gui
