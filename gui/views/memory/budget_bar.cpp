// SPDX-License-Identifier: GPL-3.0-or-later
// A slider between the least that a step can take and what keeping everything takes.
#include "gui/views/memory/budget_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/session/live_run.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/freed_elsewhere.h"
#include "gui/document/document.h"
#include "gui/models/budget_text.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int positions = 200;
constexpr size_t mostKnown = 24;  ///< plans; each is a tape

Project with(Project project, Recompute recompute, int64_t budget) {
    project.training.recompute = recompute;
    project.training.memoryBudget = budget;
    return project;
}

QLabel* label(const char* name, bool isQuiet, QWidget* parent) {
    auto* made = new QLabel(parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setProperty("quiet", isQuiet);
    return made;
}

}  // namespace

BudgetBar::BudgetBar(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("budgetBar"));
    setAccessibleName(tr("Memory budget"));
    build();
    listen();
    showPlan();
}

void BudgetBar::build() {
    auto* title = new QLabel(tr("Memory budget"), this);
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("budgetSlider"));
    m_slider->setAccessibleName(tr("Memory that a step may take"));
    m_slider->setToolTip(
        tr("Less memory: the backward phase makes values again instead of finding them kept. The "
           "numbers that come out are the same to the last bit."));
    m_slider->setRange(0, positions);
    m_slider->setPageStep(positions / 10);
    title->setBuddy(m_slider);
    m_size = label("budgetSize", false, this);
    m_cost = label("budgetCost", true, this);
    m_nodes = label("budgetNodes", true, this);
    m_nodes->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_use = new QPushButton(tr("Use"), this);
    m_use->setObjectName(QStringLiteral("budgetUse"));
    m_use->setToolTip(tr("Train with this plan; it is kept in the project"));
    m_reset = new QPushButton(tr("Reset"), this);
    m_reset->setObjectName(QStringLiteral("budgetReset"));
    m_reset->setToolTip(tr("Back to the project's own plan"));
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * space);
    row->addWidget(title);
    row->addWidget(m_slider, 1);
    row->addWidget(m_size);
    row->addWidget(m_reset);
    row->addWidget(m_use);
    auto* words = new QHBoxLayout;
    words->setSpacing(2 * space);
    words->addWidget(m_cost);
    words->addWidget(m_nodes, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2 * space, space, 2 * space, 0);
    column->setSpacing(space);
    column->addLayout(row);
    column->addLayout(words);
}

void BudgetBar::listen() {
    constexpr int endsDelayMs = 400, planDelayMs = 120;
    m_endsDelay.setInterval(endsDelayMs);
    m_planDelay.setInterval(planDelayMs);
    for (QTimer* timer : {&m_endsDelay, &m_planDelay}) timer->setSingleShot(true);
    connect(&m_endsDelay, &QTimer::timeout, this, &BudgetBar::findEnds);
    connect(&m_planDelay, &QTimer::timeout, this, &BudgetBar::plan);
    connect(&m_finding, &BackgroundWork::finished, this,
            [this] { keepInside(this, [this] { endsAreThere(); }); });
    connect(&m_planning, &BackgroundWork::finished, this,
            [this] { keepInside(this, [this] { planIsThere(); }); });
    connect(m_slider, &QSlider::valueChanged, this, &BudgetBar::sliderMoved);
    connect(m_use, &QPushButton::clicked, this, &BudgetBar::use);
    connect(m_reset, &QPushButton::clicked, this, &BudgetBar::reset);
    Document& document = m_context.document;
    follow(&document, &Document::replaced, this, &BudgetBar::documentChanged);
    follow(&document, &Document::settingsChanged, this, &BudgetBar::documentChanged);
    follow(&document, &Document::graphChanged, this, [this] {
        if (m_context.document.lastChange().changesMeaning) documentChanged();
    });
}

void BudgetBar::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isOutdated) m_endsDelay.start();
}

void BudgetBar::documentChanged() {
    m_isOutdated = m_wasEdited = true;
    m_isPlanOld = m_planning.isRunning();
    m_isMoved = false;
    m_known.clear();
    m_planDelay.stop();
    setPreview(nullptr);
    showPlan();
    if (isVisible()) m_endsDelay.start();
}

void BudgetBar::findEnds() {
    if (!isVisible() || m_finding.isRunning()) return;  // its end looks what is wanted then
    m_wasEdited = false;
    m_finding.run("planning memory", [project = m_context.document.project()]() -> Result<Ends> {
        Ends ends;
        for (const auto& [plan, of] : {std::pair(&ends.own, project),
                                       {&ends.kept, with(project, Recompute::None, 0)},
                                       {&ends.least, with(project, Recompute::Budget, 0)}}) {
            auto planned = planTraining(of);
            if (!planned) return planned.error();
            *plan = std::move(planned).value();
        }
        return ends;
    });
}

