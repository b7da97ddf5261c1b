// SPDX-License-Identifier: GPL-3.0-or-later
// A point for each number, and the line on which both are equal.
#include "gui/views/data/scatter_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

/// Further numbers of an example would hide one another.
constexpr int64_t mostNumbers = 8;

}  // namespace

ScatterPage::ScatterPage(Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_plot(new QCustomPlot) {
    buildPlot();
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_plot, 1);
    column->addWidget(buildBar());
    m_empty = new EmptyState({}, {}, content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    connect(&theme, &Theme::changed, this, &ScatterPage::restyle);
    restyle();
    clear();
}

void ScatterPage::buildPlot() {
    m_plot->setObjectName(QStringLiteral("scatterPlot"));
    m_plot->setAccessibleName(tr("Numbers of the data against those of the network"));
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setToolTip(tr("A press on a point shows its example; a double click fits the axes"));
    m_plot->xAxis->setLabel(tr("in the data"));
    m_plot->yAxis->setLabel(tr("given by the network"));
    m_legendColumn = new QCPLayoutGrid;
    m_plot->plotLayout()->addElement(0, 1, m_legendColumn);
    m_legendColumn->addElement(1, 0, new QCPLayoutElement(m_plot));
    m_legendColumn->setRowStretchFactor(0, 0.001);
    m_plot->plotLayout()->setColumnStretchFactor(1, 0.001);
    m_plot->legend->setRowSpacing(-3);
    m_plot->legend->setIconSize(10, 12);
    m_equal = new QCPItemStraightLine(m_plot);
    m_equal->point1->setCoords(0, 0);
    m_equal->point2->setCoords(1, 1);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &ScatterPage::fit);
    connect(m_plot, &QCustomPlot::mouseRelease, this,
            [this](QMouseEvent* event) { choose(event->position()); });
}

QWidget* ScatterPage::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(2 * space, 0, 2 * space, space);
    row->setSpacing(space);
    m_words = new QLabel;
    m_words->setObjectName(QStringLiteral("scatterWords"));
    m_words->setProperty("quiet", true);
    m_words->setWordWrap(true);
    m_ask = new QToolButton;
    m_ask->setObjectName(QStringLiteral("scatterAsk"));
    m_ask->setText(tr("Ask again"));
    m_ask->setToolTip(tr("Asks the network with its newest weights"));
    connect(m_ask, &QToolButton::clicked, this, &ScatterPage::asked);
    row->addWidget(m_words, 1);
    row->addWidget(m_ask);
    return bar;
}

void ScatterPage::clear() {
    m_pairs = {};
    showTrouble(tr("What the network gives is drawn against the data here."),
                tr("It is asked about the test examples when this page is shown."));
}

void ScatterPage::showTrouble(const QString& what, const QString& how) {
    m_empty->setText(what, how);
    m_empty->setEmpty(true);
}

void ScatterPage::setAsking(bool asking) { m_ask->setEnabled(!asking); }

void ScatterPage::setPairs(const NumberPairs& pairs) {
    m_pairs = pairs;
    m_plot->clearGraphs();
    m_points.clear();
    const auto examples = static_cast<int64_t>(pairs.truth.size()) / pairs.each;
    for (int64_t number = 0; number < std::min(pairs.each, mostNumbers); ++number) {
        QCPGraph* points = m_plot->addGraph();
        QVector<double> across, up;
        for (int64_t i = 0; i < examples; ++i) {
            const auto at = static_cast<size_t>(i * pairs.each + number);
            if (!std::isfinite(pairs.given[at])) continue;
            across << static_cast<double>(pairs.truth[at]);
            up << static_cast<double>(pairs.given[at]);
        }
        points->setLineStyle(QCPGraph::lsNone);
        points->setName(tr("number %1").arg(number + 1));
        points->setData(across, up);
        m_points.push_back(points);
    }
    showLegend(m_points.size() > 1);
    m_words->setText(summary());
    m_empty->setEmpty(examples == 0);
    restyle();
    fit();
}

