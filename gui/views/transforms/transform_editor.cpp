// SPDX-License-Identifier: GPL-3.0-or-later
// A list with buttons, and a form.
#include "gui/views/transforms/transform_editor.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/bridge/follow.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/transforms/transform_delegate.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/field_form.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

constexpr std::array groups{
    QT_TRANSLATE_NOOP("TransformEditor", "Size"), QT_TRANSLATE_NOOP("TransformEditor", "Geometry"),
    QT_TRANSLATE_NOOP("TransformEditor", "Colour"), QT_TRANSLATE_NOOP("TransformEditor", "Noise"),
    QT_TRANSLATE_NOOP("TransformEditor", "Mixing")};

}  // namespace

TransformEditor::TransformEditor(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    m_parts = new QBoxLayout(QBoxLayout::LeftToRight);
    m_parts->setSpacing(4 * space);
    m_parts->addWidget(buildList(), 1);
    m_parts->addWidget(buildForm(), 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * space, space, 2 * space, 2 * space);
    layout->setSpacing(2 * space);
    layout->addWidget(buildHead());
    layout->addLayout(m_parts, 1);
    setMinimumWidth(288);  // less than list and form take beside each other: see resizeEvent
    buildKeys();
    connect(m_lists, &QTabBar::currentChanged, this, [this] {
        show();
        choose(m_model.list().empty() ? -1 : 0);
    });
    connect(&m_model, &TransformModel::moveWanted, this, &TransformEditor::move);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &TransformEditor::showChosen);
    follow(&context.document, &Document::settingsChanged, this, [this] { show(); });
    show();
}

QToolButton* TransformEditor::button(const char* name, const QString& words, const QString& tip) {
    auto* made = new QToolButton(this);
    made->setObjectName(QString::fromLatin1(name));
    made->setText(words);
    made->setAccessibleName(words);
    made->setToolTip(tip);
    return made;
}

QWidget* TransformEditor::buildHead() {
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    m_lists = new QTabBar(head);
    m_lists->setObjectName(QStringLiteral("transforms.lists"));
    m_lists->setAccessibleName(tr("Lists of transforms"));
    m_lists->addTab(tr("Training"));
    m_lists->addTab(tr("Evaluation"));
    m_lists->setTabToolTip(0, tr("What happens to examples that are trained on"));
    m_lists->setTabToolTip(1, tr("What happens to examples that are measured or predicted"));
    m_add = new QPushButton(tr("Add"), head);
    m_add->setObjectName(QStringLiteral("transforms.add"));
    m_add->setToolTip(tr("Add a transform behind the chosen one"));
    auto* menu = new QMenu(m_add);
    menu->setToolTipsVisible(true);
    m_add->setMenu(menu);
    buildMenu(*menu);
    row->addWidget(m_lists);
    row->addStretch(1);
    row->addWidget(m_add);
    return head;
}

/// Grouped. What draws numbers is of no use in a list for evaluation.
void TransformEditor::buildMenu(QMenu& menu) {
    for (size_t group = 0; group < groups.size(); ++group) {
        QMenu* part = nullptr;
        for (const TransformDescriptor* kind : allTransforms()) {
            if (static_cast<size_t>(kind->group) != group) continue;
            if (!part) {
                part = menu.addMenu(tr(groups[group]));
                part->setToolTipsVisible(true);
            }
            QAction* action = part->addAction(text(kind->title));
            action->setObjectName(QStringLiteral("transforms.add.") + text(kind->id));
            action->setData(text(kind->id));
            action->setToolTip(text(kind->summary));
            connect(action, &QAction::triggered, this,
                    [this, kind] { add(std::string(kind->id)); });
            m_kinds.push_back(action);
        }
    }
}

