// SPDX-License-Identifier: Apache-2.0
// Where parameters, statistics and optimiser slots lie: one section at the arena's start, shared by
// all tapes of a model.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/device/memory.h"
#include "core/ir/program.h"

namespace vitrine {

class StateLayout {
  public:
    struct Item {
        std::string name;
        StateKind kind = StateKind::Parameter;
        Shape shape;
        DType dtype = DType::F32;
        Init init;
        int64_t offset = 0;  ///< bytes from the arena's start, a multiple of 64
        std::string key;     ///< what it is, whatever its node is called
        std::shared_ptr<const TensorData> data = {};  ///< what it starts with instead of `init`
        int64_t bytes() const { return shape.elements() * sizeOf(dtype); }
    };

    /// Adds the states of a program that are not there yet. The same name must come with the same
    /// type.
    void add(const Program& program);
    const std::vector<Item>& items() const { return m_items; }
    const Item* find(std::string_view name) const;
    const Item* findByKey(std::string_view key) const;
    int64_t sizeBytes() const { return m_size; }

  private:
    std::vector<Item> m_items;
    std::map<std::string, size_t, std::less<>> m_index, m_keys;
    int64_t m_size = 0;
};

/// Writes starting values into the states' section: the state's data, else a function of the seed
/// and the state's key. Floats of another width become the state's: exact where that is wider.
/// Half drawn where `stop` came in between. Throws DeviceTrouble.
void initialiseStates(const StateLayout& layout, Memory& memory, uint64_t seed,
                      const std::stop_token& stop = {});

/// Writes those that belong to the document, and that no file of weights holds. Throws
/// DeviceTrouble.
void writeConstants(const StateLayout& layout, Memory& memory);

}  // namespace vitrine
