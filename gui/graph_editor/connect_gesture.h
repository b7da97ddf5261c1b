// SPDX-License-Identifier: GPL-3.0-or-later
// ConnectGesture: draws an edge from either end. Ports that fit glow, others are dimmed; at the
// port under the pointer stands the shape that would come of it, or the reason why not.
#pragma once

#include <QTimer>

#include <map>
#include <memory>

#include "gui/graph_editor/connection_rules.h"
#include "gui/graph_editor/gesture.h"
#include "gui/graph_editor/graph_scene.h"
#include "gui/graph_editor/wire_item.h"

namespace vitrine::gui {

class ConnectGesture : public Gesture {
  public:
    /// `detached`: the edge whose end was taken off its input.
    ConnectGesture(CanvasView& view, const PortHit& start, const std::optional<Edge>& detached);
    ~ConnectGesture() override;
    void move(const Pointer& pointer) override;
    void finish(const Pointer& pointer) override;

  private:
    /// What is known of a port at the other side; shapes are tried when there is time.
    struct Candidate {
        Edge edge;
        std::optional<Error> refusal = {};
        QString shape = {};
        bool isTried = false;
    };
    Edge edgeTo(const PortRef& other) const;
    void judgeKinds();
    void tryShape(Candidate& candidate);
    void trySome();
    void showGlow() const;
    Candidate* candidateAt(const PortRef& port);
    std::optional<PortHit> target(const QPointF& scene) const;
    void drop(const Pointer& pointer);

    PortHit m_start;
    std::optional<Edge> m_detached;
    ConnectionRules m_rules;
    std::map<std::string, Candidate> m_candidates;  ///< by `node.port`
    std::string m_nearest;
    WireItem m_wire;
    CursorLabel m_label;
    QTimer m_spareTime;
};

}  // namespace vitrine::gui
