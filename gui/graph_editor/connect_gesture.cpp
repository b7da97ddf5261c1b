// SPDX-License-Identifier: GPL-3.0-or-later
// Judging ports, drawing the wire, dropping it.
#include "gui/graph_editor/connect_gesture.h"

#include <QElapsedTimer>

#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_look.h"

namespace vitrine::gui {

namespace {

constexpr int spareMs = 3;

Graph without(Graph graph, const std::optional<Edge>& edge) {
    if (edge) VITRINE_CHECK(graph.eraseEdge(*edge).ok(), "an edge that is shown is there");
    return graph;
}

}  // namespace

ConnectGesture::ConnectGesture(CanvasView& view, const PortHit& start,
                               const std::optional<Edge>& detached)
    : Gesture(view),
      m_start(start),
      m_detached(detached),
      m_rules(without(tools().commands.graph(), detached)),
      m_wire(tools().style),
      m_label(tools().style) {
    tools().scene.addItem(&m_wire);
    tools().scene.addItem(&m_label);
    if (detached)
        if (EdgeItem* item = tools().scene.edge(*detached)) item->setVisible(false);
    judgeKinds();
    showGlow();
    QObject::connect(&m_spareTime, &QTimer::timeout, &m_spareTime, [this] { trySome(); });
    m_spareTime.start(0);
}

ConnectGesture::~ConnectGesture() {
    tools().scene.removeItem(&m_wire);
    tools().scene.removeItem(&m_label);
    if (m_detached)
        if (EdgeItem* item = tools().scene.edge(*m_detached)) item->setVisible(true);
    for (const auto& [id, item] : tools().scene.nodes()) item->setGlow({}, {});
}

Edge ConnectGesture::edgeTo(const PortRef& other) const {
    return m_start.isInput ? Edge{other, m_start.port} : Edge{m_start.port, other};
}

void ConnectGesture::judgeKinds() {
    for (const auto& [id, item] : tools().scene.nodes()) {
        const NodeLook& look = item->look();
        for (const PortLook& port : m_start.isInput ? look.outputs : look.inputs) {
            Candidate candidate{.edge = edgeTo({id, port.id})};
            candidate.refusal = m_rules.refusal(candidate.edge);
            m_candidates.emplace(id + '.' + port.id, std::move(candidate));
        }
    }
}

void ConnectGesture::tryShape(Candidate& candidate) {
    if (std::exchange(candidate.isTried, true) || candidate.refusal) return;
    const auto attempt = m_rules.attempt(candidate.edge);
    if (attempt)
        candidate.shape = *attempt;
    else
        candidate.refusal = attempt.error();
}

void ConnectGesture::trySome() {
    QElapsedTimer clock;
    clock.start();
    for (auto& [port, candidate] : m_candidates) {
        if (candidate.isTried) continue;
        tryShape(candidate);
        if (clock.elapsed() >= spareMs) return showGlow();
    }
    m_spareTime.stop();
    showGlow();
}

void ConnectGesture::showGlow() const {
    for (const auto& [id, item] : tools().scene.nodes()) {
        const auto glowsOf = [&, &node = id](const std::vector<PortLook>& ports, bool isOther) {
            std::vector<PortGlow> glows;
            for (const PortLook& port : ports) {
                const std::string key = node + '.' + port.id;
                const auto found = m_candidates.find(key);
                const bool isStart = !isOther && m_start.port == PortRef{node, port.id};
                if (isStart || (isOther && key == m_nearest && !found->second.refusal))
                    glows.push_back(PortGlow::Nearest);
                else
                    glows.push_back(isOther && !found->second.refusal ? PortGlow::Fits
                                                                      : PortGlow::Refused);
            }
            return glows;
        };
        item->setGlow(glowsOf(item->look().inputs, !m_start.isInput),
                      glowsOf(item->look().outputs, m_start.isInput));
    }
}

ConnectGesture::Candidate* ConnectGesture::candidateAt(const PortRef& port) {
    const auto found = m_candidates.find(port.text());
    return found == m_candidates.end() ? nullptr : &found->second;
}

std::optional<PortHit> ConnectGesture::target(const QPointF& scene) const {
    return tools().scene.portAt(scene, snapRadius / view().zoom(),
                                m_start.isInput ? PortSide::Outputs : PortSide::Inputs);
}

void ConnectGesture::move(const Pointer& pointer) {
    const auto hit = target(pointer.scene);
    Candidate* candidate = hit ? candidateAt(hit->port) : nullptr;
    if (candidate) tryShape(*candidate);
    const bool fits = candidate && !candidate->refusal;
    const QPointF end = fits ? hit->point : pointer.scene;
    m_wire.setEnds(m_start.isInput ? end : m_start.point, m_start.isInput ? m_start.point : end,
                   candidate ? (fits ? WireState::Fits : WireState::Refused) : WireState::Open);
    QString text;
    if (candidate && candidate->refusal)
        text = sentenceAt(*candidate->refusal, m_rules.graph());
    else if (candidate && !candidate->shape.isEmpty())
        text = QStringLiteral("→ ") + candidate->shape;
    const QPointF place = hit ? hit->point : pointer.scene;
    const QRect seen = view().viewport()->rect().translated(-view().mapFromScene(place));
    m_label.say(place, text, fits, seen);
    if (m_nearest != (hit ? hit->port.text() : std::string())) {
        m_nearest = hit ? hit->port.text() : std::string();
        showGlow();
    }
    view().setHint(text);
}

void ConnectGesture::finish(const Pointer& pointer) {
    move(pointer);
    drop(pointer);
}

void ConnectGesture::drop(const Pointer& pointer) {
    const auto hit = target(pointer.scene);
    Candidate* candidate = hit ? candidateAt(hit->port) : nullptr;
    if (!candidate) {
        if (m_detached) return tell(tools().commands.disconnectPorts(*m_detached));
        if (tools().scene.nodeAt(pointer.scene)) return;
        return view().askForNode(pointer, PortEnd{m_start.port, m_start.isInput});
    }
    const bool forced = candidate->refusal && pointer.modifiers & Qt::AltModifier &&
                        ConnectionRules::canBeForced(*candidate->refusal);
    if (candidate->refusal && !forced)
        return view().setHint(QString::fromStdString(candidate->refusal->message));
    if (m_detached == candidate->edge) return;
    tell(tools().commands.connectPorts(candidate->edge, m_detached));
}

}  // namespace vitrine::gui
