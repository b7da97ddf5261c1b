// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of the memory: the arena as a map, and the physical layout of the selected value.
#pragma once

#include <QWidget>

#include "gui/bridge/background.h"
#include "gui/views/memory/arena_painter.h"
#include "gui/views/view.h"

class QComboBox;
class QLabel;
class QSplitter;
class QTabWidget;

namespace vitrine::gui {

class AliveList;
class ArenaWidget;
class BudgetBar;
class CardBar;
class LayoutPage;

/// Window thread. Does nothing while it is hidden.
class MemoryView : public QWidget {
    Q_OBJECT
    /// Where the splitter stands, to be kept between sessions.
    Q_PROPERTY(QByteArray viewState READ viewState WRITE setViewState)
  public:
    MemoryView(const ViewContext& context, QWidget* parent);

    QByteArray viewState() const;
    void setViewState(const QByteArray& state);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildMapPage();
    QWidget* buildCorner();
    void listen();
    void showTape();
    void setMap(ArenaMap map);
    void mapIsLaid();
    /// That of the run or of the document, or while somebody looks for a budget, the plan for it.
    const std::shared_ptr<const Tape>& shownTape() const;
    /// Seen, and the map is that of the tape that the selection refers to.
    bool isUpToDate() const;
    void showStopPoint();
    QString planWords() const;
    void showSelection();
    void showAlive();
    void colourChanged();
    void openLayout(ValueId value);
    std::vector<int> markedBlocks() const;
    int stoppedAt() const;

    ViewContext m_context;
    QTabWidget* m_pages = nullptr;
    QSplitter* m_mapPage = nullptr;
    ArenaWidget* m_map = nullptr;
    AliveList* m_alive = nullptr;
    LayoutPage* m_layout = nullptr;
    BudgetBar* m_budget = nullptr;
    QComboBox* m_colour = nullptr;
    CardBar* m_card = nullptr;
    QLabel* m_figures = nullptr;
    QLabel* m_empty = nullptr;
    int m_hoveredEntry = -1, m_listedEntry = -1;
    Background<Result<ArenaMap>> m_laying;
};

}  // namespace vitrine::gui
