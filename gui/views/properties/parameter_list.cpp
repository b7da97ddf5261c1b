// SPDX-License-Identifier: GPL-3.0-or-later
// A box with a menu for each port; every choice is one entry of the undo list.
#include "gui/views/properties/parameter_list.h"

#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

#include "core/graph/parameter_use.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "gui/document/document.h"
#include "gui/models/count_words.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/parameter_dialog.h"
#include "gui/widgets/field_form.h"
#include "gui/widgets/menu_box.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

QString wordOf(ParameterKind kind) {
    switch (kind) {
        case ParameterKind::Trained:
            return ParameterList::tr("trained");
        case ParameterKind::Frozen:
            return ParameterList::tr("frozen");
        case ParameterKind::Statistic:
            return ParameterList::tr("statistic");
        case ParameterKind::Constant:
            return ParameterList::tr("constant");
    }
    return {};
}

const PortSpec& specOf(const Node& node, const std::string& port) {
    return node.op->inputs[static_cast<size_t>(findPort(node.op->inputs, port)->port)];
}

/// What the entry of a parameter is, without one what it would be.
Parameter entryOf(const Graph& graph, const std::string& id, ParameterKind usual) {
    if (const Parameter* found = graph.findParameter(id)) return *found;
    return {.id = id, .kind = usual};
}

QAction* add(QMenu* menu, const QString& words, bool checked) {
    QAction* action = menu->addAction(words);
    action->setCheckable(true);
    action->setChecked(checked);
    return action;
}

}  // namespace

ParameterList::ParameterList(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_form(new FieldForm(this)), m_reason(new QLabel(this)) {
    setObjectName(QStringLiteral("properties.parameters"));
    m_reason->setObjectName(QStringLiteral("properties.parameter_reason"));
    m_reason->setProperty("bad", true);
    m_reason->setWordWrap(true);
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_form);
    layout->addWidget(m_reason);
}

const Node* ParameterList::node() const { return m_context.document.graph().find(m_node); }

void ParameterList::show(const Node& node) {
    const std::vector<Row> rows = rowsOf(node);
    if (node.id != m_node || !std::ranges::equal(rows, m_rows, {}, &Row::port, &Row::port))
        rebuild(node, rows);
    for (const Row& row : m_rows) row.box->setText(feedText(node, row));
    setVisible(!m_rows.empty());
}

void ParameterList::setLabelWidth(int width) { m_form->setLabelWidth(width); }

/// Ports of parameters, and ports of values that no edge leads into.
std::vector<ParameterList::Row> ParameterList::rowsOf(const Node& node) const {
    std::vector<Row> rows;
    if (isPlaceholder(node)) return rows;
    for (const PortSpec& port : node.op->inputs)
        if (port.role != PortRole::Value && portExists(port, node.attrs))
            rows.push_back({std::string(port.id)});
    if (node.op->kind != NodeKind::Operator) return rows;
    for (const auto& [port, parameter] : node.parameters)
        if (takesValues(node, port)) rows.push_back({port, true});
    const Graph& graph = m_context.document.graph();
    for (const NodePort& port : edgeInputs(graph, node))
        if (port.spec->role == PortRole::Value && !takesLabels(*port.spec) &&
            !graph.edgeInto({node.id, port.id}))
            rows.push_back({port.id, true});
    return rows;
}

void ParameterList::rebuild(const Node& node, const std::vector<Row>& rows) {
    m_node = node.id;
    m_rows = rows;
    m_reason->hide();
    m_form->clear();
    for (Row& row : m_rows) {
        row.box = new MenuBox(m_form);
        row.box->setObjectName(QStringLiteral("properties.parameter.") + text(row.port));
        QMenu* menu = row.box->menu();
        connect(menu, &QMenu::aboutToShow, this, [this, menu, row] { fillMenu(menu, row); });
        const PortSpec& spec = specOf(node, row.port);
        const QString title =
            spec.title.empty() || spec.repeat.isRepeated() ? text(row.port) : text(spec.title);
        m_form->addRow(title, row.box, tr("What feeds the port: %1").arg(text(spec.help)));
    }
}

