// SPDX-License-Identifier: GPL-3.0-or-later
// ArenaMap: a tape's memory as rectangles over entries (time) and bytes (address). Needs no window.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// One value in its memory for as long as it is needed. A result in the place of an operand has a
/// block of its own, which begins where the operand's ends. A view's block lies on the one that it
/// looks into.
struct ArenaBlock {
    ValueId value = noValue;  ///< noValue: a workspace
    int storage = 0;          ///< index into Tape::storages
    int entry = -1;  ///< that makes it, or that the workspace belongs to; −1: there before
    int first = 0, last = 0;        ///< entries, both inclusive
    int64_t offset = 0, bytes = 0;  ///< from the start of its section
    int64_t paddingBytes = 0;       ///< of these, halo and padding
    bool isState = false;           ///< section of states
    bool isView = false;
    bool staysReadable = false;      ///< until the step's end: outputs and pinned values
    std::string_view category = {};  ///< of the operator, or of the node it comes from
    std::span<const std::string> nodes = {};
};

class ArenaMap {
  public:
    /// Category of a node of the document (`convolution`); empty where there is no such node.
    using CategoryOf = std::function<std::string_view(const std::string& node)>;

    ArenaMap() = default;
    ArenaMap(std::shared_ptr<const Tape> tape, const CategoryOf& categoryOf);

    const std::shared_ptr<const Tape>& tape() const { return m_tape; }
    bool isEmpty() const { return m_blocks.empty(); }
    /// Views stand behind the blocks that they look into.
    const std::vector<ArenaBlock>& blocks() const { return m_blocks; }
    const ArenaBlock& block(int index) const { return m_blocks[static_cast<size_t>(index)]; }
    int entries() const { return m_tape ? static_cast<int>(m_tape->entries.size()) : 0; }
    int64_t stepBytes() const { return m_tape ? m_tape->extent.peakBytes : 0; }
    int64_t stateBytes() const { return m_tape ? m_tape->stateBytes : 0; }
    /// The entry at which most bytes are alive.
    int peakEntry() const;

    /// Blocks of the step's section alive at an entry, no views, largest first.
    std::vector<int> aliveAt(int entry) const;
    int64_t bytesAliveAt(int entry) const;
    /// The topmost block at an address of a section, or −1.
    int blockAt(int entry, int64_t address, bool inStates) const;
    /// Block that shows a value, or −1.
    int blockOf(ValueId value) const;

  private:
    struct Lifetimes;
    void addStorage(int storage, const Lifetimes& lives);
    void addWorkspace(int storage, const Lifetimes& lives);
    void addViews(const Lifetimes& lives);
    void addBlock(ArenaBlock block, const Lifetimes& lives);
    void describe(ArenaBlock& block, const Lifetimes& lives) const;

    std::shared_ptr<const Tape> m_tape;
    std::vector<ArenaBlock> m_blocks;
    std::vector<int> m_blockOfValue;
    /// Nodes of states, which stay where they are when the map is moved.
    std::shared_ptr<std::deque<std::string>> m_stateNodes;
};

}  // namespace vitrine::gui
