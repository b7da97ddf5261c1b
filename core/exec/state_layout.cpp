// SPDX-License-Identifier: Apache-2.0
// State offsets and starting values (He et al. 2015, Glorot & Bengio 2010).
#include "core/exec/state_layout.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/guard.h"
#include "core/base/mapped_bytes.h"
#include "core/base/rng.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

/// FNV-1a: a stable number for a key, so that a parameter's start does not depend on what else the
/// network holds.
uint64_t keyHash(std::string_view key) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

double draw(Rng& rng, const Init& init) {
    const double fanIn = static_cast<double>(init.fanIn), fanOut = static_cast<double>(init.fanOut);
    switch (init.kind) {
        case InitKind::Zeros:
            return 0;
        case InitKind::Ones:
            return 1;
        case InitKind::KaimingUniform: {
            const double bound = std::sqrt(6 / fanIn);
            return rng.uniform(-bound, bound);
        }
        case InitKind::KaimingNormal:
            return rng.normal() * std::sqrt(2 / fanIn);
        case InitKind::XavierUniform: {
            const double bound = std::sqrt(6 / (fanIn + fanOut));
            return rng.uniform(-bound, bound);
        }
        case InitKind::XavierNormal:
            return rng.normal() * std::sqrt(2 / (fanIn + fanOut));
    }
    return 0;
}

/// The numbers as elements of that type.
std::vector<std::byte> bytesOf(const TensorData& data, DType to) {
    if (data.dtype == to) return {data.bytes.begin(), data.bytes.end()};
    const int64_t count = data.shape.elements();
    std::vector<std::byte> bytes(static_cast<size_t>(count * sizeOf(to)));
    for (int64_t i = 0; i < count; ++i)
        writeElement(bytes.data(), to, i, readElement(data.bytes.data(), data.dtype, i));
    return bytes;
}

/// What a state starts with. Throws what came of a file that was cut meanwhile: numbers of it are
/// no weights.
void writeData(const StateLayout::Item& item, Memory& memory) {
    orThrow(memory.write(item.offset, bytesOf(*item.data, item.dtype)));
    if (auto trouble = mappedTrouble(item.data->bytes)) throw DeviceTrouble(std::move(*trouble));
}

}  // namespace

const StateLayout::Item* StateLayout::find(std::string_view name) const {
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &m_items[found->second];
}

const StateLayout::Item* StateLayout::findByKey(std::string_view key) const {
    const auto found = m_keys.find(key);
    return found == m_keys.end() ? nullptr : &m_items[found->second];
}

void StateLayout::add(const Program& program) {
    for (const StateBinding& state : program.states) {
        const Value& value = program.value(state.in);
        if (const Item* known = find(state.name)) {
            VITRINE_CHECK(known->shape == value.shape && known->dtype == value.dtype,
                          "tapes of one model agree on their states");
            continue;
        }
        Item item{state.name, state.kind, value.shape, value.dtype,
                  state.init, m_size,     state.key,   state.data};
        m_size += (item.bytes() + 63) / 64 * 64;
        m_index.emplace(item.name, m_items.size());
        const bool isNew = m_keys.emplace(item.key, m_items.size()).second;
        VITRINE_CHECK(isNew, "each state has a key of its own");
        m_items.push_back(std::move(item));
    }
}

void writeConstants(const StateLayout& layout, Memory& memory) {
    for (const StateLayout::Item& item : layout.items())
        if (item.kind == StateKind::Constant && item.data) writeData(item, memory);
}

void initialiseStates(const StateLayout& layout, Memory& memory, uint64_t seed,
                      const std::stop_token& stop) {
    constexpr int64_t drawnAtOnce = 1 << 16;
    std::vector<std::byte> drawn;
    for (const StateLayout::Item& item : layout.items()) {
        if (item.data) {
            writeData(item, memory);
            continue;
        }
        Rng rng(seed, RngStream::Initialise, keyHash(item.key));
        const int64_t count = item.shape.elements();
        for (int64_t first = 0; first < count; first += drawnAtOnce) {
            if (stop.stop_requested()) return;
            const int64_t some = std::min(drawnAtOnce, count - first);
            drawn.resize(static_cast<size_t>(bytesOf(item.dtype, some)));
            for (int64_t i = 0; i < some; ++i)
                writeElement(drawn.data(), item.dtype, i, draw(rng, item.init));
            orThrow(memory.write(item.offset + bytesOf(item.dtype, first), drawn));
        }
    }
}

}  // namespace vitrine
