// SPDX-License-Identifier: GPL-3.0-or-later
// The properties of one node: name, fields, shapes, costs, help.
#pragma once

#include <QWidget>

#include "gui/views/view.h"
#include "gui/widgets/field_form.h"

class QCheckBox;
class QLabel;

namespace vitrine {
struct Node;
struct OpDescriptor;
}  // namespace vitrine

namespace vitrine::gui {

class ParameterList;

class NodeForm : public QWidget {
    Q_OBJECT
  public:
    NodeForm(const ViewContext& context, QWidget* parent);
    /// Builds anew for another node or operator, else shows the present values.
    void show(const QString& node);

  private:
    void rebuild(const Node& node);
    void addRecompute();
    void fill(const Node& node);
    const Error* errorOf(const Node& node) const;
    QString shapesText(const Node& node) const;
    Result<void> giveName(const QString& to);
    void keepFieldsAsTheyAre();

    ViewContext m_context;
    QString m_node;
    const OpDescriptor* m_operator = nullptr;
    FieldForm* m_form;
    ParameterList* m_parameters;
    QLineEdit *m_name = nullptr, *m_title = nullptr;
    QCheckBox* m_recompute = nullptr;  ///< null where nothing could be made again
    QLabel *m_heading, *m_error, *m_shapes, *m_formula, *m_summary;
};

}  // namespace vitrine::gui
