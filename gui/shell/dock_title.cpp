// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the title and keeps it thin among tabs. Dragging and double clicks are the dock's own.
#include "gui/shell/dock_title.h"

#include <QDockWidget>
#include <QMainWindow>
#include <QPainter>
#include <QToolButton>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {
constexpr int fullHeight = rowHeight + space, gripHeight = 3 * space;
}

DockTitle::DockTitle(QDockWidget& dock, const Theme& theme)
    : QWidget(&dock), m_dock(dock), m_theme(theme) {
    const auto button = [&](const QString& name, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setAutoRaise(true);
        made->setIconSize({14, 14});
        made->setFocusPolicy(Qt::NoFocus);
        made->setAccessibleName(tip);
        made->setToolTip(tip);
        made->setObjectName(name);
        return made;
    };
    m_float = button(QStringLiteral("dock.float"), tr("Float or dock"));
    m_close = button(QStringLiteral("dock.close"), tr("Close; the View menu brings it back"));
    connect(m_float, &QToolButton::clicked, &dock,
            [&dock] { dock.setFloating(!dock.isFloating()); });
    connect(m_close, &QToolButton::clicked, &dock, &QDockWidget::close);
    connect(&dock, &QDockWidget::dockLocationChanged, this, &DockTitle::update);
    connect(&dock, &QDockWidget::topLevelChanged, this, &DockTitle::update);
    connect(&dock, &QDockWidget::visibilityChanged, this, &DockTitle::update);
    connect(&dock, &QDockWidget::windowTitleChanged, this, &DockTitle::update);
    connect(&theme, &Theme::changed, this, &DockTitle::update);
    update();
}

bool DockTitle::isTabbed() const {
    const auto* window = qobject_cast<const QMainWindow*>(m_dock.parentWidget());
    if (!window || m_dock.isFloating()) return false;
    for (const QDockWidget* other : window->tabifiedDockWidgets(&m_dock))
        if (!other->isFloating() && !other->isHidden()) return true;
    return false;
}

void DockTitle::update() {
    m_float->setIcon(m_theme.icon(QStringLiteral("duplicate"), m_theme.tokens().quiet));
    m_close->setIcon(m_theme.icon(QStringLiteral("close"), m_theme.tokens().quiet));
    m_float->setVisible(!isTabbed());
    m_close->setVisible(!isTabbed());
    updateGeometry();
    QWidget::update();
}

QSize DockTitle::sizeHint() const { return {100, isTabbed() ? gripHeight : fullHeight}; }

void DockTitle::resizeEvent(QResizeEvent*) {
    const int side = rowHeight;
    m_close->setGeometry(width() - side - space, (height() - side) / 2, side, side);
    m_float->setGeometry(width() - 2 * side - space, (height() - side) / 2, side, side);
}

void DockTitle::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.tokens().window);
    if (isTabbed()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.tokens().line);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.drawRoundedRect(QRectF(width() / 2.0 - 16, height() / 2.0 - 1.5, 32, 3), 1.5, 1.5);
        return;
    }
    painter.setPen(m_theme.tokens().quiet);
    painter.drawText(rect().adjusted(2 * space, 0, -2 * rowHeight - 2 * space, 0),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_dock.windowTitle(), Qt::ElideRight,
                                              width() - 2 * rowHeight - 4 * space));
}

}  // namespace vitrine::gui
