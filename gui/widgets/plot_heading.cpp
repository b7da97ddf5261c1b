// SPDX-License-Identifier: GPL-3.0-or-later
// What fits beside the title.
#include "gui/widgets/plot_heading.h"

#include <qcustomplot.h>

#include <algorithm>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int iconWidth = 14, columnSpacing = 8, iconTextPadding = 5;
constexpr QMargins titleMargins{8, 0, 8, 0}, legendMargins{4, 2, 8, 0};

}  // namespace

PlotHeading::PlotHeading(QCustomPlot& plot, QCPLayoutGrid& frame, const QString& title)
    : m_title(new QCPTextElement(&plot, title)), m_legend(new QCPLegend) {
    auto* heading = new QCPLayoutGrid;
    m_title->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
    m_title->setMargins(titleMargins);
    frame.addElement(0, 0, heading);  // first, so that its parts know their plot
    heading->addElement(0, 0, m_title);
    heading->addElement(0, 1, m_legend);
    heading->setColumnStretchFactor(0, 100);
    heading->setColumnSpacing(0);
    m_title->setLayer(QStringLiteral("legend"));
    m_legend->setLayer(QStringLiteral("legend"));
    m_legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_legend->setMargins(legendMargins);
    m_legend->setIconSize(iconWidth, 10);
    m_legend->setIconTextPadding(iconTextPadding);
    m_legend->setColumnSpacing(columnSpacing);
    m_legend->setBorderPen(Qt::NoPen);
    m_legend->setBrush(Qt::NoBrush);
}

int PlotHeading::widthOf(const Entry& entry) const {
    const int text = QFontMetrics(m_font).horizontalAdvance(entry.plottable->name());
    return iconWidth + iconTextPadding + text + columnSpacing;
}

std::vector<PlotHeading::Entry> PlotHeading::fitting(std::vector<Entry> entries) const {
    if (m_room <= 0) return entries;
    const int margins =
        titleMargins.left() + titleMargins.right() + legendMargins.left() + legendMargins.right();
    const int room = m_room - QFontMetrics(m_font).horizontalAdvance(m_title->text()) - margins;
    const auto width = [&] {
        int sum = 0;
        for (const Entry& entry : entries) sum += widthOf(entry);
        return sum;
    };
    const auto lighter = [](const Entry& a, const Entry& b) { return a.weight < b.weight; };
    while (!entries.empty() && width() > room)
        entries.erase(std::min_element(entries.begin(), entries.end(), lighter));
    return entries;
}

bool PlotHeading::setEntries(const std::vector<Entry>& entries) {
    std::vector<Entry> shown = fitting(entries);
    if (shown == m_shown) return false;
    m_shown = std::move(shown);
    m_legend->clearItems();
    for (const Entry& entry : m_shown)
        m_legend->addItem(new QCPPlottableLegendItem(m_legend, entry.plottable));
    return true;
}

void PlotHeading::setTitle(const QString& title) { m_title->setText(title); }

void PlotHeading::clear() {
    m_legend->clearItems();
    m_shown.clear();
}

void PlotHeading::restyle(const Theme& theme, const QFont& font) {
    m_font = font;
    m_title->setFont(font);
    m_title->setTextColor(theme.tokens().text);
    m_legend->setFont(font);
    m_legend->setTextColor(theme.tokens().quiet);
}

}  // namespace vitrine::gui
