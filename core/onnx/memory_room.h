// SPDX-License-Identifier: Apache-2.0
// MemoryRoom: what reading a model may make besides what its files hold. A model that is refused
// has not taken more than 64 MB and four times its files, one that opens may take more: whatever
// needs more is read once without keeping anything, which tells whether it will be refused.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace vitrine::onnx {

/// Thrown where a model needs more than one that may be refused yet is given.
struct OutOfRoom {};

class MemoryRoom {
  public:
    enum class Kind {
        Small,  ///< for a model that may be refused yet: throws OutOfRoom
        Trial,  ///< as small, to find that out: no node is kept, and no constant that is too large
        Large,  ///< for a model that will open
    };

    /// What computing one constant may take in passing.
    static constexpr int64_t passing = int64_t{10} << 20;

    explicit MemoryRoom(Kind kind) : m_kind(kind) {}
    bool isTrial() const { return m_kind == Kind::Trial; }

    /// Bytes that tensors of the file have: numbers become wider where they are computed with.
    void addFile(int64_t bytes) { m_file += bytes; }
    /// For numbers.
    int64_t left() const {
        const int64_t all = m_kind == Kind::Large ? forMuch : forNumbers;
        return std::max<int64_t>(all + 4 * m_file - m_taken, 0);
    }
    /// Whether so many bytes of numbers are left.
    bool fits(int64_t bytes) const { return bytes <= left() || isEnough(false); }
    void take(int64_t bytes) { m_taken += bytes; }
    /// A node of the graph; false where nothing is left for one, or they are more than
    /// vitrine::Graph takes.
    bool takeNode(size_t operands) {
        if (m_kind == Kind::Small) m_taken += node + operand * static_cast<int64_t>(operands);
        return ++m_nodes <= mostNodes && isEnough(hasAny());
    }
    /// What a name stands for; false where nothing is left for one.
    bool takeValue() {
        m_taken += value;
        return isEnough(hasAny());
    }
    void giveBackValues(size_t count) { m_taken -= value * static_cast<int64_t>(count); }

  private:
    bool hasAny() const { return m_kind == Kind::Large || m_taken <= forAll + 4 * m_file; }
    bool isEnough(bool isIt) const {
        if (!isIt && m_kind == Kind::Small) throw OutOfRoom{};
        return isIt;
    }

    static constexpr int64_t forNumbers = int64_t{26} << 20, forAll = int64_t{38} << 20,
                             forMuch = int64_t{1} << 30;
    // With names and edges; measured.
    static constexpr int64_t node = 2400, operand = 900, value = 420;
    static constexpr int64_t mostNodes = 100'000;

    Kind m_kind;
    int64_t m_file = 0, m_taken = 0, m_nodes = 0;
};

}  // namespace vitrine::onnx
