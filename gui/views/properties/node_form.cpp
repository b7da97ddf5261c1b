// SPDX-License-Identifier: GPL-3.0-or-later
// A form from the descriptor; each change is one entry of the undo list.
#include "gui/views/properties/node_form.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "gui/bridge/run_controller.h"
#include "gui/document/document.h"
#include "gui/models/count_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/parameter_list.h"
#include "gui/widgets/typed_line.h"
#include "gui/widgets/wrapped_label.h"

namespace vitrine::gui {

namespace {

const QString fieldPrefix = QStringLiteral("properties.field.");

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

QLabel* wrapped(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}  // namespace

NodeForm::NodeForm(const ViewContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_form(new FieldForm(this)),
      m_parameters(new ParameterList(context, this)) {
    m_heading = wrapped(this, "properties.heading");
    m_error = new WrappedLabel(this);
    m_error->setObjectName(QStringLiteral("properties.error"));
    m_error->setProperty("bad", true);
    m_shapes = wrapped(this, "properties.shapes");
    m_formula = wrapped(this, "properties.formula");
    m_summary = wrapped(this, "properties.summary");
    m_summary->setProperty("quiet", true);
    QFont bold = m_heading->font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(bold.pointSizeF() + 1.5);
    m_heading->setFont(bold);
    m_shapes->setFont(context.theme.mono());
    m_formula->setFont(context.theme.mono());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 3 * space);
    layout->setSpacing(3 * space);
    for (QWidget* part : std::initializer_list<QWidget*>{m_heading, m_summary, m_error, m_form,
                                                         m_parameters, m_shapes, m_formula})
        layout->addWidget(part);
    layout->addStretch(1);
}

void NodeForm::show(const QString& id) {
    const Node* node = m_context.document.graph().find(id.toStdString());
    if (!node) return;
    if (id != m_node || m_operator != node->op) rebuild(*node);
    fill(*node);
}

void NodeForm::rebuild(const Node& node) {
    m_node = QString::fromStdString(node.id);
    m_operator = node.op;
    m_form->clear();
    m_name = m_form->addText(QStringLiteral("properties.name"), tr("Name"),
                             tr("Letters, digits and _; parameters are called after it"),
                             [this](const QString& to) { return giveName(to); });
    m_title = m_form->addText(
        QStringLiteral("properties.title"), tr("Title"),
        tr("What stands on the node; empty: its name"), [this](const QString& to) {
            return m_context.document.edit(
                tr("Change title"), {edit::SetTitle{m_node.toStdString(), to.toStdString()}});
        });
    m_form->setFields(
        node.op->fields, fieldPrefix, [this](const std::string& field, const FieldValue& value) {
            return m_context.document.edit(tr("Change %1").arg(QString::fromStdString(field)),
                                           {edit::SetField{m_node.toStdString(), field, value}});
        });
    addRecompute();
    if (isPlaceholder(node)) keepFieldsAsTheyAre();
    m_summary->setText(text(node.op->summary));
    m_formula->setText(text(node.op->formula));
    m_formula->setVisible(!node.op->formula.empty());
}

/// Inputs, targets and losses have nothing that a backward phase could make again.
void NodeForm::addRecompute() {
    m_recompute = nullptr;
    if (m_operator->kind != NodeKind::Operator) return;
    m_recompute = new QCheckBox(tr("not kept"), m_form);
    m_recompute->setObjectName(QStringLiteral("properties.recompute"));
    m_recompute->setAccessibleName(tr("Recompute"));
    connect(m_recompute, &QCheckBox::clicked, this, [this](bool on) {
        static_cast<void>(
            m_context.document.edit(on ? tr("Recompute %1").arg(m_node) : tr("Keep %1").arg(m_node),
                                    {edit::SetMadeAgain{m_node.toStdString(), on}}));
    });
    m_form->addRow(tr("Recompute"), m_recompute,
                   tr("A training step takes less memory and more time: its backward phase makes "
                      "what this node gives a second time. The numbers stay the same to the last "
                      "bit."));
}

/// What is not understood can be read and copied, however long it is.
void NodeForm::keepFieldsAsTheyAre() {
    for (QWidget* editor : m_form->findChildren<QWidget*>()) {
        if (!editor->objectName().startsWith(fieldPrefix)) continue;
        if (auto* line = qobject_cast<QLineEdit*>(editor)) {
            line->setReadOnly(true);
            connect(line, &QLineEdit::textChanged, line, &QWidget::setToolTip);
        } else {
            editor->setEnabled(false);
        }
    }
}

Result<void> NodeForm::giveName(const QString& to) {
    if (to == m_node) return {};
    return m_context.document.edit(tr("Rename %1").arg(m_node),
                                   {edit::Rename{m_node.toStdString(), to.toStdString()}});
}

void NodeForm::fill(const Node& node) {
    m_heading->setText(text(node.op->title));
    showUsed(m_name, QString::fromStdString(node.id));
    showUsed(m_title, QString::fromStdString(node.title));
    m_form->show(node.attrs);
    if (m_recompute) m_recompute->setChecked(node.isMadeAgain);
    m_parameters->show(node);
    m_parameters->setLabelWidth(m_form->labelWidth());
    const Error* error = errorOf(node);
    m_error->setVisible(error != nullptr);
    if (error) m_error->setText(QString::fromStdString(error->message));
    const QString shapes = shapesText(node);
    m_shapes->setText(shapes);
    m_shapes->setVisible(!shapes.isEmpty());
}

/// What does not fit in the graph; else what a start would be refused for.
const Error* NodeForm::errorOf(const Node& node) const {
    if (const Error* error = m_context.document.shapes().errorOf(node.id)) return error;
    for (const SetupFinding& finding : m_context.run.setup())
        if (finding.isFatal && finding.error.place.node == node.id) return &finding.error;
    return nullptr;
}

QString NodeForm::shapesText(const Node& node) const {
    const NodeShapes* known = m_context.document.shapesOf(node.id);
    if (!known || !known->isKnown) return {};
    const int64_t batch = m_context.document.shapes().batch;
    const std::vector<NodePort> outputs = outputsOf(node);
    QStringList lines;
    for (size_t i = 0; i < known->outputs.size(); ++i)
        lines << tr("%1  %2")
                     .arg(QString::fromStdString(outputs[i].id), -8)
                     .arg(gui::batchShapeText(*known, i, batch));
    int64_t sum = 0;
    for (const NodeParameter& parameter : known->parameters) {
        const std::string port = nameOf(node.op->inputs, parameter.place);
        lines << tr("%1  %2").arg(text(port), -8).arg(shapeText(parameter.type.shape));
        if (parameter.isTrained()) sum += parameter.type.shape.elements();
    }
    if (sum > 0) lines << countWords(sum, tr("1 parameter"), tr("%1 parameters"));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace vitrine::gui
