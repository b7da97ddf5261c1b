// SPDX-License-Identifier: GPL-3.0-or-later
// List, filter and keys of the command palette.
#include "gui/shell/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPointer>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

enum Role { ActionRole = Qt::UserRole + 1, WordsRole, ShortcutRole, RankRole, EnabledRole };

constexpr int recentsKept = 5;
constexpr int lastRank = 10'000;  ///< of what there is one of for each operator

/// What people look for first stands first; what there is one of for each operator, last.
int rankOf(const QString& id) {
    static const QStringList order{"file", "data", "train", "view", "edit", "window", "canvas"};
    constexpr int group = 1000;
    if (id.startsWith(QLatin1String("canvas.add."))) return lastRank;
    const qsizetype place = order.indexOf(id.section(QLatin1Char('.'), 0, 0));
    return group * static_cast<int>(place < 0 ? order.size() : place);
}

/// Why a command cannot be carried out now, where that is known by its name.
QString whyNot(const QString& id) {
    if (id == QLatin1String("edit.undo")) return CommandPalette::tr("nothing to undo");
    if (id == QLatin1String("edit.redo")) return CommandPalette::tr("nothing to redo");
    if (id == QLatin1String("train.run_to_node"))
        return CommandPalette::tr("select one node first");
    if (id == QLatin1String("train.step_back"))
        return CommandPalette::tr("stop inside a step first");
    if (id == QLatin1String("train.stop")) return CommandPalette::tr("nothing is going on");
    if (id == QLatin1String("train.resume")) return CommandPalette::tr("end the run first");
    if (id == QLatin1String("train.clear_breakpoints")) return CommandPalette::tr("there are none");
    if (id.startsWith(QLatin1String("canvas."))) return CommandPalette::tr("select a node first");
    return CommandPalette::tr("not now");
}

/// Name on the left, shortcut on the right.
class CommandDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->setPen(
            option.palette.color(selected ? QPalette::HighlightedText : QPalette::PlaceholderText));
        painter->drawText(option.rect.adjusted(0, 0, -3 * space, 0),
                          Qt::AlignRight | Qt::AlignVCenter, index.data(ShortcutRole).toString());
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return {QStyledItemDelegate::sizeHint(option, index).width(), rowHeight + space};
    }
};

/// Every word must occur, in any order.
class WordsFilter : public QSortFilterProxyModel {
  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setWords(const QString& words) {
        m_words = words.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidate();
        sort(0);
    }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        const QString text = sourceModel()->index(row, 0, parent).data(WordsRole).toString();
        return std::all_of(m_words.begin(), m_words.end(),
                           [&](const QString& word) { return text.contains(word); });
    }
    /// Those whose name has all words before those where the tip has them, and what can be done
    /// before what cannot; without words the ones used last, and what adds nodes at the end.
    bool lessThan(const QModelIndex& a, const QModelIndex& b) const override {
        const auto isNamed = [this](const QModelIndex& index) {
            const QString name = index.data().toString().toCaseFolded();
            return std::all_of(m_words.begin(), m_words.end(),
                               [&](const QString& word) { return name.contains(word); });
        };
        const auto placeOf = [&](const QModelIndex& index) {
            const bool isOff = !m_words.isEmpty() && !index.data(EnabledRole).toBool();
            return std::tuple(!isNamed(index), isOff, index.data(RankRole).toInt());
        };
        return placeOf(a) < placeOf(b);
    }

  private:
    QStringList m_words;
};

}  // namespace

CommandPalette::CommandPalette(const ActionBook& actions, QWidget* window)
    : QFrame(window, Qt::Popup), m_actions(actions) {
    setObjectName(QStringLiteral("commandPalette"));
    setAccessibleName(tr("Command palette"));
    setFrameShape(QFrame::StyledPanel);
    m_words = new QLineEdit(this);
    m_words->setObjectName(QStringLiteral("commandPalette.words"));
    m_words->setAccessibleName(tr("Search for a command"));
    m_words->setPlaceholderText(tr("What do you want to do?"));
    m_words->setClearButtonEnabled(true);
    m_words->installEventFilter(this);
    m_list = new QListView(this);
    m_list->setObjectName(QStringLiteral("commandPalette.list"));
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_model = new QStandardItemModel(this);
    auto* filtered = new WordsFilter(this);
    filtered->setSourceModel(m_model);
    m_found = filtered;
    m_list->setModel(m_found);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * space, 2 * space, 2 * space, 2 * space);
    layout->setSpacing(2 * space);
    layout->addWidget(m_words);
    layout->addWidget(m_list);
    connect(m_words, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_words, &QLineEdit::returnPressed, this, &CommandPalette::carryOut);
    connect(m_list, &QListView::clicked, this, &CommandPalette::carryOut);
}

void CommandPalette::open() {
    fill();
    m_words->clear();
    filter({});
    const QSize window = parentWidget()->size();
    resize(std::min(560, window.width() - 8 * space), std::min(440, window.height() - 24 * space));
    move(parentWidget()->mapToGlobal(QPoint((window.width() - width()) / 2, 20 * space)));
    show();
    m_words->setFocus();
}

void CommandPalette::fill() {
    m_model->clear();
    int rank = recentsKept;
    for (const ActionBook::Entry& entry : m_actions.entries()) {
        const QString id = entry.action->objectName();
        const QString name = entry.action->text().remove(QLatin1Char('&'));
        const bool isEnabled = entry.action->isEnabled();
        const QString title = QStringLiteral("%1: %2").arg(entry.group, name);
        auto* item =
            new QStandardItem(isEnabled ? title : QStringLiteral("%1 – %2").arg(title, whyNot(id)));
        item->setIcon(entry.action->icon());
        item->setToolTip(entry.action->toolTip());
        if (!isEnabled) item->setForeground(palette().color(QPalette::PlaceholderText));
        const QString shortcut = entry.action->shortcut().toString(QKeySequence::NativeText);
        item->setData(QVariant::fromValue<QObject*>(entry.action), ActionRole);
        item->setData((title + " " + entry.action->statusTip()).toCaseFolded(), WordsRole);
        item->setData(shortcut, ShortcutRole);
        item->setData(isEnabled, EnabledRole);
        const auto recent = static_cast<int>(m_recent.indexOf(id));
        item->setData(recent >= 0 ? recent : rankOf(id) + rank, RankRole);
        ++rank;
        m_model->appendRow(item);
    }
}

void CommandPalette::filter(const QString& words) {
    static_cast<WordsFilter*>(m_found)->setWords(words);
    m_list->setCurrentIndex(m_found->index(0, 0));
}

void CommandPalette::carryOut() {
    const QModelIndex index = m_list->currentIndex();
    if (!index.data(EnabledRole).toBool()) return;  // the line says why
    const QPointer<QObject> chosen = index.data(ActionRole).value<QObject*>();
    close();
    auto* action = qobject_cast<QAction*>(chosen.data());
    if (!action) return;
    m_recent.removeAll(action->objectName());
    m_recent.prepend(action->objectName());
    m_recent.resize(std::min<qsizetype>(m_recent.size(), recentsKept));
    action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool moves = key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp ||
                       key == Qt::Key_PageDown;
    if (!moves) return QFrame::eventFilter(watched, event);
    QCoreApplication::sendEvent(m_list, event);
    return true;
}

}  // namespace vitrine::gui