QWidget* TransformEditor::buildList() {
    m_view = new QListView;
    m_view->setObjectName(QStringLiteral("transforms.list"));
    m_view->setAccessibleName(tr("Transforms, in the order in which they are done"));
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new TransformDelegate(m_context.theme, m_view));
    m_view->setDragDropMode(QAbstractItemView::InternalMove);
    m_view->setDefaultDropAction(Qt::MoveAction);
    m_view->setDropIndicatorShown(true);
    m_view->setMouseTracking(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_up = button("transforms.up", tr("Up"), tr("Do it earlier (Alt+Up)"));
    m_down = button("transforms.down", tr("Down"), tr("Do it later (Alt+Down)"));
    m_remove = button("transforms.remove", tr("Remove"), tr("Take it out of the list (Delete)"));
    connect(m_up, &QToolButton::clicked, this, [this] { move(chosen(), chosen() - 1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(chosen(), chosen() + 1); });
    connect(m_remove, &QToolButton::clicked, this, &TransformEditor::remove);
    m_copy = button("transforms.copy", tr("As for training"),
                    tr("Take over what the list for training does to every example: sizes and "
                       "colours, and nothing that is drawn by chance"));
    connect(m_copy, &QToolButton::clicked, this, &TransformEditor::copyFromTraining);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(space);
    for (QToolButton* each : {m_up, m_down, m_remove}) foot->addWidget(each);
    foot->addStretch(1);
    foot->addWidget(m_copy);
    m_empty = new EmptyState(tr("Nothing is done to examples"), {}, m_view, this);
    m_empty->setObjectName(QStringLiteral("transforms.empty"));
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_empty, 1);
    column->addLayout(foot);
    return side;
}

QWidget* TransformEditor::buildForm() {
    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 2 * space, 0);
    column->setSpacing(2 * space);
    m_title = new QLabel(inner);
    m_title->setObjectName(QStringLiteral("transforms.title"));
    QFont font = m_title->font();
    font.setWeight(QFont::DemiBold);
    m_title->setFont(font);
    m_summary = new QLabel(inner);
    m_summary->setObjectName(QStringLiteral("transforms.summary"));
    m_summary->setProperty("quiet", true);
    m_summary->setWordWrap(true);
    m_form = new FieldForm(inner);
    m_form->setSliding(true);
    column->addWidget(m_title);
    column->addWidget(m_summary);
    column->addWidget(m_form);
    column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("transforms.form"));
    scroll->setAccessibleName(tr("Fields of the transform"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inner);
    m_fields = scroll;
    return scroll;
}

