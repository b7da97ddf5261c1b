// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of names with bytes; words of a row are made when it is seen.
#include "gui/views/memory/alive_list.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QLabel>
#include <QPixmap>
#include <QTreeView>
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

class AliveModel : public QAbstractTableModel {
  public:
    AliveModel(const Theme& theme, QObject* parent) : QAbstractTableModel(parent), m_theme(theme) {}

    /// The map must be there until it is told of another one.
    void show(const ArenaMap& map, std::vector<int> blocks, ArenaColour colour) {
        beginResetModel();
        m_map = &map;
        m_blocks = std::move(blocks);
        m_colour = colour;
        endResetModel();
    }
    void forget() {
        beginResetModel();
        m_blocks.clear();
        m_map = nullptr;
        endResetModel();
    }
    int valueOf(const QModelIndex& index) const { return block(index).value; }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_blocks.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : 2;
    }
    QVariant data(const QModelIndex& index, int role) const override {
        if (!index.isValid()) return {};
        const bool isName = index.column() == 0;
        const ArenaBlock& of = block(index);
        if (role == Qt::DisplayRole)
            return isName ? blockName(*m_map, of) : bytesText(static_cast<double>(of.bytes));
        if (role == Qt::DecorationRole && isName)
            return swatch(blockColour(*m_map, of, m_colour, m_theme));
        if (role == Qt::ToolTipRole && isName) return blockText(*m_map, of);
        if (role == Qt::TextAlignmentRole && !isName)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    }

  private:
    const ArenaBlock& block(const QModelIndex& index) const {
        return m_map->block(m_blocks[static_cast<size_t>(index.row())]);
    }

    const Theme& m_theme;
    const ArenaMap* m_map = nullptr;
    std::vector<int> m_blocks;
    ArenaColour m_colour = {};
};

AliveList::AliveList(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_model(new AliveModel(theme, this)) {
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("aliveTitle"));
    m_title->setProperty("quiet", true);
    m_title->setContentsMargins(2 * space, space, 2 * space, space);
    m_rows = new QTreeView(this);
    m_rows->setObjectName(QStringLiteral("aliveList"));
    m_rows->setAccessibleName(tr("Values alive, largest first"));
    m_rows->setModel(m_model);
    m_rows->setHeaderHidden(true);
    m_rows->setRootIsDecorated(false);
    m_rows->setUniformRowHeights(true);
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->header()->setStretchLastSection(false);
    m_rows->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_rows->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_rows->header()->setResizeContentsPrecision(0);  // the rows in sight
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_rows, 1);
    connect(m_rows, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        if (const int value = m_model->valueOf(index); value != noValue) valueChosen(value);
    });
}

void AliveList::forget() { m_model->forget(); }

void AliveList::show(const ArenaMap& map, int entry, const QString& title, ArenaColour colour) {
    std::vector<int> alive = map.aliveAt(entry);
    int64_t bytes = 0;
    for (int index : alive) bytes += map.block(index).bytes;
    m_title->setText(
        map.isEmpty() ? QString()
                      : QStringLiteral("%1: %2").arg(title, bytesText(static_cast<double>(bytes))));
    m_title->setToolTip(tr("All that is alive in the step's memory while this entry runs"));
    m_model->show(map, std::move(alive), colour);
}

}  // namespace vitrine::gui
