// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of names with bytes.
#include "gui/views/memory/alive_list.h"

#include <QHeaderView>
#include <QLabel>
#include <QPixmap>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "gui/models/arena_text.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

QPixmap swatch(const QColor& colour) {
    QPixmap pixmap(10, 10);
    pixmap.fill(colour);
    return pixmap;
}

}  // namespace

AliveList::AliveList(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("aliveTitle"));
    m_title->setProperty("quiet", true);
    m_title->setContentsMargins(2 * space, space, 2 * space, space);
    m_rows = new QTreeWidget(this);
    m_rows->setObjectName(QStringLiteral("aliveList"));
    m_rows->setAccessibleName(tr("Values alive, largest first"));
    m_rows->setColumnCount(2);
    m_rows->setHeaderHidden(true);
    m_rows->setRootIsDecorated(false);
    m_rows->setUniformRowHeights(true);
    m_rows->header()->setStretchLastSection(false);
    m_rows->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_rows->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_rows, 1);
    connect(m_rows, &QTreeWidget::itemClicked, this, [this](QTreeWidgetItem* item) {
        const int value = item->data(0, Qt::UserRole).toInt();
        if (value != noValue) valueChosen(value);
    });
}

void AliveList::show(const ArenaMap& map, int entry, const QString& title, ArenaColour colour) {
    m_rows->clear();
    m_title->setText(map.isEmpty()
                         ? QString()
                         : QStringLiteral("%1: %2").arg(
                               title, bytesText(static_cast<double>(map.bytesAliveAt(entry)))));
    m_title->setToolTip(tr("All that is alive in the step's memory while this entry runs"));
    QList<QTreeWidgetItem*> items;
    for (int index : map.aliveAt(entry)) {
        const ArenaBlock& block = map.block(index);
        auto* item = new QTreeWidgetItem(
            {blockName(map, block), bytesText(static_cast<double>(block.bytes))});
        item->setIcon(0, swatch(blockColour(map, block, colour, m_theme)));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        item->setData(0, Qt::UserRole, block.value);
        item->setToolTip(0, blockText(map, block));
        items << item;
    }
    m_rows->addTopLevelItems(items);
}

}  // namespace vitrine::gui