void TransformEditor::buildKeys() {
    const auto key = [this](const QKeySequence& keys, const std::function<void()>& act) {
        auto* shortcut = new QShortcut(keys, m_view);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(QKeySequence::Delete, [this] { remove(); });
    key(QKeySequence(Qt::ALT | Qt::Key_Up), [this] { move(chosen(), chosen() - 1); });
    key(QKeySequence(Qt::ALT | Qt::Key_Down), [this] { move(chosen(), chosen() + 1); });
}

/// List and form stand beside each other where there is room.
void TransformEditor::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    constexpr int roomy = 500;
    m_parts->setDirection(width() < roomy ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

bool TransformEditor::isEvaluation() const { return m_lists->currentIndex() == 1; }

int TransformEditor::chosen() const {
    const QModelIndex index = m_view->currentIndex();
    return index.isValid() ? index.row() : -1;
}

void TransformEditor::choose(int entry) { m_view->setCurrentIndex(m_model.index(entry, 0)); }

const TransformEditor::List& TransformEditor::projectList() const {
    const DataSettings& settings = m_context.document.project().data;
    return isEvaluation() ? settings.evaluationTransforms : settings.trainingTransforms;
}

void TransformEditor::change(const QString& what, const QString& mergeKey, const List& list) {
    DataSettings settings = m_context.document.project().data;
    (isEvaluation() ? settings.evaluationTransforms : settings.trainingTransforms) = list;
    m_context.document.setData(what, settings, mergeKey);
}

void TransformEditor::add(const std::string& id) {
    List list = projectList();
    if (list.size() >= DataSettings::mostTransforms) return;
    const int place = chosen() < 0 ? static_cast<int>(list.size()) : chosen() + 1;
    list.insert(list.begin() + place, {id, Attrs(findTransform(id)->fields)});
    change(tr("Add %1").arg(text(findTransform(id)->title)), {}, list);
    choose(place);
}

void TransformEditor::remove() {
    const int entry = chosen();
    if (entry < 0) return;
    List list = projectList();
    list.erase(list.begin() + entry);
    const int next = std::min(entry, static_cast<int>(list.size()) - 1);
    change(tr("Remove transform"), {}, list);
    choose(next);
}

void TransformEditor::move(int entry, int to) {
    List list = projectList();
    const int count = static_cast<int>(list.size());
    if (entry < 0 || entry >= count || to < 0 || to >= count || to == entry) return;
    ChosenThing moved = std::move(list[static_cast<size_t>(entry)]);
    list.erase(list.begin() + entry);
    list.insert(list.begin() + to, std::move(moved));
    change(tr("Move transform"), {}, list);
    choose(to);
}

void TransformEditor::copyFromTraining() {
    List list = m_context.document.project().data.trainingTransforms;
    std::erase_if(list, [](const ChosenThing& one) { return findTransform(one.id)->draws; });
    change(tr("Take transforms of training over"), {}, list);
    choose(list.empty() ? -1 : 0);
}

Result<void> TransformEditor::setField(const std::string& id, const FieldValue& value) {
    List list = projectList();
    const int entry = chosen();
    Attrs& attrs = list[static_cast<size_t>(entry)].attrs;
    const Attrs before = attrs;
    VITRINE_TRY(attrs.set(id, value));
    if (attrs == before) return {};
    const std::optional<int> movement = m_form->movement();
    change(tr("Change transform"),
           movement
               ? QStringLiteral("transforms.%1.%2").arg(QString::fromStdString(id)).arg(*movement)
               : QString(),
           list);
    return {};
}

void TransformEditor::show() {
    const int entry = chosen();
    m_model.setList(projectList(), isEvaluation());
    m_empty->setEmpty(m_model.list().empty());
    m_empty->setText(isEvaluation() ? tr("Examples are measured as they are")
                                    : tr("Examples are trained on as they are"),
                     isEvaluation() ? tr("Add what changes their size or colours for training too")
                                    : tr("Add flips, crops and colours, so that the network "
                                         "sees more than there is"));
    m_copy->setVisible(isEvaluation());
    for (QAction* action : m_kinds)
        action->setEnabled(!isEvaluation() ||
                           !findTransform(action->data().toString().toStdString())->draws);
    if (chosen() < 0 && m_model.rowCount() > 0)
        choose(std::clamp(entry, 0, m_model.rowCount() - 1));
    showChosen();
    listChanged();
}

void TransformEditor::showChosen() {
    const int entry = chosen();
    const bool isThere = entry >= 0;
    m_up->setEnabled(entry > 0);
    m_down->setEnabled(isThere && entry + 1 < m_model.rowCount());
    m_remove->setEnabled(isThere);
    const TransformDescriptor* kind =
        isThere ? findTransform(list()[static_cast<size_t>(entry)].id) : nullptr;
    m_title->setText(kind ? text(kind->title) : QString());
    m_summary->setText(kind ? text(kind->summary) : QString());
    const QString wanted = kind ? text(kind->id) : QString();
    if (wanted != m_built) {
        m_form->clear();
        if (kind)
            m_form->setFields(kind->fields, QStringLiteral("transforms.field."),
                              [this](const std::string& id, const FieldValue& value) {
                                  return setField(id, value);
                              });
    }
    m_built = wanted;
    // Nothing scrolls sideways: the form is as wide as the widest of its lines, with a bar beside.
    m_fields->setMinimumWidth(m_fields->widget()->minimumSizeHint().width() +
                              style()->pixelMetric(QStyle::PM_ScrollBarExtent));
    if (kind) m_form->show(list()[static_cast<size_t>(entry)].attrs);
    chosenChanged();
}

}  // namespace vitrine::gui
