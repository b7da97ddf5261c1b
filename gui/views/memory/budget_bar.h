// SPDX-License-Identifier: GPL-3.0-or-later
// BudgetBar: how much memory a step may take. Less of it means that the backward phase makes values
// again instead of finding them kept; the slider shows which, and what that costs.
#pragma once

#include <QTimer>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <vector>

#include "core/session/live_run.h"
#include "gui/bridge/background.h"
#include "gui/bridge/view_context.h"

class QLabel;
class QPushButton;
class QSlider;

namespace vitrine::gui {

/// Window thread. Plans on a thread of its own, and only while it is seen.
class BudgetBar : public QWidget {
    Q_OBJECT
  public:
    BudgetBar(const ViewContext& context, QWidget* parent);

    /// The plan for where the slider stands; null where that is the document's own.
    const std::shared_ptr<const Tape>& preview() const { return m_preview; }

  Q_SIGNALS:
    void previewChanged();

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    using Plan = std::shared_ptr<const Tape>;
    /// Plans of the document: as it is, with everything kept, and with the least memory.
    struct Ends {
        Plan own, kept, least;
    };
    /// What came of a budget.
    struct Planned {
        int64_t budget = 0;
        Plan plan;
        bool isFor(int64_t bytes) const;
    };
    void build();
    void listen();
    void documentChanged();
    void findEnds();
    void endsAreThere();
    void sliderMoved();
    void plan();
    void planIsThere();
    Plan knownPlan() const;
    void use();
    void reset();
    void setPreview(Plan plan);
    void showPlan();
    int64_t chosenBytes() const;
    int positionOf(int64_t bytes) const;
    bool isAtKept() const;

    ViewContext m_context;
    QSlider* m_slider = nullptr;
    QLabel *m_size = nullptr, *m_cost = nullptr, *m_nodes = nullptr;
    QPushButton *m_use = nullptr, *m_reset = nullptr;
    QTimer m_endsDelay, m_planDelay;
    Background<Result<Ends>> m_finding;
    Background<Result<Plan>> m_planning;
    Ends m_ends;
    Plan m_preview;
    std::vector<Planned> m_known;  ///< of the document, the newest last
    int64_t m_plannedBytes = 0;    ///< what m_planning is for
    bool m_isMoved = false;        ///< somebody has put the slider where it stands
    bool m_isPlanOld = false;      ///< it is for a document that has changed
    bool m_isOutdated = true;      ///< m_ends are not those of the document
    bool m_wasEdited = false;      ///< since the ends that are being found
};

}  // namespace vitrine::gui
