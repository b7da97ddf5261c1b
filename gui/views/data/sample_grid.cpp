// SPDX-License-Identifier: GPL-3.0-or-later
// List, bar and menu.
#include "gui/views/data/sample_grid.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
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
    connect(&m_finder, &SampleFinder::changed, this, &SampleGrid::showFound);
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
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->installEventFilter(this);
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex& index) { opened(m_model.placeAt(index.row())); });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &SampleGrid::selectionChanged);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &SampleGrid::selectionChanged);
    connect(m_list, &QListView::customContextMenuRequested, this, [this](const QPoint& at) {
        QMenu menu;
        fillMenu(menu);
        if (!menu.isEmpty()) menu.exec(m_list->viewport()->mapToGlobal(at));
    });
    connect(&theme, &Theme::changed, m_list->viewport(), qOverload<>(&QWidget::update));
}

std::vector<int64_t> SampleGrid::selected() const {
    std::vector<int> rows;
    for (const QModelIndex& index : m_list->selectionModel()->selectedIndexes())
        rows.push_back(index.row());
    std::ranges::sort(rows);
    std::vector<int64_t> places;
    for (const int row : rows) places.push_back(m_model.placeAt(row));
    return places;
}

void SampleGrid::select(const std::vector<int64_t>& places) {
    for (const int64_t place : places)
        if (const int row = m_model.rowOf(place); row >= 0) {
            const QModelIndex index = m_model.index(row);
            m_list->selectionModel()->select(index, QItemSelectionModel::Select);
            m_list->selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
        }
}

void SampleGrid::reveal(int64_t place) {
    const FoundSamples& found = m_finder.found();
    const int64_t row = found.places ? -1 : place - found.first;
    if (row < 0 || row >= found.count) return;
    m_model.setPage(static_cast<int>(row / SamplesModel::samplesPerPage));
    const QModelIndex index = m_model.index(m_model.rowOf(place));
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
    m_list->setFocus();
}

/// What was selected stays so where it is still there.
void SampleGrid::showFound(bool isSameQuestion) {
    const std::vector<int64_t> before = isSameQuestion ? selected() : std::vector<int64_t>();
    m_model.show(m_finder.source(), m_finder.found(), isSameQuestion);
    if (!before.empty() && selected().empty()) select(before);
}

void SampleGrid::addClasses(QMenu& menu, const std::vector<int64_t>& places) {
    const SampleTable& table = *m_model.source().table;
    for (int32_t number = 0; number < table.classCount(); ++number) {
        QAction* action = menu.addAction(table.className(number));
        action->setCheckable(true);
        action->setChecked(std::ranges::all_of(
            places, [&](int64_t place) { return table.classOf(place) == number; }));
        connect(action, &QAction::triggered, this,
                [this, places, number] { editAsked(places, {.label = number}); });
    }
}

void SampleGrid::fillMenu(QMenu& menu) {
    const std::vector<int64_t> places = selected();
    if (places.empty()) return;
    const SampleTable& table = *m_model.source().table;
    const auto isExcluded = [&](int64_t place) { return table.changeOf(place).isExcluded; };
    const auto isChanged = [&](int64_t place) { return table.changeOf(place) != SampleChange(); };
    menu.setObjectName(objectName() + QStringLiteral("Menu"));
    if (table.classCount() > 0) {
        QMenu* classes = menu.addMenu(tr("Change class (L)"));
        classes->setObjectName(objectName() + QStringLiteral("Classes"));
        addClasses(*classes, places);
    }
    const bool areOut = std::ranges::all_of(places, isExcluded);
    menu.addAction(areOut ? tr("Take in again (Delete)") : tr("Exclude from training (Delete)"),
                   this, &SampleGrid::toggleExcluded);
    QAction* back = menu.addAction(tr("Take changes back (Backspace)"), this,
                                   [this, places] { takeBackAsked(places); });
    back->setEnabled(std::ranges::any_of(places, isChanged));
    menu.addSeparator();
    menu.addAction(tr("Try out on the canvas (Return)"), this,
                   [this, place = places.front()] { opened(place); });
}

void SampleGrid::toggleExcluded() {
    const std::vector<int64_t> places = selected();
    if (places.empty()) return;
    const SampleTable& table = *m_model.source().table;
    const bool areOut = std::ranges::all_of(
        places, [&](int64_t place) { return table.changeOf(place).isExcluded; });
    editAsked(places, {.isExcluded = !areOut});
}

/// Below the current picture.
void SampleGrid::showMenu(QMenu& menu) {
    if (menu.isEmpty()) return;
    const QRect where = m_list->visualRect(m_list->currentIndex());
    menu.exec(m_list->viewport()->mapToGlobal(where.bottomLeft()));
}

bool SampleGrid::pressed(int key) {
    const std::vector<int64_t> places = selected();
    if (places.empty()) return false;
    if (key == Qt::Key_Delete) {
        toggleExcluded();
        return true;
    }
    if (key == Qt::Key_Backspace) {
        takeBackAsked(places);
        return true;
    }
    QMenu menu;
    menu.setObjectName(objectName() + QStringLiteral("Classes"));
    addClasses(menu, places);
    showMenu(menu);
    return true;
}

/// While the list has the keyboard these keys are its own, not the canvas's.
bool SampleGrid::eventFilter(QObject* watched, QEvent* event) {
    const bool isOurs =
        event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (isOurs && watched == m_list) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isKnown = key->modifiers() == Qt::NoModifier &&
                             (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace ||
                              key->key() == Qt::Key_L);
        if (event->type() == QEvent::ShortcutOverride) {
            if (isKnown || key->matches(QKeySequence::SelectAll)) event->accept();
        } else if (isKnown && pressed(key->key())) {
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
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
    m_bar->addWidget(buildDraw());
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
    const std::array<QWidget*, 3> goFirst{m_range, m_size, m_draw};
    m_range->setVisible(m_model.isNormalised());
    m_draw->setVisible(m_model.look().goesThroughTransforms());
    m_size->show();
    for (QWidget* widget : goFirst) {
        m_bar->invalidate();
        if (m_bar->sizeHint().width() <= width()) return;
        widget->hide();
    }
}

QToolButton* SampleGrid::buildNormalised() {
    auto* button = new QToolButton;
    button->setObjectName(objectName() + "Normalised");
    button->setText(tr("As seen"));
    button->setAccessibleName(tr("As the network sees them"));
    button->setToolTip(
        tr("Shows what the network gets: transformed and normalised; middle grey "
           "is 0"));
    button->setCheckable(true);
    connect(button, &QToolButton::toggled, this, [this](bool on) {
        m_model.setNormalised(on);
        updateBar();
    });
    return button;
}

/// Transforms draw anew in each epoch.
QWidget* SampleGrid::buildDraw() {
    m_draw = new QSpinBox;
    m_draw->setObjectName(objectName() + "Draw");
    m_draw->setAccessibleName(tr("Epoch whose draws are shown"));
    m_draw->setToolTip(tr("Which epoch's draws of the transforms are shown"));
    m_draw->setPrefix(tr("epoch "));
    m_draw->setRange(1, 9999);
    connect(m_draw, &QSpinBox::valueChanged, this, [this](int epoch) {
        m_model.setOccasion({m_seed, epoch - 1});
    });
    return m_draw;
}

void SampleGrid::setSeed(uint64_t seed) {
    m_seed = seed;
    m_model.setOccasion({m_seed, m_draw->value() - 1});
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
