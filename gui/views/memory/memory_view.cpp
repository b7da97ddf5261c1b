// SPDX-License-Identifier: GPL-3.0-or-later
// Puts together map, list and layout.
#include "gui/views/memory/memory_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <unordered_map>

#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/models/arena_text.h"
#include "gui/models/node_hue.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/memory/alive_list.h"
#include "gui/views/memory/arena_widget.h"
#include "gui/views/memory/budget_bar.h"
#include "gui/views/memory/card_bar.h"
#include "gui/views/memory/layout_page.h"

namespace vitrine::gui {

namespace {

/// So many entries are laid out at once; more would take as long as a frame.
constexpr size_t mostAtOnce = 2000;

using Categories = std::unordered_map<std::string, std::string_view>;

Categories categoriesOf(const Graph& graph) {
    Categories categories;
    for (const Node& node : graph.nodes()) categories.emplace(node.id, hueOf(*node.op));
    return categories;
}

ArenaMap mapOf(std::shared_ptr<const Tape> tape, const Categories& categories) {
    return ArenaMap(std::move(tape), [&categories](const std::string& node) {
        const auto found = categories.find(node);
        return found == categories.end() ? std::string_view() : found->second;
    });
}

}  // namespace

MemoryView::MemoryView(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("memoryView"));
    setAccessibleName(tr("Memory"));
    m_pages = new QTabWidget(this);
    m_pages->setObjectName(QStringLiteral("memoryPages"));
    m_pages->setAccessibleName(tr("Arena or physical layout"));
    m_pages->setDocumentMode(false);  // true draws a line over the corner
    m_layout = new LayoutPage(context.theme, m_pages);
    buildMapPage();
    m_pages->addTab(m_mapPage, tr("Arena"));
    m_pages->addTab(m_layout, tr("Physical layout"));
    m_pages->setCornerWidget(buildCorner());
    m_budget = new BudgetBar(context, this);
    m_card = new CardBar(context, this);
    m_figures = new QLabel(this);
    m_figures->setObjectName(QStringLiteral("memoryFigures"));
    m_figures->setProperty("quiet", true);
    m_figures->setContentsMargins(2 * space, space, 2 * space, space);
    m_figures->setWordWrap(true);
    m_empty = new QLabel(this);
    m_empty->setObjectName(QStringLiteral("memoryEmpty"));
    m_empty->setProperty("quiet", true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_empty, 1);
    column->addWidget(m_pages, 1);
    column->addWidget(m_budget);
    column->addWidget(m_figures);
    column->addWidget(m_card);
    setFocusProxy(m_map);
    listen();
    showTape();
}

void MemoryView::buildMapPage() {
    m_mapPage = new QSplitter(Qt::Horizontal, m_pages);
    m_mapPage->setObjectName(QStringLiteral("memorySplitter"));
    m_map = new ArenaWidget(m_context.theme, m_mapPage);
    m_alive = new AliveList(m_context.theme, m_mapPage);
    m_mapPage->addWidget(m_map);
    m_mapPage->addWidget(m_alive);
    m_mapPage->setStretchFactor(0, 1);
    m_mapPage->setSizes({600, 190});
    const auto select = [this](ValueId value) {
        if (isUpToDate()) m_context.selection.selectValue(value);
    };
    connect(m_map, &ArenaWidget::valueChosen, this, select);
    connect(m_map, &ArenaWidget::valueOpened, this, &MemoryView::openLayout);
    connect(m_map, &ArenaWidget::entryHovered, this, [this](int entry) {
        m_hoveredEntry = entry;
        showAlive();
    });
    connect(m_alive, &AliveList::valueChosen, this, select);
}

QWidget* MemoryView::buildCorner() {
    auto* corner = new QWidget(m_pages);
    m_colour = new QComboBox(corner);
    m_colour->setObjectName(QStringLiteral("arenaColour"));
    m_colour->setAccessibleName(tr("Colour of the blocks"));
    m_colour->addItem(tr("Colour: category"));
    m_colour->addItem(tr("Colour: type"));
    auto* fit = new QToolButton(corner);
    fit->setObjectName(QStringLiteral("arenaFit"));
    fit->setAccessibleName(tr("Everything in sight"));
    fit->setToolTip(tr("Everything in sight  (Home, or a double click on the ground)"));
    const auto restyle = [this, fit] { fit->setIcon(m_context.theme.icon(QStringLiteral("fit"))); };
    restyle();
    connect(&m_context.theme, &Theme::changed, fit, restyle);
    connect(fit, &QToolButton::clicked, m_map, &ArenaWidget::fit);
    connect(m_colour, &QComboBox::currentIndexChanged, this, &MemoryView::colourChanged);
    connect(m_pages, &QTabWidget::currentChanged, corner,
            [corner](int page) { corner->setVisible(page == 0); });
    auto* row = new QHBoxLayout(corner);
    row->setContentsMargins(0, 0, space, 0);
    row->setSpacing(space);
    row->addWidget(m_colour);
    row->addWidget(fit);
    return corner;
}

void MemoryView::listen() {
    RunController& run = m_context.run;
    follow(&run, &RunController::tapeChanged, this, &MemoryView::showTape);
    follow(&run, &RunController::optionsChanged, this, &MemoryView::showTape);
    follow(&run, &RunController::stopPointChanged, this, &MemoryView::showStopPoint);
    follow(&run, &RunController::phaseChanged, this, &MemoryView::showStopPoint);
    follow(&m_context.selection, &Selection::changed, this, &MemoryView::showSelection);
    connect(m_budget, &BudgetBar::previewChanged, this, &MemoryView::showTape);
    connect(&m_context.theme, &Theme::changed, this, &MemoryView::colourChanged);
    connect(&m_laying, &BackgroundWork::finished, this,
            [this] { keepInside(this, [this] { mapIsLaid(); }); });
}