const NodeParameter* ParameterList::parameterOf(const Node& node, const std::string& port) const {
    const NodeShapes* known = m_context.document.shapesOf(node.id);
    if (!known) return nullptr;
    const auto found = std::ranges::find_if(known->parameters, [&](const NodeParameter& each) {
        return nameOf(node.op->inputs, each.place) == port;
    });
    return found == known->parameters.end() ? nullptr : &*found;
}

QString ParameterList::feedText(const Node& node, const Row& row) const {
    const Graph& graph = m_context.document.graph();
    if (comesOverEdge(node, specOf(node, row.port), row.port)) {
        const Edge* edge = graph.edgeInto({node.id, row.port});
        return edge ? tr("edge from %1").arg(text(edge->from.node)) : tr("edge, not connected");
    }
    const std::string id = node.parameterId(row.port);
    const bool isOwn = id == node.id + "." + row.port;
    const Parameter* entry = graph.findParameter(id);
    const ParameterKind kind = entry ? entry->kind : usualKind(specOf(node, row.port));
    QStringList parts{isOwn ? wordOf(kind) : tr("%1, %2").arg(text(id), wordOf(kind))};
    if (entry && entry->file)
        parts << (isUnread(*entry) ? tr("reading its file …") : tr("starts from a file"));
    else if (entry && entry->data)
        parts << countWords(entry->data->shape.elements(), tr("1 number"), tr("%1 numbers"));
    else if (entry && entry->init)
        parts << text(name(*entry->init));
    return parts.join(QStringLiteral(" · "));
}

void ParameterList::fillMenu(QMenu* menu, const Row& row) {
    menu->clear();
    const Node* of = node();
    if (!of) return;
    const Graph& graph = m_context.document.graph();
    const bool overEdge = comesOverEdge(*of, specOf(*of, row.port), row.port);
    const std::string id = of->parameterId(row.port);
    const Parameter* entry = graph.findParameter(id);
    const ParameterKind usual = usualKind(specOf(*of, row.port));
    const ParameterKind kind = entry ? entry->kind : usual;
    if (!row.takesValues || !overEdge) {
        const auto offer = [&](ParameterKind offered, const QString& words) {
            connect(add(menu, words, !overEdge && kind == offered), &QAction::triggered, this,
                    [this, row, offered] { chooseKind(row, offered); });
        };
        if (usual == ParameterKind::Statistic && !row.takesValues)
            offer(usual, tr("Statistic, updated by the forward pass"));
        else
            offer(ParameterKind::Trained, tr("Trained"));
        offer(ParameterKind::Frozen, tr("Frozen"));
        if (entry && (entry->data || entry->file)) offer(ParameterKind::Constant, tr("Constant"));
    }
    connect(add(menu, tr("An edge"), overEdge), &QAction::triggered, this,
            [this, row] { chooseEdge(row); });
    fillShared(menu, *of, row);
    menu->addSeparator();
    const QString more = row.takesValues && overEdge ? tr("Constant or weights of its own …")
                                                     : tr("What it starts with …");
    connect(menu->addAction(more), &QAction::triggered, this, [this, row] { openDialog(row); });
}

/// Other parameters that fit: of the same type, or, for a port that takes values, of any.
void ParameterList::fillShared(QMenu* menu, const Node& node, const Row& row) {
    const Document& document = m_context.document;
    const NodeParameter* own = parameterOf(node, row.port);
    std::set<std::string> fitting;
    if (!row.takesValues && own)
        for (const NodeShapes& shapes : document.shapes().nodes)
            for (const NodeParameter& other : shapes.parameters)
                if (other.type == own->type) fitting.insert(other.id);
    for (const auto& [id, parameter] : document.graph().parameters())
        if (parameter.type && (row.takesValues || (own && *parameter.type == own->type)))
            fitting.insert(id);
    const std::string present = node.parameterId(row.port);
    const std::string owned = node.id + "." + row.port;
    if (present == owned)
        fitting.erase(owned);
    else if (!row.takesValues)
        fitting.insert(owned);
    if (fitting.empty()) return;
    QMenu* shared = menu->addMenu(tr("Share"));
    shared->setObjectName(QStringLiteral("parameter.shared"));
    for (const std::string& id : fitting)
        connect(add(shared, id == owned ? tr("%1 (its own)").arg(text(id)) : text(id),
                    id == present && present != owned),
                &QAction::triggered, this, [this, row, id] { share(row, id); });
}

