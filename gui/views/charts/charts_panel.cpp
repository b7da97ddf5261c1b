// SPDX-License-Identifier: GPL-3.0-or-later
// The course of a run becomes lines; the bar above chooses which.
#include "gui/views/charts/charts_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/charts/chart_cells.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/read_out.h"
#include "gui/widgets/step_plot.h"

namespace vitrine::gui {

namespace {

struct PanelText {
    const char* name;  ///< of its actions
    const char* title;
};
constexpr PanelText panelTexts[] = {
    {"loss", QT_TRANSLATE_NOOP("vitrine::gui::ChartsPanel", "Loss")},
    {"metrics", QT_TRANSLATE_NOOP("vitrine::gui::ChartsPanel", "Metrics")},
    {"learningRate", QT_TRANSLATE_NOOP("vitrine::gui::ChartsPanel", "Learning rate")},
    {"gradNorm", QT_TRANSLATE_NOOP("vitrine::gui::ChartsPanel", "Gradient norm")}};

template <CourseLine line>
const Series& lineOf(const CourseLines& run) {
    return run.line(line);
}

/// Of one of several losses or metrics: what the panel's own lines have not.
int groupColour(size_t index) { return 4 + static_cast<int>(index) % 4; }

/// Slider positions are logarithmic in how many steps an average reaches back: 0 … 200 → 1 … 100.
double weightAt(int position) { return 1 - std::pow(10.0, -position / 100.0); }
int positionOf(double weight) {
    return static_cast<int>(std::lround(-100 * std::log10(1 - weight)));
}

}  // namespace

ChartsPanel::ChartsPanel(Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_plot(new StepPlot(theme)),
      m_readOut(new ReadOut(theme)),
      m_course(std::make_shared<CourseLines>(ChannelNames(), m_weight)) {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildBar());
    column->addWidget(m_plot, 1);
    column->addWidget(m_readOut);
    m_empty = new EmptyState({}, {}, content);
    setInvitation(tr("Press Space to train."));
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    m_plot->setAccessibleName(tr("Curves over steps"));
    m_readOut->setObjectName(QStringLiteral("chartsReadOut"));
    m_readOut->setAccessibleName(tr("Values at the cursor"));
    buildPanels();
    connect(m_plot, &StepPlot::cursorMoved, this, &ChartsPanel::read);
    m_plot->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_plot, &QWidget::customContextMenuRequested, this, &ChartsPanel::showMenuAt);
    connect(&m_exports, &PlotExport::saved, this, &ChartsPanel::saved);
    connect(&m_exports, &PlotExport::failed, this, &ChartsPanel::saveFailed);
    read(std::nullopt);
}

void ChartsPanel::buildPanels() {
    for (int panel = 0; panel < panels; ++panel)
        m_plot->addPanel(tr(panelTexts[panel].title), panel == Metrics);
    for (const Panel panel : {Loss, GradNorm})  // they fall by powers of ten
        action(QStringLiteral("chartsLog."), panel)->setChecked(true);
    buildLines();
}

/// Those of the present run's channels; a ghost has what it shares with them.
void ChartsPanel::buildLines() {
    m_lines.clear();
    for (int panel = 0; panel < panels; ++panel) m_plot->panel(panel).clearLines();
    titleMetrics();
    buildLines(true);
    buildLines(false);
    m_plot->restyle();
    connectSeries();
}

void ChartsPanel::titleMetrics() {
    const std::vector<std::string>& names = m_course->course().names().metrics;
    const auto isShare = [](const std::string& name) {
        const MetricDescriptor* metric = metricOfChannel(name);
        return metric && metric->unit == MetricUnit::Share;
    };
    const MetricDescriptor* only = names.size() == 1 ? metricOfChannel(names.front()) : nullptr;
    m_plot->panel(Metrics).setTitle(
        only ? QString::fromUtf8(only->title.data(), std::ssize(only->title)) : tr("Metrics"),
        std::ranges::all_of(names, isShare));
}

