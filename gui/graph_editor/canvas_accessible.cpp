// SPDX-License-Identifier: GPL-3.0-or-later
// Names and descriptions come from the nodes' looks.
#include "gui/graph_editor/canvas_accessible.h"

#include <QPointer>
#include <QWindow>

#include <algorithm>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_view.h"

namespace vitrine::gui {

namespace {

/// A node; valid as long as there is one of that id.
class NodeAccessible : public QAccessibleInterface, public QAccessibleActionInterface {
  public:
    NodeAccessible(CanvasView& view, std::string node) : m_view(&view), m_node(std::move(node)) {}

    const std::string& node() const { return m_node; }
    bool isValid() const override { return m_view && item(); }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_view ? m_view->window()->windowHandle() : nullptr; }
    QAccessibleInterface* parent() const override {
        return m_view ? QAccessible::queryAccessibleInterface(m_view) : nullptr;
    }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }

    QString text(QAccessible::Text kind) const override {
        if (!isValid()) return {};
        return kind == QAccessible::Name          ? item()->look().title
               : kind == QAccessible::Description ? m_view->tools().scene.spokenOf(m_node)
                                                  : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override {
        if (!isValid()) return {};
        const QRect seen = m_view->mapFromScene(item()->sceneBody()).boundingRect();
        return {m_view->viewport()->mapToGlobal(seen.topLeft()), seen.size()};
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        const QStringList& selected = m_view->tools().selection.nodes();
        const QString id = QString::fromStdString(m_node);
        state.selectable = state.multiSelectable = state.focusable = true;
        state.selected = selected.contains(id);
        state.focused = m_view->hasFocus() && selected.size() == 1 && state.selected;
        state.hasPopup = true;
        const QRect canvas = m_view->viewport()->rect();
        state.offscreen =
            !canvas.intersects(m_view->mapFromScene(item()->sceneBody()).boundingRect());
        return state;
    }
    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this)
                                                    : nullptr;
    }
    QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
    void doAction(const QString&) override {
        if (!isValid()) return;
        m_view->tools().selection.selectNodes({QString::fromStdString(m_node)});
        m_view->reveal(item()->sceneBody());
        m_view->setFocus();
    }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

  private:
    NodeItem* item() const { return m_view->tools().scene.node(m_node); }
    QPointer<CanvasView> m_view;
    std::string m_node;
};

const std::vector<Node>& nodesOf(const CanvasView& view) {
    return view.tools().scene.document().graph().nodes();
}

int indexOf(const CanvasView& view, std::string_view id) {
    const auto& nodes = nodesOf(view);
    const auto found = std::ranges::find(nodes, id, &Node::id);
    return found == nodes.end() ? -1 : static_cast<int>(found - nodes.begin());
}

QAccessibleInterface* make(const QString&, QObject* object) {
    auto* view = qobject_cast<CanvasView*>(object);
    return view ? new CanvasAccessible(*view) : nullptr;
}

}  // namespace

CanvasAccessible::CanvasAccessible(CanvasView& view)
    : QAccessibleWidget(&view, QAccessible::Canvas), m_view(view) {}

CanvasAccessible::~CanvasAccessible() {
    for (const auto& [node, id] : m_children) QAccessible::deleteAccessibleInterface(id);
}

void CanvasAccessible::install() {
    [[maybe_unused]] static const bool once = (QAccessible::installFactory(make), true);
}

void CanvasAccessible::focusWent(CanvasView& view, std::string_view node) {
    const int index = indexOf(view, node);
    QAccessibleEvent event(&view, index >= 0 && view.hasFocus() ? QAccessible::Focus
                                                                : QAccessible::DescriptionChanged);
    if (event.type() == QAccessible::Focus) event.setChild(index);
    QAccessible::updateAccessibility(&event);
}

int CanvasAccessible::childCount() const { return static_cast<int>(nodesOf(m_view).size()); }

QAccessibleInterface* CanvasAccessible::child(int index) const {
    if (index < 0 || index >= childCount()) return nullptr;
    return of(nodesOf(m_view)[static_cast<size_t>(index)].id);
}

QAccessibleInterface* CanvasAccessible::of(const std::string& node) const {
    const auto found = m_children.find(node);
    if (found != m_children.end()) return QAccessible::accessibleInterface(found->second);
    forgetOthers();
    auto* made = new NodeAccessible(m_view, node);
    m_children[node] = QAccessible::registerAccessibleInterface(made);
    return made;
}

void CanvasAccessible::forgetOthers() const {
    std::erase_if(m_children, [&](const auto& entry) {
        if (m_view.tools().scene.node(entry.first)) return false;
        QAccessible::deleteAccessibleInterface(entry.second);
        return true;
    });
}

int CanvasAccessible::indexOfChild(const QAccessibleInterface* child) const {
    const auto* node = dynamic_cast<const NodeAccessible*>(child);
    return node ? indexOf(m_view, node->node()) : -1;
}

QAccessibleInterface* CanvasAccessible::childAt(int x, int y) const {
    const QPoint at = m_view.viewport()->mapFromGlobal(QPoint(x, y));
    const NodeItem* item = m_view.tools().scene.nodeAt(m_view.mapToScene(at));
    return item && m_view.viewport()->rect().contains(at) ? of(item->look().id) : nullptr;
}

QAccessibleInterface* CanvasAccessible::focusChild() const {
    const QStringList& selected = m_view.tools().selection.nodes();
    if (!m_view.hasFocus() || selected.size() != 1) return nullptr;
    return child(indexOf(m_view, selected.front().toStdString()));
}

}  // namespace vitrine::gui
