// SPDX-License-Identifier: GPL-3.0-or-later
// Makes actions alike: object name, tool tip with shortcut, icon in the theme's colour.
#include "gui/widgets/action_book.h"

#include <QPointer>
#include <QWidget>

#include <algorithm>

#include "gui/theme/theme.h"

namespace vitrine::gui {

ActionBook::ActionBook(Theme& theme, QObject* parent) : QObject(parent), m_theme(theme) {
    connect(&theme, &Theme::changed, this, &ActionBook::restyle);
}

QAction* ActionBook::add(QWidget* owner, const ActionSpec& spec, std::function<void()> triggered) {
    auto* action = new QAction(spec.text, owner);
    action->setObjectName(QString::fromLatin1(spec.id));
    action->setShortcut(spec.shortcut);
    action->setShortcutContext(spec.context);
    action->setCheckable(spec.checkable);
    QString tip = spec.tip.isEmpty() ? QString(spec.text).remove(QLatin1Char('&')) : spec.tip;
    if (!spec.shortcut.isEmpty())
        tip += QStringLiteral("  (%1)").arg(spec.shortcut.toString(QKeySequence::NativeText));
    action->setToolTip(tip);
    action->setStatusTip(spec.tip);
    action->setIcon(m_theme.icon(QString::fromLatin1(spec.icon)));
    connect(action, &QAction::triggered, owner,
            [triggered = std::move(triggered)] { triggered(); });
    connect(action, &QObject::destroyed, this, [this](QObject* gone) {
        std::erase_if(m_entries, [gone](const Entry& entry) { return entry.action == gone; });
    });
    owner->addAction(action);
    m_entries.push_back({action, spec.group, QString::fromLatin1(spec.icon)});
    return action;
}

QAction* ActionBook::find(const char* id) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return entry.action->objectName() == QLatin1String(id);
    });
    return found == m_entries.end() ? nullptr : found->action;
}

std::vector<ActionBook::Entry> ActionBook::entries() const { return m_entries; }

void ActionBook::restyle() {
    for (const Entry& entry : m_entries) entry.action->setIcon(m_theme.icon(entry.icon));
}

}  // namespace vitrine::gui
