// SPDX-License-Identifier: GPL-3.0-or-later
// Two labels in the middle.
#include "gui/widgets/empty_state.h"

#include <QPushButton>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace vitrine::gui {

EmptyState::EmptyState(const QString& what, const QString& how, QWidget* content, QWidget* parent)
    : QStackedWidget(parent), m_what(new QLabel), m_how(new QLabel) {
    auto* page = new QWidget;
    auto* column = m_column = new QVBoxLayout(page);
    column->setContentsMargins(4 * space, 2 * space, 4 * space, 2 * space);
    column->setSpacing(space);
    column->addStretch();
    for (QLabel* label : {m_what, m_how}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->addStretch();
    m_what->setObjectName(QStringLiteral("emptyWhat"));
    m_how->setObjectName(QStringLiteral("emptyHow"));
    m_how->setProperty("quiet", true);
    setText(what, how);
    addWidget(page);
    addWidget(content);
}

void EmptyState::setText(const QString& what, const QString& how) {
    m_what->setText(what);
    m_how->setText(how);
}

QPushButton* EmptyState::addButton(const QString& text, const char* name) {
    auto* button = new QPushButton(text);
    button->setObjectName(QString::fromLatin1(name));
    m_column->insertSpacing(m_column->count() - 1, space);
    m_column->insertWidget(m_column->count() - 1, button, 0, Qt::AlignHCenter);
    return button;
}

}  // namespace vitrine::gui