/// Ghosts come first, so that they lie behind. One of each panel stands in its legend for all.
void ChartsPanel::buildLines(bool isGhost) {
    std::array<bool, panels> isNamed{};
    const auto colour = [](int series) {
        return [series](const Theme& theme) { return theme.series(series); };
    };
    const auto add = [&](Panel panel, const QString& name, int series, LineLook look,
                         std::function<const Series&(const CourseLines&)> of) {
        const bool isFirst = !std::exchange(isNamed[panel], true);
        const bool isSmoothed = look == LineLook::Main && panel != LearningRate;
        const QString ghostName = isFirst ? tr("run before") : QString();
        const int index = m_plot->panel(panel).addLine({.name = isGhost ? ghostName : name,
                                                        .colour = colour(series),
                                                        .look = look,
                                                        .isGhost = isGhost,
                                                        .isDerived = isSmoothed && !isGhost});
        m_lines.push_back({panel, index, isGhost, std::move(of)});
    };
    if (!isGhost) add(Loss, tr("training"), 0, LineLook::Faint, lineOf<CourseLine::Loss>);
    add(Loss, tr("smoothed"), 0, LineLook::Main,
        [](const CourseLines& run) -> const Series& { return run.smoothedLoss(); });
    add(Loss, tr("test"), 1, LineLook::Dotted, lineOf<CourseLine::TestLoss>);
    const auto addGroup = [&](Panel panel, CourseGroup group, const std::vector<std::string>& names,
                              LineLook look) {
        for (size_t i = 0; i < names.size(); ++i)
            add(panel, QString::fromStdString(names[i]), groupColour(i), look,
                [group, i](const CourseLines& run) -> const Series& { return run.line(group, i); });
    };
    const ChannelNames& names = m_course->course().names();
    if (!isGhost) addGroup(Loss, CourseGroup::TestLosses, names.losses, LineLook::Dotted);
    if (names.metrics.size() == 1)
        add(Metrics, tr("test"), 1, LineLook::Dotted, [](const CourseLines& run) -> const Series& {
            return run.line(CourseGroup::Metrics, 0);
        });
    else
        addGroup(Metrics, CourseGroup::Metrics, names.metrics, LineLook::Dotted);
    add(LearningRate, {}, 2, LineLook::Main, lineOf<CourseLine::LearningRate>);
    if (!isGhost) add(GradNorm, tr("each step"), 3, LineLook::Faint, lineOf<CourseLine::GradNorm>);
    add(GradNorm, tr("smoothed"), 3, LineLook::Main,
        [](const CourseLines& run) -> const Series& { return run.smoothedGradNorm(); });
}

void ChartsPanel::connectSeries() {
    for (const Line& line : m_lines) {
        const CourseLines* run = line.isGhost ? m_ghost.get() : m_course.get();
        m_plot->panel(line.panel).setSeries(line.index, run ? &line.series(*run) : nullptr);
    }
}

QWidget* ChartsPanel::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(2 * space, space, 2 * space, 0);
    row->setSpacing(space);
    auto* showMenu = new QMenu(bar);
    auto* logMenu = new QMenu(bar);
    fillShowMenu(showMenu);
    fillLogMenu(logMenu);
    row->addWidget(buildMenu(tr("Show"), QStringLiteral("chartsShow"), showMenu));
    row->addWidget(buildMenu(tr("Log axis"), QStringLiteral("chartsLog"), logMenu));
    row->addSpacing(2 * space);
    row->addWidget(buildSmoothing());
    row->addStretch();
    auto* fit = new QToolButton;
    fit->setObjectName(QStringLiteral("chartsFit"));
    fit->setIcon(m_theme.icon(QStringLiteral("fit")));
    fit->setAccessibleName(tr("Show everything and follow"));
    fit->setToolTip(tr("Show everything and follow what comes (double click on a chart)"));
    fit->setEnabled(false);
    connect(fit, &QToolButton::clicked, m_plot, &StepPlot::follow);
    connect(m_plot, &StepPlot::followingChanged, fit, &QWidget::setDisabled);
    connect(&m_theme, &Theme::changed, fit,
            [this, fit] { fit->setIcon(m_theme.icon(QStringLiteral("fit"))); });
    row->addWidget(fit);
    return bar;
}