QByteArray MemoryView::viewState() const { return m_mapPage->saveState(); }
void MemoryView::setViewState(const QByteArray& state) { m_mapPage->restoreState(state); }

void MemoryView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showTape();
}

void MemoryView::showTape() {
    if (!isVisible()) return;
    const auto& tape = shownTape();
    if (m_map->map().tape() != tape) {
        if (m_laying.isRunning()) return;  // its end looks what is wanted then
        Categories categories = categoriesOf(m_context.document.graph());
        if (tape && tape->entries.size() > mostAtOnce) {
            m_laying.run("laying out the memory map",
                         [tape, categories = std::move(categories)]() -> Result<ArenaMap> {
                             return mapOf(tape, categories);
                         });
            return;
        }
        setMap(mapOf(tape, categories));
    }
    m_empty->setText(
        tr("There is no memory plan yet.\nBuild a network that ends in a loss: the "
           "memory of its training step is drawn here."));
    m_empty->setVisible(!tape);
    m_pages->setVisible(tape != nullptr);
    m_figures->setVisible(tape != nullptr);
    m_card->showRun();
    // What it plans is for the processor.
    m_budget->setVisible(tape && !m_context.run.isSteppingPrediction() && m_card->isHidden());
    m_figures->setText(figuresText(m_map->map()) + planWords());
    m_figures->setToolTip(tr(
        "No plan can take less than what is alive at the peak; the nearer to 100 %, the better."));
    showStopPoint();
    showSelection();
}

void MemoryView::setMap(ArenaMap map) {
    m_alive->forget();
    m_map->setMap(std::move(map));
    m_listedEntry = -1;
}

void MemoryView::mapIsLaid() {
    Result<ArenaMap> map = m_laying.take();
    if (!map) return m_context.run.failed(map.error());
    if (map->tape() == shownTape()) setMap(std::move(map).value());
    showTape();
}

const std::shared_ptr<const Tape>& MemoryView::shownTape() const {
    return m_budget->preview() ? m_budget->preview() : m_context.run.tape();
}

bool MemoryView::isUpToDate() const {
    return isVisible() && m_map->map().tape() == m_context.run.tape();
}

int MemoryView::stoppedAt() const {
    const auto here = m_context.run.standsAt();
    return here ? here->entry : -1;
}

void MemoryView::showStopPoint() {
    // A plan that somebody is only looking at stands nowhere, and nothing of it is selected.
    if (isVisible() && m_budget->preview() && m_map->map().tape() == m_budget->preview()) {
        m_map->setCurrentEntry(-1);
        m_map->setMarked({});
        return showAlive();
    }
    if (!isUpToDate()) return;
    m_map->setCurrentEntry(stoppedAt());
    showAlive();
}

/// A GPU has kernels of its own, and so a plan: it is made when a run begins.
QString MemoryView::planWords() const {
    const RunController& run = m_context.run;
    const bool isOfRun = run.isTapeOfRun() && shownTape() == run.tape();
    if (isOfRun || run.device().isEmpty()) return {};
    return tr("  ·  planned for the processor; a run on the GPU makes its own plan");
}

/// The entry under the pointer, else the one where the run stands, else the peak.
void MemoryView::showAlive() {
    const ArenaMap& map = m_map->map();
    const int stopped = m_budget->preview() ? -1 : std::min(stoppedAt(), map.entries() - 1);
    const int entry = m_hoveredEntry >= 0 ? m_hoveredEntry
                      : stopped >= 0      ? stopped
                                          : map.peakEntry();
    if (entry == m_listedEntry) return;
    m_listedEntry = entry;
    const QString title = entry == map.peakEntry() ? tr("entry %1, peak") : tr("entry %1");
    m_alive->show(map, entry, title.arg(exactText(entry)),
                  static_cast<ArenaColour>(m_colour->currentIndex()));
}

std::vector<int> MemoryView::markedBlocks() const {
    const ArenaMap& map = m_map->map();
    const Selection& selection = m_context.selection;
    const int chosen = map.blockOf(selection.value());
    if (chosen >= 0) return {chosen};
    std::vector<int> marked;
    if (selection.nodes().isEmpty()) return marked;
    for (size_t i = 0; i < map.blocks().size(); ++i) {
        const auto& nodes = map.blocks()[i].nodes;
        if (std::any_of(nodes.begin(), nodes.end(),
                        [&](const std::string& node) { return selection.has(node); }))
            marked.push_back(static_cast<int>(i));
    }
    return marked;
}

void MemoryView::showSelection() {
    if (!isUpToDate()) return;
    m_map->setMarked(markedBlocks());
    m_layout->show(m_map->map().tape(), m_context.selection.value());
}

void MemoryView::colourChanged() {
    m_map->setColour(static_cast<ArenaColour>(m_colour->currentIndex()));
    m_listedEntry = -1;
    showAlive();
}

void MemoryView::openLayout(ValueId value) {
    if (!isUpToDate()) return;
    m_context.selection.selectValue(value);
    m_pages->setCurrentWidget(m_layout);
}

namespace views::memory {

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "memory",
    .title = QT_TRANSLATE_NOOP("Views", "Memory"),
    .icon = "memory",
    .place = DockPlace::BottomRight,
    .order = 1,
    .shortcut = "Alt+6",
    .tip = QT_TRANSLATE_NOOP("Views", "Where every value lies in memory, and for how long"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new MemoryView(context, parent);
    }};

}  // namespace views::memory

}  // namespace vitrine::gui
