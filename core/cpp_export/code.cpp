// SPDX-License-Identifier: Apache-2.0
// Where arrays lie: strides, halos, and lifetimes that the engine's planner packs.
#include "core/cpp_export/code.h"

#include <algorithm>
#include <cstring>

#include "core/cpp_export/text.h"
#include "core/exec/planner.h"

namespace vitrine::cpp_export {

namespace {

constexpr int64_t lineBytes = 64;
constexpr int64_t roundedUp(int64_t bytes) {
    return (bytes + lineBytes - 1) / lineBytes * lineBytes;
}

/// Which of depth, rows and columns an axis behind the channels is.
constexpr int spatialAxis(int axis, int rank) { return axis - rank + 3; }

/// Places of images [N, spatial with halo, C]; `start`: of the first pixel.
ArrayView channelsLastView(const Shape& shape, const Halo& halo, int64_t& elements) {
    ArrayView view{shape, shape, 0};
    const int rank = shape.rank();
    int64_t stride = shape[1];
    view.strides[1] = 1;
    for (int axis = rank - 1; axis >= 2; --axis) {
        const auto k = static_cast<size_t>(spatialAxis(axis, rank));
        view.strides[axis] = stride;
        view.offset += halo.before[k] * stride;
        stride *= halo.before[k] + shape[axis] + halo.after[k];
    }
    view.strides[0] = stride;
    elements = stride * shape[0];
    return view;
}

/// The call that writes zeros around the pixels of a fresh array.
Step clearing(const Array& array, int64_t elements) {
    const auto extent = [&](int axis) { return array.spatialExtent(axis); };
    const auto& [before, after] = array.halo;
    Array all = array;
    all.view = ArrayView::contiguous({elements});
    return {.comment = {},
            .pointers = {{"y", all, true}},
            .body = call("clearHalo",
                         {braced({braced({number(before[0]), number(extent(0)), number(after[0])}),
                                  braced({number(before[1]), number(extent(1)), number(after[1])}),
                                  braced({number(before[2]), number(extent(2)), number(after[2])}),
                                  number(array.shape()[0]), number(array.shape()[1])}),
                          "y"})};
}

}  // namespace

bool Halo::covers(const Halo& other) const {
    for (size_t k = 0; k < before.size(); ++k)
        if (before[k] < other.before[k] || after[k] < other.after[k]) return false;
    return true;
}

Halo Halo::joined(const Halo& other) const {
    Halo both = *this;
    for (size_t k = 0; k < before.size(); ++k) {
        both.before[k] = std::max(before[k], other.before[k]);
        both.after[k] = std::max(after[k], other.after[k]);
    }
    return both;
}

int64_t Array::spatialStride(int axis) const {
    const int at = axis + shape().rank() - 3;
    return at < 2 ? 0 : stride(at);
}

int64_t Array::spatialExtent(int axis) const {
    const int at = axis + shape().rank() - 3;
    return at < 2 ? 1 : shape()[at];
}

Order orderOf(const Array& array) {
    if (!array.isImage() || array.shape()[1] == 1 || array.stride(1) != 1) return Order::RowMajor;
    return array.shape().elements() > array.shape()[0] * array.shape()[1] ? Order::ChannelsLast
                                                                          : Order::RowMajor;
}

bool isDenseChannelsLast(const Array& array) {
    if (orderOf(array) != Order::ChannelsLast) return false;
    int64_t elements = 0;
    return channelsLastView(array.shape(), {}, elements).strides == array.view.strides;
}

int Code::addBuffer(Buffer buffer) {
    m_buffers.push_back(std::move(buffer));
    return static_cast<int>(m_buffers.size()) - 1;
}

Result<Array> Code::addEnd(BufferKind kind, int index, const Shape& shape, DType dtype) {
    VITRINE_TRY(needPlainType(dtype));
    const int buffer = addBuffer(
        {.kind = kind, .bytes = bytesOf(dtype, shape.elements()), .index = index, .content = {}});
    return Array{buffer, dtype, ArrayView::contiguous(shape)};
}

Array Code::addConstant(const Shape& shape, DType dtype, std::vector<std::byte> content) {
    const auto bytes = static_cast<int64_t>(content.size());
    const int buffer =
        addBuffer({.kind = BufferKind::Constant, .bytes = bytes, .content = std::move(content)});
    return {buffer, dtype, ArrayView::contiguous(shape)};
}

Array Code::addConstant(std::span<const float> numbers) {
    const auto bytes = std::as_bytes(numbers);
    return addConstant({std::ssize(numbers)}, DType::F32, {bytes.begin(), bytes.end()});
}

Array Code::fresh(const Shape& shape, DType dtype, Order order, const Halo& halo) {
    const bool isLast = order == Order::ChannelsLast && shape.rank() >= 3 && shape.rank() <= 5;
    Array array{-1, dtype, ArrayView::contiguous(shape)};
    int64_t elements = shape.elements();
    if (isLast) {
        array.view = channelsLastView(shape, halo, elements);
        array.halo = halo;
    }
    array.buffer =
        addBuffer({.bytes = std::max<int64_t>(bytesOf(dtype, elements), 1), .content = {}});
    if (isLast && halo.isThere()) add(clearing(array, elements));
    return array;
}

Array Code::rowMajor(const Array& array) {
    if (array.view.isContiguous()) return array;
    const Array made = fresh(array.shape(), array.dtype);
    copy(array, made, "in order");
    return made;
}

Array Code::channelsLast(const Array& array, const Halo& halo, bool readsPast) {
    const bool isLast = array.shape()[1] == 1 || array.stride(1) == 1;
    const BufferKind kind = m_buffers[static_cast<size_t>(array.buffer)].kind;
    const bool isSafe = !readsPast || kind == BufferKind::Work || kind == BufferKind::Constant;
    if (isLast && isSafe && array.halo.covers(halo)) return array;
    const Array made = fresh(array.shape(), array.dtype, Order::ChannelsLast, halo);
    copy(array, made, "channels side by side");
    return made;
}

void Code::copy(const Array& from, const Array& to, std::string comment) {
    add({.comment = std::move(comment),
         .pointers = {{"y", to, true}, {"x", from}},
         .body = mapCall({to.view, from.view}, lambda({{typeName(from.dtype), "x"}}, {"return x;"}),
                         {"y", "x"})});
}

void Code::plan() {
    std::vector<MemoryBlock> blocks;
    std::vector<size_t> owners;
    for (size_t b = 0; b < m_buffers.size(); ++b) {
        Buffer& buffer = m_buffers[b];
        if (buffer.kind == BufferKind::Constant) {
            buffer.at = m_constantBytes;
            m_constantBytes += roundedUp(buffer.bytes);
        }
        if (buffer.kind != BufferKind::Work) continue;
        MemoryBlock block{.bytes = buffer.bytes, .first = -1, .last = -1};
        for (size_t s = 0; s < m_steps.size(); ++s)
            for (const Pointer& pointer : m_steps[s].pointers) {
                if (pointer.array.buffer != static_cast<int>(b)) continue;
                if (block.first < 0) block.first = static_cast<int>(s);
                block.last = static_cast<int>(s);
            }
        if (block.first < 0) continue;
        blocks.push_back(block);
        owners.push_back(b);
    }
    m_arenaBytes = planMemory(blocks).peakBytes + slackBytes;
    for (size_t k = 0; k < blocks.size(); ++k) m_buffers[owners[k]].at = blocks[k].offset;
}

std::vector<std::byte> Code::constants() const {
    std::vector<std::byte> all(static_cast<size_t>(m_constantBytes));
    for (const Buffer& buffer : m_buffers)
        if (buffer.kind == BufferKind::Constant && !buffer.content.empty())
            std::memcpy(all.data() + buffer.at, buffer.content.data(), buffer.content.size());
    return all;
}

}  // namespace vitrine::cpp_export