/// Beside the points, not on them. Where it would say nothing it takes no room there.
void ScatterPage::showLegend(bool shown) {
    m_plot->legend->setVisible(shown);
    const bool isBeside = m_legendColumn->hasElement(0, 0);
    if (shown && !isBeside) m_legendColumn->addElement(0, 0, m_plot->legend);
    if (!shown && isBeside)
        m_plot->axisRect()->insetLayout()->addElement(m_plot->legend, Qt::AlignTop | Qt::AlignLeft);
}

/// Errors of all numbers together.
QString ScatterPage::summary() const {
    double squares = 0, absolute = 0;
    int64_t finite = 0;
    for (size_t i = 0; i < m_pairs.truth.size(); ++i) {
        const double error =
            static_cast<double>(m_pairs.given[i]) - static_cast<double>(m_pairs.truth[i]);
        if (!std::isfinite(error)) continue;
        squares += error * error;
        absolute += std::abs(error);
        ++finite;
    }
    if (finite == 0) return tr("What the network gives are no numbers.");
    const auto count = static_cast<double>(finite);
    const QString text = tr("%1 test examples: mean error %2, root of the mean square %3")
                             .arg(exactText(std::ssize(m_pairs.truth) / m_pairs.each),
                                  realText(absolute / count), realText(std::sqrt(squares / count)));
    const int64_t missing = std::ssize(m_pairs.truth) - finite;
    return missing == 0 ? text : tr("%1; %2 are no numbers").arg(text, exactText(missing));
}

/// Both axes have one range, so that the line of equals is the diagonal.
void ScatterPage::fit() {
    double lowest = 0, highest = 1;
    bool isFirst = true;
    for (const auto* numbers : {&m_pairs.truth, &m_pairs.given})
        for (const float number : *numbers) {
            if (!std::isfinite(number)) continue;
            const auto value = static_cast<double>(number);
            lowest = isFirst ? value : std::min(lowest, value);
            highest = isFirst ? value : std::max(highest, value);
            isFirst = false;
        }
    const double slack = highest > lowest ? 0.04 * (highest - lowest) : 1;
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        axis->setRange(lowest - slack, highest + slack);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

QPointF ScatterPage::placeOf(int number, int64_t example) const {
    const auto at = static_cast<size_t>(example * m_pairs.each + number);
    return {m_plot->xAxis->coordToPixel(static_cast<double>(m_pairs.truth[at])),
            m_plot->yAxis->coordToPixel(static_cast<double>(m_pairs.given[at]))};
}

/// The nearest point, where one is near.
void ScatterPage::choose(const QPointF& position) {
    constexpr double near = 6;
    double best = near;
    int64_t found = -1;
    const auto examples = static_cast<int64_t>(m_pairs.truth.size()) / m_pairs.each;
    for (int64_t i = 0; i < examples; ++i)
        for (int number = 0; number < static_cast<int>(m_points.size()); ++number) {
            const double distance = QLineF(position, placeOf(number, i)).length();
            if (!(distance < best)) continue;
            best = distance;
            found = i;
        }
    if (found >= 0) opened(found);
}

void ScatterPage::restyle() {
    const Tokens& tokens = m_theme.tokens();
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    m_plot->setBackground(QBrush(tokens.panel));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(QPen(tokens.line));
        axis->setTickPen(QPen(tokens.line));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(tokens.quiet);
        axis->setTickLabelFont(font);
        axis->setLabelColor(tokens.quiet);
        axis->setLabelFont(font);
        axis->grid()->setPen(QPen(tokens.grid, 1));
        axis->grid()->setZeroLinePen(QPen(tokens.line, 1));
    }
    m_plot->legend->setBrush(tokens.panel);
    m_plot->legend->setBorderPen(QPen(tokens.line));
    m_plot->legend->setTextColor(tokens.quiet);
    m_plot->legend->setFont(font);
    m_equal->setPen(QPen(tokens.quiet, 1, Qt::DashLine));
    for (size_t i = 0; i < m_points.size(); ++i) {
        QColor colour = m_theme.series(static_cast<int>(i));
        m_points[i]->setScatterStyle({QCPScatterStyle::ssDisc, colour, 4});
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace vitrine::gui
