// SPDX-License-Identifier: GPL-3.0-or-later
// From storages to rectangles.
#include "gui/models/arena_map.h"

#include <algorithm>
#include <unordered_map>

namespace vitrine::gui {

namespace {

/// Bytes that a row-major view reaches over, from its first element to its last.
int64_t spanBytes(const TensorType& type) {
    if (type.layout.kind != LayoutKind::RowMajor) return type.storageBytes();
    int64_t last = 0;
    for (int axis = 0; axis < type.shape.rank(); ++axis)
        last += (type.shape[axis] - 1) * type.strides[axis];
    return bytesOf(type.dtype, last + 1);
}

int64_t firstByte(const TensorType& type) {
    return type.layout.kind == LayoutKind::RowMajor ? type.offset * sizeOf(type.dtype) : 0;
}

/// The node that a state belongs to: `conv1` of `conv1.weight/momentum`.
std::string nodeOfState(const std::string& name) { return name.substr(0, name.find('.')); }

}  // namespace

/// Where every value is made and last read, and what nodes are.
struct ArenaMap::Lifetimes {
    Lifetimes(const Tape& tape, const CategoryOf& category)
        : categoryAsked(category),
          maker(tape.values.size(), -1),
          lastUse(tape.values.size(), -1),
          workspaceOf(tape.storages.size(), -1) {
        for (size_t i = 0; i < tape.entries.size(); ++i) {
            const TapeEntry& entry = tape.entries[i];
            for (ValueId v : entry.instr.operands())
                lastUse[static_cast<size_t>(v)] = static_cast<int>(i);
            for (ValueId v : entry.instr.out) {
                maker[static_cast<size_t>(v)] = static_cast<int>(i);
                lastUse[static_cast<size_t>(v)] = static_cast<int>(i);
            }
            if (entry.workspace >= 0)
                workspaceOf[static_cast<size_t>(entry.workspace)] = static_cast<int>(i);
        }
        for (const NamedValue& output : tape.outputs)
            lastUse[static_cast<size_t>(output.value)] = static_cast<int>(tape.entries.size()) - 1;
        // A view that is looked into by another one is needed as long as that one.
        for (size_t i = tape.entries.size(); i-- > 0;) {
            const Instr& instr = tape.entries[i].instr;
            if (!instr.op->isView()) continue;
            int& of = lastUse[static_cast<size_t>(instr.in[0])];
            of = std::max(of, lastUse[static_cast<size_t>(instr.out[0])]);
        }
    }
    int makerOf(ValueId value) const { return maker[static_cast<size_t>(value)]; }

    /// Asked for once: a node has many blocks.
    std::string_view categoryOf(const std::string& node) const {
        const auto [known, isNew] = categories.try_emplace(node);
        if (isNew) known->second = categoryAsked(node);
        return known->second;
    }

