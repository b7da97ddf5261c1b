// SPDX-License-Identifier: GPL-3.0-or-later
// Asks for values and shows the answers.
#include "gui/views/value/value_view.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"
#include "gui/theme/theme.h"
#include "gui/views/value/histogram_bars.h"
#include "gui/views/value/statistics_grid.h"
#include "gui/views/value/value_chooser.h"
#include "gui/views/value/value_picture.h"

namespace vitrine::gui {

namespace {

constexpr int numberWidth = 76;

/// `made by entry 3: conv2d + relu`, or why no entry makes it.
QString makerText(const Tape& tape, ValueId value) {
    for (size_t i = 0; i < tape.entries.size(); ++i) {
        const auto& out = tape.entries[i].instr.out;
        if (std::find(out.begin(), out.end(), value) != out.end())
            return ValueView::tr("made by entry %1: %2").arg(i).arg(operatorText(tape.entries[i]));
    }
    if (const int inside = fusingEntry(tape, value); inside >= 0)
        return ValueView::tr("inside entry %1: %2")
            .arg(inside)
            .arg(operatorText(tape.entries[static_cast<size_t>(inside)]));
    const bool isState = std::any_of(tape.states.begin(), tape.states.end(),
                                     [&](const TapeState& state) { return state.in == value; });
    return isState ? ValueView::tr("a state: lives from step to step")
                   : ValueView::tr("an input of the step");
}

QLabel* quietLabel(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setProperty("quiet", true);
    label->setWordWrap(true);
    return label;
}

}  // namespace

ValueView::ValueView(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("valueView"));
    setAccessibleName(tr("Value"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2 * space, 2 * space, 2 * space, 2 * space);
    column->setSpacing(space);
    buildHead();
    buildBody();
    m_empty = quietLabel(this, "valueEmpty");
    m_empty->setAlignment(Qt::AlignCenter);
    column->addWidget(m_empty, 1);
    setFocusProxy(m_chooser);
    listen();
    choose();
}

void ValueView::buildHead() {
    auto* column = static_cast<QVBoxLayout*>(layout());
    m_name = new QLabel(this);
    m_name->setObjectName(QStringLiteral("valueName"));
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont bold = m_context.theme.font();
    bold.setBold(true);
    m_name->setFont(bold);
    m_facts = quietLabel(this, "valueFacts");
    m_chooser = new ValueChooser(this);
    m_note = quietLabel(this, "valueNote");
    m_bad = new QWidget(this);
    m_badText = new QLabel(m_bad);
    m_badText->setObjectName(QStringLiteral("valueNonFinite"));
    m_badText->setProperty("bad", true);
    m_badText->setWordWrap(true);
    auto* show = new QPushButton(tr("Show the first"), m_bad);
    show->setObjectName(QStringLiteral("valueShowNonFinite"));
    connect(show, &QPushButton::clicked, this, &ValueView::findNonFinite);
    auto* row = new QHBoxLayout(m_bad);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_badText, 1);
    row->addWidget(show);
    for (QWidget* widget : {static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_facts),
                            static_cast<QWidget*>(m_chooser), static_cast<QWidget*>(m_note), m_bad})
        column->addWidget(widget);
    m_bad->hide();
}

void ValueView::buildBody() {
    m_body = new QWidget(this);
    m_picture = new ValuePicture(m_context.theme, m_body);
    buildNumbers();
    m_pages = new QTabWidget(m_body);
    m_pages->setObjectName(QStringLiteral("valuePages"));
    m_pages->setAccessibleName(tr("Ways to look at the value"));
    m_pages->setDocumentMode(true);
    m_pages->addTab(m_picture, tr("Picture"));
    m_pages->addTab(m_table, tr("Numbers"));
    m_pointer = quietLabel(m_body, "valuePointer");
    m_pointer->setFont(m_context.theme.mono());
    m_histogram = new HistogramBars(m_context.theme, m_body);
    m_statistics = new StatisticsGrid(m_context.theme, m_body);
    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(m_pages, 1);
    column->addWidget(m_pointer);
    column->addWidget(m_histogram);
    column->addWidget(m_statistics);
    static_cast<QVBoxLayout*>(layout())->addWidget(m_body, 1);
    connect(m_picture, &ValuePicture::hovered, m_pointer, &QLabel::setText);
    connect(m_picture, &ValuePicture::placeChosen, this, &ValueView::reveal);
}

void ValueView::buildNumbers() {
    m_table = new QTableView(m_body);
    m_table->setObjectName(QStringLiteral("valueNumbers"));
    m_table->setAccessibleName(tr("Numbers of the value"));
    m_table->setModel(&m_numbers);
    m_table->setFont(m_context.theme.mono());
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->horizontalHeader()->setDefaultSectionSize(numberWidth);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
    m_table->verticalHeader()->setMinimumSectionSize(rowHeight);
    connect(&m_numbers, &ValueTable::edited, this,
            [this](ValueId value, qint64 element, double number) {
                m_context.run.editValue(value, element, number);
                ask();
            });
}

void ValueView::listen() {
    RunController& run = m_context.run;
    connect(&run, &RunController::tapeChanged, this, &ValueView::choose);
    connect(&run, &RunController::stopPointChanged, this, &ValueView::choose);
    connect(&run, &RunController::phaseChanged, this, &ValueView::choose);
    connect(&m_context.selection, &Selection::changed, this, &ValueView::choose);
    connect(&run, &RunController::valueArrived, this, &ValueView::showSnapshot);
    connect(m_chooser, &ValueChooser::queryChanged, this, [this] {
        m_isSearching = false;
        showName();
        ask();
    });
}

