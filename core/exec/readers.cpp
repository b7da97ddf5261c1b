// SPDX-License-Identifier: Apache-2.0
// Lists by value.
#include "core/exec/readers.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace vitrine {

namespace {

size_t at(ValueId v) { return static_cast<size_t>(v); }

}  // namespace

Readers::Readers(const Program& program) : m_byValue(program.values.size()) {
    for (size_t i = 0; i < program.instrs.size(); ++i)
        for (ValueId v : program.instrs[i].operands())
            if (std::vector<size_t>& all = m_byValue[at(v)]; all.empty() || all.back() != i)
                all.push_back(i);
}

const std::vector<size_t>& Readers::of(ValueId value) const {
    static const std::vector<size_t> none;
    return at(value) < m_byValue.size() ? m_byValue[at(value)] : none;
}

void Readers::add(ValueId value, size_t instr) {
    if (at(value) >= m_byValue.size()) m_byValue.resize(at(value) + 1);
    std::vector<size_t>& all = m_byValue[at(value)];
    if (std::ranges::find(all, instr) == all.end()) all.push_back(instr);
}

void Readers::remove(ValueId value, size_t instr) {
    if (at(value) < m_byValue.size()) std::erase(m_byValue[at(value)], instr);
}

void Readers::removeAll(ValueId value) {
    if (at(value) < m_byValue.size()) m_byValue[at(value)].clear();
}

std::vector<char> stayingValues(const Program& program, const std::vector<std::string>& pinned) {
    const std::set<std::string_view> names(pinned.begin(), pinned.end());
    std::vector<char> stays(program.values.size(), 0);
    for (size_t v = 0; v < program.values.size(); ++v)
        stays[v] = names.contains(program.values[v].name);
    for (const NamedValue& output : program.outputs) stays[at(output.value)] = 1;
    for (const StateBinding& state : program.states)
        if (state.out != noValue) stays[at(state.out)] = 1;
    return stays;
}

}  // namespace vitrine
