// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a name, two counts and two bars.
#include "gui/views/data/class_list.h"

#include <QPainter>
#include <QStyledItemDelegate>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int barHeight = 3, rowSide = 30;

class Rows : public QStyledItemDelegate {
  public:
    Rows(Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {96, rowSide};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        const Tokens& tokens = m_theme.tokens();
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        if (isChosen) painter->fillRect(option.rect, tokens.raised);
        if (isChosen)
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, rowSide)), tokens.accent);
        const QRect room = option.rect.adjusted(2 * space, 2, -2 * space, 0);
        paintWords(*painter, QRect(room.left(), room.top(), room.width(), 17), index);
        if (index.data(ClassModel::ClassRole).isValid()) {
            const int top = room.top() + 18;
            paintBar(*painter, QRect(room.left(), top, room.width(), barHeight),
                     index.data(ClassModel::TrainRole).toLongLong(), index, tokens.accent);
            paintBar(*painter, QRect(room.left(), top + barHeight + 1, room.width(), barHeight),
                     index.data(ClassModel::TestRole).toLongLong(), index, tokens.quiet);
        }
        painter->restore();
    }

  private:
    /// Both counts, the first or none: as many as leave room for the name.
    static QString countsBeside(const QString& name, const QModelIndex& index, int width,
                                const QFontMetrics& metrics) {
        const int64_t train = index.data(ClassModel::TrainRole).toLongLong();
        if (train < 0) return {};
        const QString first = countText(static_cast<double>(train));
        const QString both = QStringLiteral("%1 · %2").arg(
            first, countText(static_cast<double>(index.data(ClassModel::TestRole).toLongLong())));
        const int room = width - metrics.horizontalAdvance(name) - space;
        for (const QString& counts : {both, first})
            if (metrics.horizontalAdvance(counts) <= room) return counts;
        return {};
    }
    void paintWords(QPainter& painter, const QRect& line, const QModelIndex& index) const {
        painter.setFont(m_theme.font());
        const QFontMetrics metrics(m_theme.font());
        const QString name = index.data().toString();
        const QString counts = countsBeside(name, index, line.width(), metrics);
        painter.setPen(m_theme.tokens().quiet);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, counts);
        painter.setPen(m_theme.tokens().text);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(name, Qt::ElideMiddle, line.width()));
    }
    void paintBar(QPainter& painter, const QRect& room, int64_t count, const QModelIndex& index,
                  const QColor& colour) const {
        painter.fillRect(room, m_theme.tokens().grid);
        const int64_t largest = index.data(ClassModel::LargestRole).toLongLong();
        if (count <= 0 || largest <= 0) return;
        const double share = static_cast<double>(count) / static_cast<double>(largest);
        painter.fillRect(
            QRectF(room.left(), room.top(), std::max(1.0, share * room.width()), room.height()),
            colour);
    }

    Theme& m_theme;
};

}  // namespace

ClassList::ClassList(Theme& theme, QWidget* parent) : QListView(parent), m_model(this) {
    setObjectName(QStringLiteral("classList"));
    setAccessibleName(tr("Classes"));
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setItemDelegate(new Rows(theme, this));
    setModel(&m_model);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ClassList::chosenChanged);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void ClassList::setTable(std::shared_ptr<const SampleTable> table, ClassCounts counts) {
    m_model.setTable(std::move(table), std::move(counts));
}

std::optional<int32_t> ClassList::chosen() const { return m_model.classAt(currentIndex().row()); }

void ClassList::choose(std::optional<int32_t> number) {
    setCurrentIndex(m_model.index(m_model.rowOf(number)));
}

}  // namespace vitrine::gui
