// SPDX-License-Identifier: GPL-3.0-or-later
// ParameterList: what feeds the ports of a node that no edge leads into, one line each.
#pragma once

#include <QWidget>

#include <string>
#include <vector>

#include "core/graph/edit.h"
#include "gui/views/view.h"

class QLabel;
class QMenu;

namespace vitrine {
struct NodeParameter;
}  // namespace vitrine

namespace vitrine::gui {

class FieldForm;
class MenuBox;

/// Parameters and statistics can be trained, frozen, shared, given numbers, or come over an edge;
/// a port for values takes a constant or weights of its own.
class ParameterList : public QWidget {
    Q_OBJECT
  public:
    ParameterList(const ViewContext& context, QWidget* parent);
    void show(const Node& node);
    void setLabelWidth(int width);

  private:
    struct Row {
        std::string port;
        bool takesValues = false;
        MenuBox* box = nullptr;
    };
    void rebuild(const Node& node, const std::vector<Row>& rows);
    std::vector<Row> rowsOf(const Node& node) const;
    QString feedText(const Node& node, const Row& row) const;
    const NodeParameter* parameterOf(const Node& node, const std::string& port) const;
    void fillMenu(QMenu* menu, const Row& row);
    void fillShared(QMenu* menu, const Node& node, const Row& row);
    void chooseKind(const Row& row, ParameterKind kind);
    void chooseEdge(const Row& row);
    void share(const Row& row, const std::string& parameter);
    void openDialog(const Row& row);
    const Node* node() const;
    /// What has to go before the port can be fed otherwise.
    Transaction cleared(const Row& row) const;
    Result<void> apply(const QString& text, const Transaction& transaction);

    ViewContext m_context;
    std::string m_node;
    std::vector<Row> m_rows;
    FieldForm* m_form;
    QLabel* m_reason;
};

}  // namespace vitrine::gui