void ValueView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    choose();
}

bool ValueView::isStopped() const { return m_context.run.phase() == RunPhase::Paused; }

bool ValueView::isInsideStep() const { return isStopped() && m_context.run.stopPoint().insideStep; }

void ValueView::choose() {
    if (!isVisible()) return;
    m_isSearching = false;
    const auto& tape = m_context.run.tape();
    const Selection& selection = m_context.selection;
    int entry = selection.entry();
    ValueId value = selection.value();
    if (tape && value == noValue && isInsideStep()) {
        entry = std::max(0, m_context.run.stopPoint().entry - 1);
        value = firstResult(tape->entries[static_cast<size_t>(entry)]);
    }
    m_chooser->offer(tape, entry, value);
    showName();
    showPhase();
    ask();
}

void ValueView::ask() {
    const ValueQuery query = m_chooser->query();
    if (isVisible() && isStopped() && query.value != noValue) m_context.run.ask(query);
}

void ValueView::showName() {
    const auto& tape = m_context.run.tape();
    const ValueId value = m_chooser->query().value;
    const bool isChosen = tape && value != noValue;
    m_name->setVisible(isChosen);
    m_facts->setVisible(isChosen);
    if (!isChosen) return;
    const TensorType& type = tape->value(value).type;
    m_name->setText(valueName(*tape, value));
    m_facts->setText(QStringLiteral("%1  %2, %3\n%4")
                         .arg(shapeText(type.shape), dtypeText(type.dtype), layoutText(type.layout),
                              makerText(*tape, value)));
}

void ValueView::showPhase() {
    const bool isRunning = m_context.run.phase() == RunPhase::Running;
    m_numbers.setEditable(isInsideStep() && m_isInMemory);
    m_body->setVisible(m_hasSnapshot);
    m_body->setEnabled(isStopped());
    m_empty->setVisible(!m_hasSnapshot);
    m_empty->setText(
        isStopped()
            ? tr("Select an entry of the tape or a block of the arena.")
            : tr("Values are shown while training stands.\nF10 stops inside a step, entry by "
                 "entry."));
    if (isRunning && m_hasSnapshot) m_note->setText(tr("Running: the value of the last stop"));
    m_note->setVisible(isRunning && m_hasSnapshot);
}

void ValueView::showSnapshot(const ValueSnapshot& snapshot) {
    if (!isVisible() || snapshot.query.value != m_chooser->query().value) return;
    m_hasSnapshot = true;
    m_isInMemory = snapshot.isAlive;
    const auto shared = std::make_shared<const ValueSnapshot>(snapshot);
    m_numbers.setSnapshot(shared);
    m_picture->setSnapshot(shared);
    m_histogram->setHistogram(snapshot.histogram);
    m_statistics->setStatistics(snapshot.statistics);
    showPhase();
    const int64_t bad = snapshot.statistics.nonFinite;
    m_bad->setVisible(bad > 0);
    m_badText->setText(tr("%1 elements are not finite, %2 of them NaN")
                           .arg(exactText(bad), exactText(snapshot.statistics.nans)));
    m_body->setVisible(snapshot.isShown());
    QStringList notes;
    if (!snapshot.reason.empty()) notes << QString::fromStdString(snapshot.reason);
    if (isCut(snapshot))
        notes << tr("Only the first %1 × %2 of each plane are shown.")
                     .arg(snapshot.rows)
                     .arg(snapshot.columns);
    m_note->setVisible(!notes.isEmpty());
    m_note->setText(notes.join(QLatin1Char(' ')));
    if (m_isSearching) goOnSearching(snapshot);
}

void ValueView::findNonFinite() {
    m_isSearching = true;
    m_chooser->setPlace(0, -1);
    ask();
}

/// Image after image until one shows an element that is not finite.
void ValueView::goOnSearching(const ValueSnapshot& snapshot) {
    if (const auto place = firstNonFinite(snapshot)) {
        m_isSearching = false;
        reveal(*place);
        return;
    }
    const Shape& shape = snapshot.type.shape;
    const int64_t next = snapshot.query.image + 1;
    m_isSearching = shape.rank() >= 3 && next < shape[0];
    if (!m_isSearching) {
        m_badText->setText(tr("Not finite elements lie outside of what is shown"));
        return;
    }
    m_chooser->setPlace(next, -1);
    ask();
}

void ValueView::reveal(const PicturePlace& place) {
    const QModelIndex index = m_numbers.indexOf(place);
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index, QAbstractItemView::PositionAtCenter);
    m_picture->setMarked(place);
    m_pointer->setText(m_picture->tipOf(place));
}

namespace views::value {

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "value",
    .title = QT_TRANSLATE_NOOP("Views", "Value"),
    .icon = "value",
    .place = DockPlace::Right,
    .order = 2,
    .shortcut = "Alt+7",
    .tip = QT_TRANSLATE_NOOP("Views", "The numbers of a tensor while training stands still"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        // Where there is little room it scrolls.
        auto* area = new QScrollArea(parent);
        area->setWidget(new ValueView(context, area));
        area->setWidgetResizable(true);
        area->setFrameShape(QFrame::NoFrame);
        area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        area->setFocusProxy(area->widget());
        return area;
    }};

}  // namespace views::value

}  // namespace vitrine::gui