void BudgetBar::endsAreThere() {
    Result<Ends> found = m_finding.take();
    if (m_wasEdited) return m_endsDelay.start();
    m_isOutdated = false;
    m_ends = found ? std::move(found).value() : Ends();  // why not, the list of problems says
    for (Plan* plan : {&m_ends.own, &m_ends.kept, &m_ends.least})
        *plan = freedElsewhere(std::move(*plan));
    if (m_ends.own) {
        const QSignalBlocker quietly(m_slider);
        m_slider->setValue(positionOf(m_ends.own->arenaBytes()));
    }
    showPlan();
}

int BudgetBar::positionOf(int64_t bytes) const {
    const auto least = static_cast<double>(m_ends.least->arenaBytes()),
               range = static_cast<double>(m_ends.kept->arenaBytes()) - least;
    const double share = range > 0 ? (static_cast<double>(bytes) - least) / range : 1;
    return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * positions));
}

int64_t BudgetBar::chosenBytes() const {
    const int64_t least = m_ends.least->arenaBytes(), kept = m_ends.kept->arenaBytes();
    return least + (kept - least) * m_slider->value() / positions;
}

bool BudgetBar::isAtKept() const { return m_slider->value() == positions; }

/// As little is made again as the budget needs: between what its plan takes and the budget itself
/// nobody needs another.
bool BudgetBar::Planned::isFor(int64_t bytes) const {
    return bytes == budget || (plan->arenaBytes() <= bytes && bytes <= budget);
}

BudgetBar::Plan BudgetBar::knownPlan() const {
    if (m_slider->value() == 0) return m_ends.least;
    if (isAtKept()) return m_ends.kept;
    const int64_t bytes = chosenBytes();
    const auto known = std::ranges::find_if(
        m_known, [bytes](const Planned& planned) { return planned.isFor(bytes); });
    return known == m_known.end() ? nullptr : known->plan;
}

void BudgetBar::sliderMoved() {
    if (m_isOutdated || !m_ends.own) return;
    m_isMoved = true;
    if (Plan known = knownPlan()) {
        m_planDelay.stop();
        return setPreview(std::move(known));
    }
    m_size->setText(tr("up to %1").arg(bytesText(static_cast<double>(chosenBytes()))));
    m_cost->setText(tr("planning …"));
    m_nodes->clear();
    m_use->setEnabled(false);  // what is shown is still the plan before
    m_reset->setEnabled(true);
    m_planDelay.start();
}

void BudgetBar::plan() {
    if (m_isOutdated || !m_ends.own) return;
    if (Plan known = knownPlan()) return setPreview(std::move(known));
    if (m_planning.isRunning()) return;  // its end looks what is wanted then
    m_plannedBytes = chosenBytes();
    m_planning.run(
        "planning memory",
        [project = with(m_context.document.project(), Recompute::Budget,
                        m_plannedBytes)]() -> Result<Plan> { return planTraining(project); });
}

void BudgetBar::planIsThere() {
    Result<Plan> planned = m_planning.take();
    const bool isOld = std::exchange(m_isPlanOld, false);
    if (m_isOutdated) return;
    if (!isOld && !planned) return setPreview(nullptr);
    if (!isOld) m_known.push_back({m_plannedBytes, freedElsewhere(*planned)});
    if (m_known.size() > mostKnown) m_known.erase(m_known.begin());
    if (m_isMoved && !m_planDelay.isActive()) plan();
}

void BudgetBar::setPreview(Plan plan) {
    const bool isNew = m_preview != plan;
    m_preview = std::move(plan);
    showPlan();
    if (isNew) previewChanged();
}

void BudgetBar::showPlan() {
    const Plan& shown = m_preview ? m_preview : m_ends.own;
    const bool isThere = !m_isOutdated && shown;
    m_slider->setEnabled(isThere && m_ends.kept->arenaBytes() > m_ends.least->arenaBytes());
    m_use->setEnabled(isThere && m_preview);
    m_reset->setEnabled(isThere && (m_preview || m_isMoved));
    m_size->setText(isThere ? budgetSizeText(*shown, *m_ends.kept) : QString());
    m_cost->setText(isThere        ? budgetCostText(*shown, *m_ends.kept)
                    : m_isOutdated ? tr("planning …")
                                   : QString());
    const QStringList nodes = isThere ? nodesMadeAgain(*shown) : QStringList();
    m_nodes->setText(nodes.join(QStringLiteral(", ")));
    m_nodes->setToolTip(nodes.join(QLatin1Char('\n')));
}

void BudgetBar::reset() {
    {
        const QSignalBlocker quietly(m_slider);
        m_slider->setValue(positionOf(m_ends.own->arenaBytes()));
    }
    m_isMoved = false;
    m_planDelay.stop();
    setPreview(nullptr);
}

void BudgetBar::use() {
    if (!m_preview) return;
    TrainingSettings training = m_context.document.project().training;
    training.recompute = m_preview == m_ends.kept ? Recompute::None : Recompute::Budget;
    // The plan's own bytes: what it needs, however the slider's steps fall.
    training.memoryBudget = training.recompute == Recompute::None ? 0 : m_preview->arenaBytes();
    m_context.document.setTraining(tr("Change memory budget"), training);
}

}  // namespace vitrine::gui
