// SPDX-License-Identifier: GPL-3.0-or-later
// Asks for values, again and again while the run goes on, and shows the answers.
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

#include "core/session/kept_value.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/invitation.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"
#include "gui/models/value_words.h"
#include "gui/theme/theme.h"
#include "gui/views/value/histogram_bars.h"
#include "gui/views/value/statistics_grid.h"
#include "gui/views/value/value_chooser.h"
#include "gui/views/value/value_picture.h"
#include "gui/widgets/whole_numbers.h"

namespace vitrine::gui {

namespace {

constexpr int askMs = 200, longestAskMs = 2000, patienceMs = 2000, lateMs = 150;
/// As wide as a number of four figures can get: none of them is cut.
const QString widestNumber = QStringLiteral("−0.0001234");

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
    startAnew();
}

void ValueView::buildHead() {
    auto* column = static_cast<QVBoxLayout*>(layout());
    m_name = new QLabel(this);
    m_name->setObjectName(QStringLiteral("valueName"));
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // no name widens the dock
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
    const int width = QFontMetrics(m_table->font()).horizontalAdvance(widestNumber);
    m_table->horizontalHeader()->setDefaultSectionSize(width + 3 * space);
    m_table->setItemDelegate(new WholeNumbers(m_table));
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
    m_table->verticalHeader()->setMinimumSectionSize(rowHeight);
    connect(&m_numbers, &ValueTable::edited, this,
            [this](ValueId value, qint64 element, double number) {
                m_context.run.editValue(value, element, number);
                ask();
            });
    connect(&m_numbers, &ValueTable::refused, this, [this](const QString& typed) {
        m_context.run.said(tr("“%1” is no number, or too large a one: the value is as it was")
                               .arg(typed.left(24)));
    });
}

void ValueView::listen() {
    RunController& run = m_context.run;
    // What was seen belongs to another tape, run or project.
    follow(&run, &RunController::tapeChanged, this, &ValueView::startAnew);
    follow(&run, &RunController::runOpened, this, &ValueView::startAnew);
    follow(&m_context.document, &Document::replaced, this, &ValueView::startAnew);
    follow(&run, &RunController::stopPointChanged, this, &ValueView::choose);
    follow(&run, &RunController::phaseChanged, this, &ValueView::choose);
    follow(&run, &RunController::statesArrived, this, &ValueView::ask);
    follow(&m_context.selection, &Selection::changed, this, &ValueView::choose);
    follow(&run, &RunController::valueArrived, this, &ValueView::take);
    connect(m_chooser, &ValueChooser::queryChanged, this, [this] {
        m_isSearching = false;
        showName();
        ask();
    });
    m_late.setSingleShot(true);
    m_late.setInterval(lateMs);
    connect(&m_late, &QTimer::timeout, this, [this] {
        if (m_seen->query.value == m_chooser->query().value) return;
        forget();
        showState();
    });
    m_askAgain.setInterval(askMs);
    connect(&m_askAgain, &QTimer::timeout, this, [this] {
        const bool isWaiting = m_asked.isValid() && m_asked.elapsed() < patienceMs;
        if (!isWaiting) ask();
    });
}

void ValueView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    choose();
}

void ValueView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_askAgain.stop();
}

bool ValueView::isRunning() const {
    return m_context.run.phase() == RunPhase::Running && !m_context.run.standsAt();
}

void ValueView::startAnew() {
    forget();
    choose();
}

void ValueView::forget() {
    m_seen = std::make_shared<const ValueSnapshot>();
    m_asked.invalidate();
    m_reason.clear();
    m_isOld = false;
    m_numbers.setSnapshot(m_seen);
    m_picture->setSnapshot(m_seen);
    m_pointer->clear();
    m_bad->hide();
}

/// What is selected; where nothing is, inside of a step the result of the entry that has just run.
void ValueView::choose() {
    if (!isVisible()) return;
    m_isSearching = false;
    const auto& tape = m_context.run.tape();
    const Selection& selection = m_context.selection;
    const Occasion occasion{tape.get(), selection.subject(), selection.entry(), selection.value()};
    const bool isSame = occasion == std::exchange(m_occasion, occasion);
    const ValueId before = m_chooser->query().value;
    const Node* node = m_context.document.graph().find(selection.subject().toStdString());
    if (tape && selection.value() == noValue && node) {
        m_chooser->offerNode(tape, *node);
    } else if (const auto here = m_context.run.standsAt();
               tape && selection.value() == noValue && here) {
        const int entry = std::max(0, here->entry - 1);
        m_chooser->offer(tape, entry, firstResult(tape->entries[static_cast<size_t>(entry)]));
    } else {
        m_chooser->offer(tape, selection.entry(), selection.value());
    }
    if (isSame) m_chooser->keep(before);
    if (isRunning())
        m_askAgain.start();
    else
        m_askAgain.stop();
    showName();
    ask();
}

void ValueView::ask() {
    const ValueQuery query = m_chooser->query();
    if (!isVisible()) return;
    // Not at once: an answer is mostly there before anybody sees that there was none.
    if (m_seen->query.value != query.value) m_late.start();
    if (query.value == noValue) forget();
    showState();
    if (query.value == noValue) return;
    if (m_context.run.canAnswer()) {
        m_asked.start();
        m_context.run.ask(query);
    } else if (m_context.run.states()) {
        const auto kept = keptValue(*m_context.run.states(), *m_context.run.tape(), query);
        if (kept) take(*kept);
    }
}

