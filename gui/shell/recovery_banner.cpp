// SPDX-License-Identifier: GPL-3.0-or-later
// A line with a list and three buttons.
#include "gui/shell/recovery_banner.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>

namespace vitrine::gui {

RecoveryBanner::RecoveryBanner(Recovery& recovery, QWidget* parent)
    : Banner("recovery", tr("Work that can be restored"), new QLabel, parent),
      m_recovery(recovery),
      m_which(new QComboBox(this)) {
    m_which->setObjectName(QStringLiteral("recovery.which"));
    m_which->setAccessibleName(tr("Unsaved work"));
    // A long name is cut here, not the palette beside the canvas.
    m_which->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_which->setMinimumContentsLength(12);
    row().setStretchFactor(&sentence(), 0);
    row().addWidget(m_which, 1);
    connect(m_which, &QComboBox::currentIndexChanged, this, &RecoveryBanner::sayWhy);
    addButton(tr("Restore"), "restore", {}, [this] {
        const LostWork work = m_lost[static_cast<size_t>(m_which->currentIndex())];
        hide();
        chosen(work);
    });
    addButton(tr("Delete"), "delete", {}, [this] {
        m_recovery.discard(m_lost[static_cast<size_t>(m_which->currentIndex())]);
        offer();
    });
    addButton(tr("Later"), "later", {}, [this] { hide(); });
}

/// How the session ended that the chosen work is from.
void RecoveryBanner::sayWhy() {
    const int chosen = m_which->currentIndex();
    if (chosen < 0) return;
    const bool wasAsked = m_lost[static_cast<size_t>(chosen)].wasAsked;
    sentence().setText(wasAsked ? tr("Vitrine was told to end. Unsaved work:")
                                : tr("Vitrine ended unexpectedly. Unsaved work:"));
    sentence().setToolTip(wasAsked ? tr("By a logout, a shutdown or a signal") : QString());
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
