// SPDX-License-Identifier: GPL-3.0-or-later
// A choice, a slider and a legend.
#include "gui/views/data/mask_bar.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSlider>

#include <algorithm>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr size_t mostInLegend = 12;

/// Marks have one channel.
bool canBeMask(const Column& column) { return column.isImage() && column.shape[0] == 1; }

bool isMask(const Column& column) {
    return canBeMask(column) &&
           (column.hasClasses() || column.name.find("mask") != std::string::npos);
}

}  // namespace

MaskBar::MaskBar(Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_column(new QComboBox),
      m_share(new QSlider(Qt::Horizontal)),
      m_legend(new QLabel) {
    m_column->setObjectName(QStringLiteral("maskColumn"));
    m_column->setAccessibleName(tr("Mask over the pictures"));
    m_column->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_column->setMinimumContentsLength(5);
    m_share->setObjectName(QStringLiteral("maskShare"));
    m_share->setAccessibleName(tr("Strength of the mask"));
    m_share->setToolTip(tr("How strongly the mask covers the pictures"));
    m_share->setRange(0, 100);
    m_share->setValue(60);
    m_legend->setObjectName(QStringLiteral("maskLegend"));
    m_legend->setWordWrap(true);
    m_legend->setMinimumWidth(1);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space);
    grid->addWidget(m_column, 0, 0);
    grid->addWidget(m_share, 0, 1);
    grid->addWidget(m_legend, 1, 0, 1, 2);
    connect(m_column, &QComboBox::activated, this, [this] {
        showLegend();
        changed();
    });
    connect(m_share, &QSlider::valueChanged, this, &MaskBar::changed);
    connect(&theme, &Theme::changed, this, [this] {
        showLegend();
        changed();
    });
    hide();
}

void MaskBar::setData(std::shared_ptr<const Dataset> dataset, int image) {
    if (dataset == m_data && image == m_image) return;
    m_data = std::move(dataset);
    m_image = image;
    m_column->clear();
    m_column->addItem(tr("No mask"), -1);
    int chosen = 0;
    for (size_t i = 0; m_data && i < m_data->storedColumns().size(); ++i) {
        const Column& column = m_data->storedColumns()[i];
        if (static_cast<int>(i) == image || !canBeMask(column)) continue;
        if (chosen == 0 && isMask(column)) chosen = m_column->count();
        m_column->addItem(QString::fromStdString(column.name), static_cast<int>(i));
    }
    m_column->setCurrentIndex(chosen);
    setVisible(m_column->count() > 1);
    showLegend();
    changed();
}

int MaskBar::column() const {
    return m_column->currentIndex() < 0 ? -1 : m_column->currentData().toInt();
}

double MaskBar::share() const { return m_share->value() / 100.0; }

/// Of classes 1, 2, …: those of lines, which stay apart for the colour-blind; grey is no class.
std::vector<QRgb> MaskBar::colours() const {
    constexpr int lines = 7;
    std::vector<QRgb> colours;
    for (int i = 0; i < lines; ++i) colours.push_back(m_theme.series(i + 1).rgb());
    return colours;
}

void MaskBar::showLegend() {
    m_share->setEnabled(column() >= 0);
    const auto& all = m_data ? m_data->storedColumns() : std::vector<Column>();
    const std::vector<std::string> names =
        column() < 0 ? std::vector<std::string>() : all[static_cast<size_t>(column())].classes;
    const std::vector<QRgb> colourOf = colours();
    QString text;
    for (size_t i = 1; i < std::min(names.size(), mostInLegend); ++i)
        text += QStringLiteral("<span style='color:%1'>■</span>&nbsp;%2 &nbsp; ")
                    .arg(QColor(colourOf[(i - 1) % colourOf.size()]).name(),
                         QString::fromStdString(names[i]).toHtmlEscaped());
    if (names.size() > mostInLegend) text += QStringLiteral("…");
    m_legend->setText(text);
    m_legend->setVisible(!text.isEmpty());
}

}  // namespace vitrine::gui