Transaction ParameterList::cleared(const Row& row) const {
    Transaction transaction;
    if (const Edge* edge = m_context.document.graph().edgeInto({m_node, row.port}))
        transaction.push_back(edit::EraseEdge{*edge});
    return transaction;
}

Result<void> ParameterList::apply(const QString& words, const Transaction& transaction) {
    const Result<void> done = m_context.document.edit(words, transaction);
    m_reason->setVisible(!done);
    if (!done) m_reason->setText(text(done.error().message));
    return done;
}

void ParameterList::chooseKind(const Row& row, ParameterKind kind) {
    const Node* of = node();
    if (!of) return;
    const Graph& graph = m_context.document.graph();
    Transaction transaction = cleared(row);
    const bool wasWired = of->wired.contains(row.port);
    if (wasWired) transaction.push_back(edit::SetFeed{m_node, row.port});
    const std::string id = of->parameterId(row.port);
    const ParameterKind usual = usualKind(specOf(*of, row.port));
    Parameter entry = entryOf(graph, id, usual);
    const bool isThere = graph.findParameter(id) != nullptr;
    entry.kind = kind;
    if (!isUsual(entry, specOf(*of, row.port)) || !ownPortOf(graph, id))
        transaction.push_back(edit::PutParameter{id, entry});
    else if (isThere)
        transaction.push_back(edit::PutParameter{id, std::nullopt});
    if (!transaction.empty())
        static_cast<void>(apply(tr("Make %1 %2").arg(text(id), wordOf(kind)), transaction));
}

void ParameterList::chooseEdge(const Row& row) {
    const Node* of = node();
    if (!of || comesOverEdge(*of, specOf(*of, row.port), row.port)) return;
    Transaction transaction{edit::SetFeed{m_node, row.port, {}, !row.takesValues}};
    const std::string own = m_node + "." + row.port;
    const std::vector<std::string> owned = m_context.document.graph().ownedBy(m_node);
    if (std::ranges::find(owned, own) != owned.end())
        transaction.push_back(edit::PutParameter{own, std::nullopt});
    static_cast<void>(apply(tr("Feed %1 over an edge").arg(text(row.port)), transaction));
}

void ParameterList::share(const Row& row, const std::string& parameter) {
    Transaction transaction = cleared(row);
    transaction.push_back(edit::SetFeed{m_node, row.port, parameter});
    static_cast<void>(apply(tr("Share %1").arg(text(parameter)), transaction));
}

void ParameterList::openDialog(const Row& row) {
    const Node* of = node();
    if (!of) return;
    const bool overEdge = comesOverEdge(*of, specOf(*of, row.port), row.port);
    const std::string id = overEdge ? m_node + "." + row.port : of->parameterId(row.port);
    const NodeParameter* known = row.takesValues || overEdge ? nullptr : parameterOf(*of, row.port);
    Parameter start =
        entryOf(m_context.document.graph(), id,
                row.takesValues ? ParameterKind::Constant : usualKind(specOf(*of, row.port)));
    std::optional<ValueShape> wanted;
    if (known) wanted = known->type;
    const auto commit = [this, row, id](const Parameter& made) {
        Transaction transaction = cleared(row);
        const Node* now = node();
        if (now && (row.takesValues || now->wired.contains(row.port)))
            transaction.push_back(
                edit::SetFeed{m_node, row.port, row.takesValues ? id : std::string()});
        transaction.push_back(edit::PutParameter{id, made});
        return apply(tr("Give %1 numbers").arg(text(id)), transaction);
    };
    auto* dialog = new ParameterDialog(start, wanted, commit, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

}  // namespace vitrine::gui
