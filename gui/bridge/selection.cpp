// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps nodes, entry and value in agreement.
#include "gui/bridge/selection.h"

namespace vitrine::gui {

namespace {

QStringList listOf(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names) list << QString::fromStdString(name);
    return list;
}

}  // namespace

void Selection::set(const QStringList& nodes, int entry, ValueId value) {
    if (nodes == m_nodes && entry == m_entry && value == m_value) return;
    m_nodes = nodes;
    m_entry = entry;
    m_value = value;
    changed();
}

QStringList Selection::nodesOf(int entry) const {
    if (!m_tape || entry < 0 || static_cast<size_t>(entry) >= m_tape->entries.size()) return {};
    return listOf(m_tape->entries[static_cast<size_t>(entry)].instr.origins);
}

QString Selection::subject() const {
    if (m_nodes.size() == 1) return m_nodes.front();
    const bool isOfTape = m_tape && m_value >= 0 && m_entry >= 0 &&
                          static_cast<size_t>(m_value) < m_tape->values.size();
    const QStringList makers = isOfTape ? listOf(originsOf(*m_tape, m_value)) : QStringList();
    return !makers.isEmpty() && m_nodes.contains(makers.back()) ? makers.back() : QString();
}

void Selection::selectNodes(const QStringList& nodes) { set(nodes, -1, noValue); }

void Selection::selectEntry(int entry) {
    if (!m_tape || entry < 0 || static_cast<size_t>(entry) >= m_tape->entries.size()) {
        set(m_nodes, -1, noValue);
        return;
    }
    const Instr& instr = m_tape->entries[static_cast<size_t>(entry)].instr;
    set(nodesOf(entry), entry, instr.out.empty() ? noValue : instr.out[0]);
}

void Selection::selectValue(ValueId value) {
    if (!m_tape || value < 0 || static_cast<size_t>(value) >= m_tape->values.size()) {
        set(m_nodes, m_entry, noValue);
        return;
    }
    const int inside = fusingEntry(*m_tape, value);
    const int entry = inside >= 0 ? inside : definingEntry(*m_tape, value);
    // Inputs and states are made by no entry.
    set(entry < 0 ? m_nodes : listOf(originsOf(*m_tape, value)), entry, value);
}

void Selection::setTape(std::shared_ptr<const Tape> tape) {
    if (tape == m_tape) return;
    m_tape = std::move(tape);
    set(m_nodes, -1, noValue);
}

void Selection::rename(const QString& from, const QString& to) {
    QStringList nodes = m_nodes;
    nodes.replaceInStrings(QRegularExpression("^" + QRegularExpression::escape(from) + "$"), to);
    set(nodes, m_entry, m_value);
}

}  // namespace vitrine::gui
