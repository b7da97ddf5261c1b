// SPDX-License-Identifier: Apache-2.0
// State offsets and starting values (He et al. 2015, Glorot & Bengio 2010).
#include "core/exec/state_layout.h"

#include <cmath>
#include <cstring>

#include "core/base/check.h"
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

void copyData(const TensorData& data, DType to, std::byte* at) {
    if (data.dtype == to) {
        std::memcpy(at, data.bytes.data(), data.bytes.size());
        return;
    }
    for (int64_t i = 0; i < data.shape.elements(); ++i)
        writeElement(at, to, i, readElement(data.bytes.data(), data.dtype, i));
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

void initialiseStates(const StateLayout& layout, std::byte* base, uint64_t seed,
                      const std::stop_token& stop) {
    constexpr int64_t drawnAtOnce = 1 << 16;
    for (const StateLayout::Item& item : layout.items()) {
        if (item.data) {
            copyData(*item.data, item.dtype, base + item.offset);
            continue;
        }
        Rng rng(seed, RngStream::Initialise, keyHash(item.key));
        std::byte* at = base + item.offset;
        for (int64_t i = 0; i < item.shape.elements(); ++i) {
            if (i % drawnAtOnce == 0 && stop.stop_requested()) return;
            const double x = draw(rng, item.init);
            if (item.dtype == DType::F64)
                reinterpret_cast<double*>(at)[i] = x;
            else if (item.dtype == DType::F32)
                reinterpret_cast<float*>(at)[i] = static_cast<float>(x);
            else if (item.dtype == DType::I64)
                reinterpret_cast<int64_t*>(at)[i] = static_cast<int64_t>(x);
            else if (item.dtype == DType::I32)
                reinterpret_cast<int32_t*>(at)[i] = static_cast<int32_t>(x);
            else
                VITRINE_CHECK(false, "states are float, double, int32 or int64");
        }
    }
}

}  // namespace vitrine
