// SPDX-License-Identifier: GPL-3.0-or-later
// NodeItem: a node on the canvas. Shows a NodeLook and a few marks, and knows where its ports are.
#pragma once

#include <QGraphicsItem>

#include <optional>

#include "gui/graph_editor/node_look.h"
#include "gui/graph_editor/text_line.h"

namespace vitrine::gui {

class CanvasStyle;

/// What changes without the document.
struct NodeMarks {
    bool isSelected = false;
    bool isFocused = false;  ///< where the keyboard is
    bool stopsForward = false, stopsBackward = false;
    bool isCurrent = false;  ///< the entry that runs next comes from this node
    bool operator==(const NodeMarks&) const = default;
};

/// How a port looks while an edge is drawn.
enum class PortGlow : uint8_t { Plain, Fits, Refused, Nearest };

class NodeItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 1 };
    explicit NodeItem(CanvasStyle& style);

    const NodeLook& look() const { return m_look; }
    void setLook(NodeLook look);
    /// What the look says of an error alone: the whole sentence, and that for the line under it.
    void setTrouble(const QString& trouble, const QString& foundWanted);
    const NodeMarks& marks() const { return m_marks; }
    void setMarks(const NodeMarks& marks);
    /// One for each port of the look; both empty: all plain.
    void setGlow(std::vector<PortGlow> inputs, std::vector<PortGlow> outputs);

    /// In scene coordinates.
    QPointF inputPoint(size_t index) const;
    QPointF outputPoint(size_t index) const;
    std::optional<QPointF> inputPoint(std::string_view port) const;
    std::optional<QPointF> outputPoint(std::string_view port) const;
    /// Lays out the words ahead of the first time that they are painted; false: they are.
    bool prepareWords();
    /// Fonts or colours have changed.
    void restyle();
    QRectF bodyRect() const;
    /// In scene coordinates.
    QRectF sceneBody() const { return bodyRect().translated(pos()); }

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    friend class NodePainter;
    /// Words cut to the node's width and laid out, made when they are first painted.
    struct Words {
        TextLine title, op, summary, far;
        std::vector<TextLine> trouble;
        bool areMade = false, farIsMade = false;
    };
    const Words& words();
    void stack();
    const TextLine& farWords();
    CanvasStyle& m_style;
    NodeLook m_look;
    NodeMarks m_marks;
    Words m_words;
    std::vector<PortGlow> m_inputGlow, m_outputGlow;
};

}  // namespace vitrine::gui