void ValueView::showName() {
    const auto& tape = m_context.run.tape();
    const ValueId value = m_chooser->query().value;
    const bool isChosen = tape && value != noValue;
    m_name->setVisible(isChosen);
    m_facts->setVisible(isChosen);
    if (!isChosen) return;
    m_name->setText(valueName(*tape, value));
    m_facts->setText(storageText(*tape, value) + QLatin1Char('\n') + makerText(*tape, value));
    for (QLabel* label : {m_name, m_facts}) label->setToolTip(storageTip(*tape, value));
}

/// Body or a sentence in its place. What is old by now, or of another moment, is dimmed.
void ValueView::showState() {
    const bool hasValue = m_seen->isShown();
    m_numbers.setEditable(m_context.run.standsAt() && m_seen->isAlive && !m_isOld);
    m_body->setVisible(hasValue);
    m_body->setEnabled(!m_isOld);
    m_empty->setVisible(!hasValue);
    m_empty->setText(emptyText());
    if (!hasValue) m_note->hide();
}

QString ValueView::emptyText() const {
    if (!m_context.run.tape())
        return tr(
            "A network that ends in a loss has values to look at, once it has begun to "
            "train.");
    if (m_chooser->query().value == noValue) {
        const QString node = m_context.selection.subject();
        if (node.isEmpty())
            return tr("Select a node, an entry of the tape or a block of the arena.");
        return (m_context.run.isSteppingPrediction()
                    ? tr("“%1” takes no part in a prediction.")
                    : tr("“%1” has no value of its own in a training step."))
            .arg(node);
    }
    if (!m_context.run.canAnswer())
        return m_context.run.states()
                   ? tr("Of a run that is over and no longer open, only the weights are known: "
                        "choose them above.\nSpace trains, F10 runs the first entry of a step.")
               : m_context.run.isAtFault()
                   ? tr("No step has been run yet.\n") + invitationToTrain(m_context.run)
                   : tr("No step has been run yet.\nSpace trains, F10 runs the first entry of a "
                        "step.");
    return m_reason.isEmpty() ? tr("Being fetched …") : m_reason;
}

/// Whether an answer is one to the present question.
bool ValueView::isWanted(const ValueSnapshot& snapshot) const {
    const auto& tape = m_context.run.tape();
    const ValueId value = m_chooser->query().value;
    if (!isVisible() || !tape || value == noValue || snapshot.query.value != value) return false;
    return snapshot.type.shape == tape->value(value).type.shape;
}

void ValueView::take(const ValueSnapshot& snapshot) {
    if (!isWanted(snapshot)) return;
    m_asked.invalidate();
    m_late.stop();
    // Not made yet in this step: what was seen last stays, and says so.
    if (m_seen->query.value != snapshot.query.value) forget();
    m_reason = QString::fromStdString(snapshot.reason);
    m_isOld = !snapshot.isShown() && m_seen->isShown();
    if (snapshot.isShown()) show(std::make_shared<const ValueSnapshot>(snapshot));
    showState();
    showNote();
    if (m_isSearching) goOnSearching(snapshot);
}

void ValueView::show(std::shared_ptr<const ValueSnapshot> snapshot) {
    m_seen = std::move(snapshot);
    m_isLive = isRunning() && !m_seen->isBetweenSteps;
    m_numbers.setSnapshot(m_seen);
    m_picture->setSnapshot(m_seen);
    m_histogram->setHistogram(m_seen->histogram);
    m_statistics->setStatistics(m_seen->statistics);
    const int64_t bad = m_seen->statistics.nonFinite;
    m_bad->setVisible(bad > 0);
    m_badText->setText((bad == 1 ? tr("%1 element is not finite; NaN: %2")
                                 : tr("%1 elements are not finite; NaN: %2"))
                           .arg(exactText(bad), exactText(m_seen->statistics.nans)));
    // A look takes time that grows with the value: it may cost a hundredth of it, not more.
    constexpr double msOfElement = 2e-4;
    const auto size = static_cast<double>(m_seen->statistics.count);
    m_askAgain.setInterval(
        static_cast<int>(std::clamp<double>(size * msOfElement, askMs, longestAskMs)));
}

void ValueView::showNote() {
    m_note->setVisible(m_seen->isShown());
    if (!m_seen->isShown()) return;
    QStringList notes;
    if (m_isOld) notes << m_reason << tr("What is shown is older:");
    notes << (m_context.run.isSteppingPrediction() ? predictionMomentText(*m_seen)
                                                   : momentText(*m_seen, m_isLive));
    if (!m_isOld && !m_reason.isEmpty()) notes << m_reason;
    if (isCut(*m_seen))
        notes << tr("Only the first %1 × %2 of each plane are shown.")
                     .arg(m_seen->rows)
                     .arg(m_seen->columns);
    m_note->setText(notes.join(QLatin1Char(' ')));
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
    .tip = QT_TRANSLATE_NOOP(
        "Views", "The numbers of a tensor: live while training runs, exact while it stands"),
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
