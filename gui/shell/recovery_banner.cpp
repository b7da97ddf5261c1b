// SPDX-License-Identifier: GPL-3.0-or-later
// A line with a list and three buttons.
#include "gui/shell/recovery_banner.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

#include "gui/theme/theme.h"

namespace vitrine::gui {

RecoveryBanner::RecoveryBanner(Recovery& recovery, QWidget* parent)
    : QFrame(parent), m_recovery(recovery), m_which(new QComboBox(this)) {
    setObjectName(QStringLiteral("recoveryBanner"));
    setAccessibleName(tr("Work that can be restored"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_which->setObjectName(QStringLiteral("recovery.which"));
    m_which->setAccessibleName(tr("Unsaved work"));
    // A long name is cut here, not the palette beside the canvas.
    m_which->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_which->setMinimumContentsLength(12);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    m_why = new QLabel(this);
    m_why->setObjectName(QStringLiteral("recovery.why"));
    layout->addWidget(m_why);
    layout->addWidget(m_which, 1);
    const auto button = [&](const QString& text, const char* name, auto action) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        connect(made, &QPushButton::clicked, this, action);
        layout->addWidget(made);
    };
    connect(m_which, &QComboBox::currentIndexChanged, this, &RecoveryBanner::sayWhy);
    button(tr("Restore"), "recovery.restore", [this] {
        const LostWork work = m_lost[static_cast<size_t>(m_which->currentIndex())];
        hide();
        chosen(work);
    });
    button(tr("Delete"), "recovery.delete", [this] {
        m_recovery.discard(m_lost[static_cast<size_t>(m_which->currentIndex())]);
        offer();
    });
    button(tr("Later"), "recovery.later", [this] { hide(); });
    hide();
}

/// How the session ended that the chosen work is from.
void RecoveryBanner::sayWhy() {
    const int chosen = m_which->currentIndex();
    if (chosen < 0) return;
    const bool wasAsked = m_lost[static_cast<size_t>(chosen)].wasAsked;
    m_why->setText(wasAsked ? tr("Vitrine was told to end. Unsaved work:")
                            : tr("Vitrine ended unexpectedly. Unsaved work:"));
    m_why->setToolTip(wasAsked ? tr("By a logout, a shutdown or a signal") : QString());
}

void RecoveryBanner::offer() {
    m_lost = m_recovery.lostWork();
    m_which->clear();
    for (const LostWork& work : m_lost)
        m_which->addItem(tr("%1, last changed %2")
                             .arg(work.title, QLocale().toString(work.when, QLocale::ShortFormat)));
    sayWhy();
    setVisible(!m_lost.empty());
}

}  // namespace vitrine::gui
