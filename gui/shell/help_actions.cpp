// SPDX-License-Identifier: GPL-3.0-or-later
// Three pages, and the examples that come with the program.
#include "gui/shell/help_actions.h"

#include <QDir>
#include <QMenu>

#include "gui/shell/program_parts.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

HelpActions::HelpActions(const ViewContext& context,
                         std::function<void(const QString&)> openProject, QWidget* window)
    : QObject(window), m_context(context), m_openProject(std::move(openProject)), m_window(window) {
    build();
}

void HelpActions::build() {
    ActionBook& book = m_context.actions;
    const QString group = tr("Help");
    m_tour = book.add(m_window,
                      {.id = "help.tour",
                       .group = group,
                       .text = tr("&Five minutes with Vitrine"),
                       .icon = "help",
                       .shortcut = QKeySequence(Qt::Key_F1),
                       .tip = tr("Train, look inside, stop, find a fault: a tour of the window")},
                      [this] { show(HelpPage::Tour); });
    m_shortcuts = book.add(m_window,
                           {.id = "help.shortcuts",
                            .group = group,
                            .text = tr("&Shortcuts"),
                            .icon = "keyboard",
                            .shortcut = QKeySequence(Qt::CTRL | Qt::Key_F1),
                            .tip = tr("Every key, and what the mouse does")},
                           [this] { show(HelpPage::Shortcuts); });
    m_about = book.add(m_window,
                       {.id = "help.about",
                        .group = group,
                        .text = tr("&About Vitrine"),
                        .icon = "about",
                        .shortcut = QKeySequence(Qt::SHIFT | Qt::Key_F1),
                        .tip = tr("Version, libraries and licences")},
                       [this] { show(HelpPage::About); });
}

void HelpActions::fill(QMenu& menu) {
    menu.addActions({m_tour, m_shortcuts});
    menu.addSeparator();
    m_examples = menu.addMenu(tr("&Examples"));
    m_examples->setObjectName(QStringLiteral("help.examples"));
    m_examples->setToolTipsVisible(true);
    connect(m_examples, &QMenu::aboutToShow, this, &HelpActions::fillExamples);
    m_examples->setEnabled(!examplesFolder().isEmpty());
    menu.addSeparator();
    menu.addAction(m_about);
}

void HelpActions::fillExamples() {
    m_examples->clear();
    const QDir folder(examplesFolder());
    for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString project = folder.filePath(name);
        if (QDir(project).entryList({"*.vitrine"}, QDir::Files).isEmpty()) continue;
        QAction* action = m_examples->addAction(name);
        action->setToolTip(project);
        connect(action, &QAction::triggered, this, [this, project] { m_openProject(project); });
    }
}

void HelpActions::show(HelpPage page) {
    if (!m_help) {
        m_help = new HelpWindow(m_context.actions, m_context.theme, m_window);
        m_help->addActions({m_tour, m_shortcuts, m_about});  // their keys turn its pages
    }
    m_help->open(page);
}

}  // namespace vitrine::gui