    const CategoryOf& categoryAsked;
    mutable std::unordered_map<std::string_view, std::string_view> categories;
    std::vector<int> maker, lastUse, workspaceOf;
};

ArenaMap::ArenaMap(std::shared_ptr<const Tape> tape, const CategoryOf& categoryOf)
    : m_tape(std::move(tape)), m_stateNodes(std::make_shared<std::deque<std::string>>()) {
    if (!m_tape) return;
    m_blockOfValue.assign(m_tape->values.size(), -1);
    m_blocks.reserve(m_tape->values.size());
    const Lifetimes lives(*m_tape, categoryOf);
    for (size_t s = 0; s < m_tape->storages.size(); ++s) {
        if (m_tape->storages[s].isWorkspace)
            addWorkspace(static_cast<int>(s), lives);
        else
            addStorage(static_cast<int>(s), lives);
    }
    addViews(lives);
}

/// Described at once: what is looked at for that has just been looked at.
void ArenaMap::addBlock(ArenaBlock block, const Lifetimes& lives) {
    describe(block, lives);
    const int last = std::max(entries() - 1, 0);
    block.first = std::min(block.first, last);
    block.last = std::clamp(block.last, block.first, last);
    if (block.value != noValue)
        m_blockOfValue[static_cast<size_t>(block.value)] = static_cast<int>(m_blocks.size());
    m_blocks.push_back(std::move(block));
}

void ArenaMap::addWorkspace(int storage, const Lifetimes& lives) {
    const TapeStorage& memory = m_tape->storages[static_cast<size_t>(storage)];
    addBlock({.storage = storage,
              .entry = lives.workspaceOf[static_cast<size_t>(storage)],
              .first = memory.block.first,
              .last = memory.block.last,
              .offset = memory.block.offset,
              .bytes = memory.block.bytes},
             lives);
}

void ArenaMap::addStorage(int storage, const Lifetimes& lives) {
    const TapeStorage& memory = m_tape->storages[static_cast<size_t>(storage)];
    std::vector<ValueId> owners;
    owners.reserve(memory.values.size());
    for (ValueId value : memory.values)
        if (!m_tape->value(value).isView) owners.push_back(value);
    // A state is one block, whatever is written over it.
    if (memory.isState) owners.resize(std::min<size_t>(owners.size(), 1));
    for (size_t k = 0; k < owners.size(); ++k) {
        const bool isLast = k + 1 == owners.size();
        const TensorType& type = m_tape->value(owners[k]).type;
        ArenaBlock block{.value = owners[k],
                         .storage = storage,
                         .entry = lives.makerOf(owners[k]),
                         .offset = memory.block.offset,
                         .bytes = memory.block.bytes,
                         .isState = memory.isState};
        block.first = k == 0 ? memory.block.first : lives.makerOf(owners[k]);
        block.last = isLast ? memory.block.last : lives.makerOf(owners[k + 1]) - 1;
        block.paddingBytes = type.storageBytes() - bytesOf(type.dtype, type.shape.elements());
        block.staysReadable = isLast && !memory.isState && memory.block.last >= entries();
        addBlock(std::move(block), lives);
    }
    if (memory.isState)
        for (ValueId value : memory.values)
            m_blockOfValue[static_cast<size_t>(value)] = static_cast<int>(m_blocks.size()) - 1;
}

void ArenaMap::addViews(const Lifetimes& lives) {
    for (size_t v = 0; v < m_tape->values.size(); ++v) {
        const TapeValue& value = m_tape->values[v];
        if (!value.isView || value.storage < 0) continue;
        const TapeStorage& memory = m_tape->storages[static_cast<size_t>(value.storage)];
        addBlock({.value = static_cast<ValueId>(v),
                  .storage = value.storage,
                  .entry = lives.maker[v],
                  .first = lives.maker[v],
                  .last = lives.lastUse[v],
                  .offset = memory.block.offset + firstByte(value.type),
                  .bytes = std::min(spanBytes(value.type), memory.block.bytes),
                  .isState = memory.isState,
                  .isView = true},
                 lives);
    }
}

void ArenaMap::describe(ArenaBlock& block, const Lifetimes& lives) const {
    if (block.entry >= 0)
        block.nodes = m_tape->entries[static_cast<size_t>(block.entry)].instr.origins;
    if (block.isState)
        block.nodes = {&m_stateNodes->emplace_back(nodeOfState(m_tape->value(block.value).name)),
                       1};
    for (const std::string& node : block.nodes) {
        block.category = lives.categoryOf(node);
        if (!block.category.empty()) return;
    }
    const bool isInput =
        std::any_of(m_tape->inputs.begin(), m_tape->inputs.end(),
                    [&](const NamedValue& input) { return input.value == block.value; });
    if (block.value != noValue && isInput)
        block.category = "document";
    else if (block.entry >= 0)
        block.category = m_tape->entries[static_cast<size_t>(block.entry)].instr.op->category;
}

int ArenaMap::peakEntry() const {
    return m_tape ? std::clamp(m_tape->extent.peakEntry, 0, std::max(entries() - 1, 0)) : 0;
}

std::vector<int> ArenaMap::aliveAt(int entry) const {
    std::vector<int> alive;
    for (size_t i = 0; i < m_blocks.size(); ++i) {
        const ArenaBlock& block = m_blocks[i];
        if (!block.isState && !block.isView && block.first <= entry && entry <= block.last)
            alive.push_back(static_cast<int>(i));
    }
    std::stable_sort(alive.begin(), alive.end(),
                     [&](int a, int b) { return block(a).bytes > block(b).bytes; });
    return alive;
}

int64_t ArenaMap::bytesAliveAt(int entry) const {
    int64_t bytes = 0;
    for (int index : aliveAt(entry)) bytes += block(index).bytes;
    return bytes;
}

int ArenaMap::blockAt(int entry, int64_t address, bool inStates) const {
    for (size_t i = m_blocks.size(); i-- > 0;) {
        const ArenaBlock& block = m_blocks[i];
        if (block.isState == inStates && block.first <= entry && entry <= block.last &&
            block.offset <= address && address < block.offset + block.bytes)
            return static_cast<int>(i);
    }
    return -1;
}

int ArenaMap::blockOf(ValueId value) const {
    return value < 0 || static_cast<size_t>(value) >= m_blockOfValue.size()
               ? -1
               : m_blockOfValue[static_cast<size_t>(value)];
}

}  // namespace vitrine::gui
