// SPDX-License-Identifier: GPL-3.0-or-later
// Lines made from the operators' descriptors.
#include "gui/views/palette/operator_tree.h"

#include <QMimeData>

#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/operator_search.h"
#include "gui/models/node_hue.h"
#include "gui/theme/theme.h"
#include "gui/widgets/quiet_selection.h"

namespace vitrine::gui {

namespace {

constexpr int operatorRole = Qt::UserRole;

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QTreeWidgetItem* lineFor(const OpDescriptor& op, const QIcon& icon) {
    auto* line = new QTreeWidgetItem({fromView(op.title)});
    line->setIcon(0, icon);
    line->setSizeHint(0, QSize(0, gui::rowHeight));
    line->setData(0, operatorRole, fromView(op.id));
    line->setToolTip(
        0, QStringLiteral("<p><b>%1</b></p><p>%2</p><p><i>%3</i></p>")
               .arg(fromView(op.title).toHtmlEscaped(), fromView(op.summary).toHtmlEscaped(),
                    fromView(op.formula).toHtmlEscaped()));
    line->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled);
    return line;
}

}  // namespace

OperatorTree::OperatorTree(Theme& theme, QWidget* parent) : QTreeWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("paletteTree"));
    setAccessibleName(tr("Operators"));
    setHeaderHidden(true);
    setColumnCount(1);
    setIndentation(12);
    setIconSize(QSize(16, 16));
    setUniformRowHeights(true);
    setTextElideMode(Qt::ElideMiddle);  // the ends of many titles tell 1D from 2D and 3D
    setDragEnabled(true);
    setDragDropMode(QAbstractItemView::DragOnly);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, this, &OperatorTree::fill);
    fill();
}

void OperatorTree::search(const QString& query) {
    m_query = query.trimmed();
    fill();
}

void OperatorTree::fill() {
    setQuietSelection(*this, m_theme);
    clear();
    if (m_query.isEmpty()) return showAll();
    for (const OpDescriptor* op : searchOperators(m_query, paletteOperators()))
        addTopLevelItem(lineFor(*op, m_theme.categoryIcon(hueOf(*op))));
    setCurrentItem(topLevelItem(0));
}

void OperatorTree::showAll() {
    std::string_view category;
    QTreeWidgetItem* parent = nullptr;
    for (const OpDescriptor* op : paletteOperators()) {
        if (!parent || op->category != category) {
            category = op->category;
            parent = heading(category);
        }
        parent->addChild(lineFor(*op, m_theme.categoryIcon(hueOf(*op))));
    }
    expandAll();
}

QTreeWidgetItem* OperatorTree::heading(std::string_view category) {
    auto* item = new QTreeWidgetItem(this, {categoryTitle(category)});
    item->setSizeHint(0, QSize(0, gui::rowHeight));
    item->setForeground(0, m_theme.tokens().quiet);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return item;
}

QString OperatorTree::currentOperator() const {
    const QTreeWidgetItem* item = currentItem();
    return item ? item->data(0, operatorRole).toString() : QString();
}

QStringList OperatorTree::mimeTypes() const { return {QLatin1String(CanvasView::operatorMime)}; }

QMimeData* OperatorTree::mimeData(const QList<QTreeWidgetItem*>& items) const {
    auto* dragged = new QMimeData;
    if (!items.isEmpty())
        dragged->setData(mimeTypes().front(),
                         items.front()->data(0, operatorRole).toString().toUtf8());
    return dragged;
}

}  // namespace vitrine::gui