QToolButton* ChartsPanel::buildMenu(const QString& text, const QString& name, QMenu* menu) {
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setAccessibleName(text);
    button->setText(text);
    button->setMenu(menu);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    return button;
}

void ChartsPanel::fillShowMenu(QMenu* menu) {
    for (int panel = 0; panel < panels; ++panel) {
        QAction* action = menu->addAction(tr(panelTexts[panel].title));
        action->setObjectName(
            QStringLiteral("chartsShow.%1").arg(QLatin1String(panelTexts[panel].name)));
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, m_plot,
                [this, panel](bool on) { m_plot->setPanelVisible(panel, on); });
    }
    menu->addSeparator();
    QAction* ghost = menu->addAction(tr("Run before (grey)"));
    ghost->setObjectName(QStringLiteral("chartsShow.previousRun"));
    ghost->setCheckable(true);
    ghost->setChecked(true);
    connect(ghost, &QAction::toggled, m_plot, [this](bool on) {
        for (const Line& line : m_lines)
            if (line.isGhost) m_plot->panel(line.panel).setLineVisible(line.index, on);
        m_plot->refresh();
    });
}

void ChartsPanel::fillLogMenu(QMenu* menu) {
    QAction* all = menu->addAction(tr("All"));
    all->setObjectName(QStringLiteral("chartsLog.all"));
    all->setCheckable(true);
    menu->addSeparator();
    for (int panel = 0; panel < panels; ++panel) {
        QAction* action = menu->addAction(tr(panelTexts[panel].title));
        action->setObjectName(
            QStringLiteral("chartsLog.%1").arg(QLatin1String(panelTexts[panel].name)));
        action->setCheckable(true);
        connect(action, &QAction::toggled, m_plot, [this, panel, all](bool on) {
            m_plot->panel(panel).setLogScale(on);
            m_plot->refresh();
            bool isAll = true;
            for (int each = 0; each < panels; ++each)
                isAll = isAll && m_plot->panel(each).isLogScale();
            all->setChecked(isAll);
        });
        connect(all, &QAction::triggered, action, &QAction::setChecked);
    }
}

QAction* ChartsPanel::action(const QString& menu, Panel panel) const {
    return findChild<QAction*>(menu + QLatin1String(panelTexts[panel].name));
}

/// Which panels are shown, which axes are logarithmic, and the smoothing.
QVariantMap ChartsPanel::viewState() const {
    QVariantMap state{{m_smoothing->objectName(), m_smoothing->value()}};
    for (int panel = 0; panel < panels; ++panel)
        for (const QString& menu : {QStringLiteral("chartsShow."), QStringLiteral("chartsLog.")}) {
            const QAction* choice = action(menu, static_cast<Panel>(panel));
            state[choice->objectName()] = choice->isChecked();
        }
    return state;
}

void ChartsPanel::setViewState(const QVariantMap& state) {
    for (auto choice = state.begin(); choice != state.end(); ++choice)
        if (auto* known = findChild<QAction*>(choice.key()))
            known->setChecked(choice.value().toBool());
    bool isNumber = false;
    const int smoothing = state.value(m_smoothing->objectName()).toInt(&isNumber);
    if (isNumber) m_smoothing->setValue(smoothing);
}

