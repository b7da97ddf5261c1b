// SPDX-License-Identifier: GPL-3.0-or-later
// Bar, rows and lines.
#include "gui/views/gradients/gradients_panel.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/theme/theme.h"
#include "gui/views/gradients/histogram_table.h"
#include "gui/views/gradients/norms_plot.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/read_out.h"

namespace vitrine::gui {

QString GradientsPanel::hint() const {
    const QString how = tr("Point at a row to read it; a click selects its node.");
    if (kind() != SampleKind::Activation) return how;
    return how + tr(" A node that runs as one with the next has no row.");
}

GradientsPanel::GradientsPanel(Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_pages(new QStackedWidget) {
    m_pages->addWidget(buildHistograms());
    m_norms = new NormsPlot(m_model, theme);
    m_pages->addWidget(m_norms);
    m_empty = new EmptyState({}, {}, m_pages);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildBar());
    column->addWidget(m_empty, 1);
    connect(m_table, &HistogramTable::nodeChosen, this, &GradientsPanel::nodeChosen);
    connect(m_table, &HistogramTable::pointed, m_readOut,
            [this](const std::vector<ReadOut::Cell>& cells) {
                if (cells.empty())
                    m_readOut->setHint(hint());
                else
                    m_readOut->setCells(cells);
            });
    connect(&m_model, &QAbstractItemModel::modelReset, this, &GradientsPanel::updateEmpty);
    connect(this, &GradientsPanel::kindChanged, m_readOut, [this] { m_readOut->setHint(hint()); });
    m_table->pointed({});
    updateEmpty();
}

QWidget* GradientsPanel::buildHistograms() {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_table = new HistogramTable(m_model, m_theme);
    m_readOut = new ReadOut(m_theme);
    m_readOut->setObjectName(QStringLiteral("gradientsReadOut"));
    m_readOut->setAccessibleName(tr("Values under the mouse"));
    column->addWidget(m_table, 1);
    column->addWidget(m_readOut);
    return page;
}

QWidget* GradientsPanel::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(2 * space, space, 2 * space, 0);
    row->setSpacing(space);
    addKindButtons(*row);
    row->addStretch();
    auto* tabs = new QTabBar;
    tabs->setObjectName(QStringLiteral("gradientTabs"));
    tabs->setAccessibleName(tr("How to show them"));
    tabs->addTab(tr("Histograms"));
    tabs->addTab(tr("Norms"));
    connect(tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    row->addWidget(tabs);
    return bar;
}

void GradientsPanel::addKindButtons(QHBoxLayout& row) {
    struct Kind {
        SampleKind kind;
        const char* name;
        QString text, tip;
    };
    const Kind kinds[] = {
        {SampleKind::Gradient, "kindGradients", tr("Gradients"),
         tr("Gradients of the parameters, as the backward pass made them: before clipping")},
        {SampleKind::Weight, "kindWeights", tr("Weights"), tr("The parameters themselves")},
        {SampleKind::Activation, "kindActivations", tr("Activations"), tr("Results of the nodes")}};
    auto* group = new QButtonGroup(this);
    for (const Kind& kind : kinds) {
        auto* button = new QToolButton;
        button->setObjectName(QLatin1String(kind.name));
        button->setText(kind.text);
        button->setToolTip(kind.tip);
        button->setAccessibleName(kind.text);
        button->setCheckable(true);
        button->setChecked(kind.kind == SampleKind::Gradient);
        group->addButton(button);
        connect(button, &QToolButton::clicked, this, [this, which = kind.kind] { setKind(which); });
        row.addWidget(button);
    }
}

void GradientsPanel::setKind(SampleKind kind) {
    if (kind == m_model.kind()) return;
    m_model.setKind(kind);
    updateEmpty();
    kindChanged();
}

void GradientsPanel::setInvitation(const QString& text) {
    m_invitation = text;
    updateEmpty();
}

void GradientsPanel::updateEmpty() {
    m_empty->setEmpty(m_model.rowCount() == 0);
    m_empty->setText(m_invitation,
                     tr("One row a layer: how large its numbers are, step by step. Layers that "
                        "vanish, explode or die are marked."));
}

void GradientsPanel::setSelectedNodes(const QStringList& nodes) {
    m_table->setSelectedNodes(nodes);
    m_norms->setSelectedNodes(nodes);
}

}  // namespace vitrine::gui
