// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard stays in the field; arrows move in the list.
#include "gui/graph_editor/search_popup.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/graph_editor/operator_search.h"
#include "gui/models/node_hue.h"
#include "gui/theme/theme.h"
#include "gui/widgets/quiet_selection.h"

namespace vitrine::gui {

namespace {

constexpr QSize popupSize(280, 320);
constexpr qsizetype recentsKept = 5;

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace

SearchPopup::SearchPopup(Theme& theme, QWidget* parent)
    : QFrame(parent), m_theme(theme), m_field(new QLineEdit(this)), m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("nodeSearch"));
    m_field->setObjectName(QStringLiteral("nodeSearchField"));
    m_field->setAccessibleName(tr("Search for an operator"));
    m_list->setObjectName(QStringLiteral("nodeSearchList"));
    m_list->setAccessibleName(tr("Operators"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setIconSize(QSize(16, 16));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(space);
    layout->addWidget(m_field);
    layout->addWidget(m_list);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &SearchPopup::fill);
    connect(m_list, &QListWidget::itemClicked, this, &SearchPopup::choose);
    connect(&theme, &Theme::changed, this, &SearchPopup::restyle);
    restyle();
    hide();
}

void SearchPopup::restyle() {
    const Tokens& t = m_theme.tokens();
    setStyleSheet(QStringLiteral("#nodeSearch { background: %1; border: 1px solid %2; "
                                 "border-radius: 6px; }")
                      .arg(t.panel.name(), t.line.name()));
}

void SearchPopup::open(const QPoint& at, const QStringList& among, Purpose purpose) {
    const bool adds = purpose == Purpose::Add;
    setAccessibleName(adds ? tr("Add a node") : tr("Replace the node"));
    m_field->setPlaceholderText(adds ? tr("Add: conv, pool, relu …")
                                     : tr("Replace by: conv, pool, relu …"));
    m_among = among;
    m_field->clear();
    fill();
    const QSize room = parentWidget()->size();
    resize(popupSize.boundedTo(room));
    move(std::clamp(at.x() - 16, 0, std::max(0, room.width() - width())),
         std::clamp(at.y() - 16, 0, std::max(0, room.height() - height())));
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
}

std::vector<const OpDescriptor*> SearchPopup::candidates() const {
    std::vector<const OpDescriptor*> ops = paletteOperators();
    std::erase_if(ops, [this](const OpDescriptor* op) {
        return !m_among.isEmpty() && !m_among.contains(fromView(op->id));
    });
    std::ranges::stable_sort(ops, {}, [this](const OpDescriptor* op) {
        const qsizetype place = m_recent.indexOf(fromView(op->id));
        return place < 0 ? m_recent.size() : place;
    });
    return ops;
}

void SearchPopup::fill() {
    setQuietSelection(*m_list, m_theme);
    m_list->clear();
    for (const OpDescriptor* op : searchOperators(m_field->text().trimmed(), candidates())) {
        auto* item = new QListWidgetItem(m_theme.categoryIcon(hueOf(*op)), fromView(op->title));
        item->setData(Qt::UserRole, fromView(op->id));
        item->setToolTip(fromView(op->summary));
        m_list->addItem(item);
    }
    m_list->setCurrentRow(0);
    if (m_list->count() > 0) return;
    auto* nothing = new QListWidgetItem(tr("No operator is called that."), m_list);
    nothing->setFlags(Qt::NoItemFlags);
}

void SearchPopup::choose() {
    const QListWidgetItem* item = m_list->currentItem();
    if (!item || item->flags() == Qt::NoItemFlags) return;
    const QString op = item->data(Qt::UserRole).toString();
    m_recent.removeAll(op);
    m_recent.prepend(op);
    m_recent.resize(std::min(m_recent.size(), recentsKept));
    dismiss();
    chosen(op);
}

void SearchPopup::dismiss() {
    if (isHidden()) return;
    hide();
    closed();
}

bool SearchPopup::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut && isVisible()) {
        dismiss();
        return false;
    }
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const int last = m_list->count() - 1, row = m_list->currentRow();
    switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Escape:
            dismiss();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose();
            return true;
        case Qt::Key_Down:
            m_list->setCurrentRow(std::min(row + 1, last));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(std::max(row - 1, 0));
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return true;
        default:
            return QFrame::eventFilter(watched, event);
    }
}

}  // namespace vitrine::gui
