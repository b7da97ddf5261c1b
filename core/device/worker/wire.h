// SPDX-License-Identifier: Apache-2.0
// Values as bytes, for a process of the same build: what is plain is copied as it lies, and what
// has others inside goes piece by piece. A new problem that is not plain does not compile without
// its own two functions here.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/api/device.h"

namespace vitrine::worker {

using Bytes = std::vector<std::byte>;

template <class T>
concept Plain = std::is_trivially_copyable_v<T>;

/// Takes values in the order in which they were put; what is not there is zero, and isWhole tells.
struct Reader {
    std::span<const std::byte> rest;
    bool isWhole = true;

    void take(void* to, size_t bytes) {
        isWhole = isWhole && bytes <= rest.size();
        if (!isWhole) return;
        if (bytes > 0) std::memcpy(to, rest.data(), bytes);
        rest = rest.subspan(bytes);
    }
    /// Of a list whose elements take `each` bytes or more.
    size_t takeCount(size_t each) {
        uint64_t count = 0;
        take(&count, sizeof count);
        isWhole = isWhole && count <= rest.size() / each;
        return isWhole ? count : 0;
    }
};

inline void append(Bytes& bytes, const void* from, size_t count) {
    const auto* const first = static_cast<const std::byte*>(from);
    bytes.insert(bytes.end(), first, first + count);
}

template <Plain T>
void put(Bytes& bytes, const T& value) {
    append(bytes, &value, sizeof value);
}
template <Plain T>
void take(Reader& reader, T& value) {
    reader.take(&value, sizeof value);
}

inline void put(Bytes& bytes, const std::string& text) {
    put(bytes, uint64_t{text.size()});
    append(bytes, text.data(), text.size());
}
inline void take(Reader& reader, std::string& text) {
    text.resize(reader.takeCount(1));
    reader.take(text.data(), text.size());
}

template <class T>
void put(Bytes& bytes, const std::vector<T>& list) {
    put(bytes, uint64_t{list.size()});
    for (const T& value : list) put(bytes, value);
}
template <class T>
void take(Reader& reader, std::vector<T>& list) {
    list.resize(reader.takeCount(1));
    for (T& value : list) take(reader, value);
}

inline void put(Bytes& bytes, const kernels::Normalize& problem) {
    put(bytes, problem.mean);
    put(bytes, problem.std);
}
inline void take(Reader& reader, kernels::Normalize& problem) {
    take(reader, problem.mean);
    take(reader, problem.std);
}

inline void put(Bytes& bytes, const kernels::Resample& problem) {
    put(bytes, problem.axis);
    put(bytes, problem.map.begin);
    put(bytes, problem.map.index);
    put(bytes, problem.map.weight);
}
inline void take(Reader& reader, kernels::Resample& problem) {
    take(reader, problem.axis);
    take(reader, problem.map.begin);
    take(reader, problem.map.index);
    take(reader, problem.map.weight);
}

inline void put(Bytes& bytes, const kernels::Problem& problem) {
    put(bytes, uint64_t{problem.index()});
    std::visit([&](const auto& one) { put(bytes, one); }, problem);
}

template <size_t... Indices>
void takeAlternative(Reader& reader, kernels::Problem& problem, uint64_t index,
                     std::index_sequence<Indices...>) {
    const auto one = [&]<size_t Index>() {
        if (index == Index) take(reader, problem.emplace<Index>());
    };
    (one.template operator()<Indices>(), ...);
}
inline void take(Reader& reader, kernels::Problem& problem) {
    constexpr size_t alternatives = std::variant_size_v<kernels::Problem>;
    uint64_t index = 0;
    take(reader, index);
    reader.isWhole = reader.isWhole && index < alternatives;
    if (reader.isWhole)
        takeAlternative(reader, problem, index, std::make_index_sequence<alternatives>());
}

inline void put(Bytes& bytes, const kernels::Call& call) {
    put(bytes, call.problem);
    put(bytes, call.algorithm);
    put(bytes, call.load);
    put(bytes, call.store);
    put(bytes, call.sums);
    put(bytes, call.operands);
    for (const size_t count : {call.own, call.ofSums, call.ofLoad, call.results}) put(bytes, count);
}
inline void take(Reader& reader, kernels::Call& call) {
    take(reader, call.problem);
    take(reader, call.algorithm);
    take(reader, call.load);
    take(reader, call.store);
    take(reader, call.sums);
    take(reader, call.operands);
    for (size_t* const count : {&call.own, &call.ofSums, &call.ofLoad, &call.results})
        take(reader, *count);
}

inline void put(Bytes& bytes, const kernels::DeviceInfo& info) {
    put(bytes, info.name);
    put(bytes, info.architecture);
    put(bytes, info.memoryBytes);
    put(bytes, info.freeBytes);
}
inline void take(Reader& reader, kernels::DeviceInfo& info) {
    take(reader, info.name);
    take(reader, info.architecture);
    take(reader, info.memoryBytes);
    take(reader, info.freeBytes);
}

/// Without what only the process itself can use.
inline void put(Bytes& bytes, const kernels::StreamKernel& kernel) {
    put(bytes, kernel.name);
    put(bytes, kernel.workspaceBytes);
    put(bytes, kernel.kind);
    put(bytes, kernel.canBeHeld);
    put(bytes, kernel.refused);
}
inline void take(Reader& reader, kernels::StreamKernel& kernel) {
    take(reader, kernel.name);
    take(reader, kernel.workspaceBytes);
    take(reader, kernel.kind);
    take(reader, kernel.canBeHeld);
    take(reader, kernel.refused);
}

}  // namespace vitrine::worker
