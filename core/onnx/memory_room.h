// SPDX-License-Identifier: Apache-2.0
// MemoryRoom: what reading a model may make besides what its files hold. A model that is refused in
// the end has not taken more than 64 MB and four times its files.
#pragma once

#include <algorithm>
#include <cstdint>

namespace vitrine::onnx {

class MemoryRoom {
  public:
    /// What computing one constant may take in passing.
    static constexpr int64_t passing = int64_t{10} << 20;

    /// Bytes that tensors of the file have: numbers become wider where they are computed with.
    void addFile(int64_t bytes) { m_file += bytes; }
    /// For numbers.
    int64_t left() const { return std::max<int64_t>(forNumbers + 4 * m_file - m_taken, 0); }
    void take(int64_t bytes) { m_taken += bytes; }
    /// A node of the graph; false where nothing is left for one.
    bool takeNode() {
        m_taken += node;
        return m_taken <= forAll + 4 * m_file;
    }

  private:
    static constexpr int64_t forNumbers = int64_t{26} << 20, forAll = int64_t{38} << 20;
    static constexpr int64_t node = 1600;  // with its operand, edge and names

    int64_t m_file = 0, m_taken = 0;
};

}  // namespace vitrine::onnx
