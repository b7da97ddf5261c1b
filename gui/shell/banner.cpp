// SPDX-License-Identifier: GPL-3.0-or-later
// A row: the sentence takes what the buttons leave.
#include "gui/shell/banner.h"

#include <QHBoxLayout>
#include <QPushButton>

#include <utility>

#include "gui/theme/theme.h"
#include "gui/widgets/wrapped_label.h"

namespace vitrine::gui {

Banner::Banner(const QString& name, const QString& title, QWidget* parent)
    : Banner(name, title, new WrappedLabel, parent) {}

Banner::Banner(const QString& name, const QString& title, QLabel* sentence, QWidget* parent)
    : QFrame(parent), m_name(name), m_sentence(sentence), m_row(new QHBoxLayout(this)) {
    setObjectName(name + QStringLiteral("Banner"));
    setAccessibleName(title);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_sentence->setObjectName(name + QStringLiteral(".sentence"));
    m_row->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    m_row->addWidget(m_sentence, 1);
    hide();
}

QPushButton* Banner::addButton(const QString& text, const QString& name, const QString& tip,
                               std::function<void()> action) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(m_name + QLatin1Char('.') + name);
    button->setToolTip(tip);
    connect(button, &QPushButton::clicked, this, std::move(action));
    m_row->addWidget(button);
    return button;
}

void PutAsideBanner::addLater() {
    addButton(tr("Later"), "later", {}, [this] {
        m_putAside = sentence().text();
        hide();
    });
}

}  // namespace vitrine::gui
