// SPDX-License-Identifier: GPL-3.0-or-later
// List and bar.
#include "gui/views/data/sample_grid.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/data/sample_delegate.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

SampleGrid::SampleGrid(Theme& theme, const QString& name, QWidget* parent)
    : QWidget(parent), m_delegate(new SampleDelegate(theme, this)), m_list(new QListView) {
    setObjectName(name);
    buildList(theme);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildBar(theme));
    m_none = new EmptyState({}, {}, m_list);
    m_none->setObjectName(name + QStringLiteral("None"));
    column->addWidget(m_none, 1);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &SampleGrid::updateBar);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &SampleGrid::updateBar);
    updateBar();
}

void SampleGrid::buildList(Theme& theme) {
    m_list->setObjectName(objectName() + "List");
    m_list->setAccessibleName(tr("Images"));
    m_list->setViewMode(QListView::IconMode);
    m_list->setMovement(QListView::Static);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(m_delegate);
    m_list->setModel(&m_model);
    connect(m_list, &QListView::activated, this, &SampleGrid::opened);
    connect(&theme, &Theme::changed, m_list->viewport(), qOverload<>(&QWidget::update));
}

QWidget* SampleGrid::buildBar(Theme& theme) {
    auto* bar = new QWidget;
    m_bar = new QHBoxLayout(bar);
    m_bar->setContentsMargins(2 * space, space, 2 * space, space);
    m_bar->setSpacing(space);
    m_range = new QLabel;
    m_range->setObjectName(objectName() + "Range");
    m_range->setProperty("quiet", true);
    m_bar->addWidget(buildNormalised());
    m_bar->addWidget(m_range);
    m_bar->addStretch();
    m_size = buildSize();
    m_bar->addWidget(m_size);
    addPager(*m_bar);
    const auto restyle = [this, &theme] {
        m_back->setIcon(theme.icon(QStringLiteral("previous")));
        m_on->setIcon(theme.icon(QStringLiteral("next")));
    };
    connect(&theme, &Theme::changed, this, restyle);
    restyle();
    return bar;
}

void SampleGrid::setWhenNone(const QString& what, const QString& how) {
    m_none->setText(what, how);
}

void SampleGrid::addToBar(QWidget* widget) { m_bar->insertWidget(0, widget); }

void SampleGrid::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitBar();
}

/// Where there is little room, what says the least goes first, and nothing is cut.
void SampleGrid::fitBar() {
    const std::array<QWidget*, 2> goFirst{m_range, m_size};
    for (QWidget* widget : goFirst) widget->show();
    for (QWidget* widget : goFirst) {
        m_bar->invalidate();
        if (m_bar->sizeHint().width() <= width()) return;
        widget->hide();
    }
}

QToolButton* SampleGrid::buildNormalised() {
    auto* button = new QToolButton;
    button->setObjectName(objectName() + "Normalised");
    button->setText(tr("Normalised"));
    button->setAccessibleName(tr("As the network sees them"));
    button->setToolTip(tr("Shows the numbers that the network gets; middle grey is 0"));
    button->setCheckable(true);
    connect(button, &QToolButton::toggled, &m_model, &SamplesModel::setNormalised);
    return button;
}

QWidget* SampleGrid::buildSize() {
    constexpr int smallest = 24, largest = 160, first = 56;
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setObjectName(objectName() + "Size");
    slider->setAccessibleName(tr("Size of the pictures"));
    slider->setToolTip(tr("Size of the pictures"));
    slider->setRange(smallest, largest);
    slider->setMinimumWidth(40);
    slider->setMaximumWidth(96);
    slider->setValue(first);
    connect(slider, &QSlider::valueChanged, this, &SampleGrid::setPictureSize);
    return slider;
}

void SampleGrid::addPager(QHBoxLayout& row) {
    m_place = new QLabel;
    m_place->setObjectName(objectName() + "Place");
    m_back = new QToolButton;
    m_on = new QToolButton;
    struct Turn {
        QToolButton* button;
        const char* name;
        QString text;
        int by;
    };
    for (const Turn& turn :
         {Turn{m_back, "Back", tr("Previous page"), -1}, Turn{m_on, "On", tr("Next page"), 1}}) {
        turn.button->setObjectName(objectName() + QLatin1String(turn.name));
        turn.button->setAccessibleName(turn.text);
        turn.button->setToolTip(turn.text);
        connect(turn.button, &QToolButton::clicked, this,
                [this, by = turn.by] { m_model.setPage(m_model.page() + by); });
    }
    row.addWidget(m_back);
    row.addWidget(m_place);
    row.addWidget(m_on);
}

void SampleGrid::setPictureSize(int pixels) {
    m_delegate->setPictureSize(pixels);
    m_list->doItemsLayout();
}

void SampleGrid::updateBar() {
    m_none->setEmpty(m_model.samples() == 0);
    const int64_t first = int64_t{m_model.page()} * SamplesModel::samplesPerPage;
    m_place->setText(m_model.samples() == 0 ? tr("none")
                                            : tr("%1–%2 of %3")
                                                  .arg(exactText(first + 1))
                                                  .arg(exactText(first + m_model.rowCount()))
                                                  .arg(exactText(m_model.samples())));
    m_back->setEnabled(m_model.page() > 0);
    m_on->setEnabled(m_model.page() + 1 < m_model.pages());
    const auto [lowest, highest] = m_model.range();
    m_range->setText(tr("%1 … %2").arg(realText(lowest, 3), realText(highest, 3)));
    m_range->setToolTip(tr("What black and white stand for"));
    fitBar();
}

}  // namespace vitrine::gui