QWidget* ChartsPanel::buildSmoothing() {
    auto* part = new QWidget;
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    auto* name = new QLabel(tr("Smoothing"));
    name->setProperty("quiet", true);
    auto* value = new QLabel;
    value->setFixedWidth(value->fontMetrics().horizontalAdvance(QStringLiteral("0.000")));
    m_smoothing = new QSlider(Qt::Horizontal);
    m_smoothing->setObjectName(QStringLiteral("chartsSmoothing"));
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(
        tr("Share of the past in the smoothed lines: exponential moving average"));
    m_smoothing->setRange(0, 200);
    m_smoothing->setFixedWidth(96);
    const auto showValue = [value](int position) {
        value->setText(decimalText(weightAt(position), 2));
    };
    connect(m_smoothing, &QSlider::valueChanged, value, showValue);
    m_smoothing->setValue(positionOf(m_weight));
    connect(m_smoothing, &QSlider::valueChanged, this,
            [this](int position) { setSmoothing(weightAt(position)); });
    name->setBuddy(m_smoothing);
    for (QWidget* widget : {static_cast<QWidget*>(name), static_cast<QWidget*>(m_smoothing),
                            static_cast<QWidget*>(value)})
        row->addWidget(widget);
    return part;
}

void ChartsPanel::setSmoothing(double weight) {
    m_weight = weight;
    m_course->setSmoothing(weight);
    m_plot->refresh();
    // In a turn of its own: each of two long runs takes milliseconds.
    QTimer::singleShot(0, this, [this] {
        if (m_ghost) m_ghost->setSmoothing(m_weight);
        m_plot->refresh();
    });
}

void ChartsPanel::setInvitation(const QString& text) {
    m_empty->setText(text,
                     tr("Losses, metrics, learning rate and gradient norm are drawn here over "
                        "the steps while the network learns."));
}

void ChartsPanel::startRun(const QString& name, const ChannelNames& channels) {
    if (!m_course->course().isEmpty()) {
        m_ghost = std::move(m_course);
        m_ghostName = m_courseName;
    }
    if (!name.isEmpty() && m_ghostName == name) m_ghost.reset();
    m_courseName = name;
    m_course = std::make_shared<CourseLines>(channels, m_weight);
    buildLines();
    courseChanged();
    m_plot->follow();
}

void ChartsPanel::forgetRuns() {
    m_course = std::make_shared<CourseLines>(ChannelNames(), m_weight);
    m_ghost.reset();
    m_courseName.clear();
    m_ghostName.clear();
    m_cursor.reset();
    buildLines();
    courseChanged();
    m_plot->follow();
}

void ChartsPanel::add(const std::vector<StepRecord>& records) {
    m_course->add(records);
    courseChanged();
}

void ChartsPanel::add(const RunEvent& event) {
    m_course->add(event);
    courseChanged();
}

void ChartsPanel::courseChanged() {
    const RunCourse& course = m_course->course();
    m_empty->setEmpty(course.isEmpty() && !m_ghost);
    const RunCourse& longest = course.isEmpty() && m_ghost ? m_ghost->course() : course;
    m_plot->setCourse(longest.lastStep(), {course.epochEnds().begin(), course.epochEnds().end()});
    m_plot->refresh();
    if (!m_cursor) read(std::nullopt);
}

/// At the cursor, or the newest where there is none.
void ChartsPanel::read(std::optional<double> step) {
    m_cursor = step;
    const double last = m_course->course().lastStep();
    m_readOut->setCells(chartCells(*m_course, std::round(step.value_or(last)), m_theme));
}

/// What the numbers of a table are: until a run has taken a step, those of the run before.
std::shared_ptr<const RunCourse> ChartsPanel::shownCourse() const {
    const auto& lines = m_course->course().isEmpty() && m_ghost ? m_ghost : m_course;
    return {lines, &lines->course()};
}

void ChartsPanel::showMenuAt(const QPoint& position) {
    QMenu menu;
    menu.addAction(tr("Show everything"), m_plot, &StepPlot::follow);
    menu.addSeparator();
    addExportActions(menu, *m_plot, m_exports, [this] { return shownCourse(); });
    menu.exec(m_plot->mapToGlobal(position));
}

}  // namespace vitrine::gui
