// SPDX-License-Identifier: Apache-2.0
// Node by node, field by field, number by number.
#include "core/onnx/follow_batch.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/graph/names.h"
#include "core/graph/placeholder.h"

namespace vitrine::onnx {

namespace {

Error trouble(const std::string& node, std::string_view what) {
    return {
        "O18",
        fmt::format("{} {} follows the batch in a way that a graph cannot say", quoted(node), what),
        {},
        {},
        {}};
}

using Extents = std::vector<int64_t>;

/// Those of the operand at their place stay, and one is what is left.
bool mergeExtents(Extents& a, const Extents& b, const Shape& x, const Shape& y) {
    if (a.size() != b.size()) return false;
    const bool hasRest = std::ranges::count(a, -1) > 0;
    int differing = 0;
    size_t place = 0;
    for (size_t k = 0; k < a.size(); ++k) {
        if (a[k] == b[k]) continue;
        const int axis = static_cast<int>(k);
        const bool stays = axis < x.rank() && axis < y.rank() && x[axis] == a[k] && y[axis] == b[k];
        if (stays) {
            a[k] = 0;
        } else {
            ++differing;
            place = k;
        }
    }
    if (differing == 0) return true;
    if (differing > 1 || hasRest) return false;
    a[place] = -1;
    return true;
}

/// What -1 stands for; 0: the list has none.
int64_t restOf(const Extents& list, const Shape& x) {
    if (std::ranges::count(list, -1) == 0) return 0;
    int64_t known = 1;
    for (size_t k = 0; k < list.size(); ++k)
        if (list[k] >= 0) known *= list[k] == 0 ? x[static_cast<int>(k)] : list[k];
    return known > 0 ? x.elements() / known : 0;
}

/// Extents of a reshape. What -1 stands for is said as a number where that is the same for both,
/// and the batch becomes what is left: Keras' attention asks for [26, -1, 6] and [22, -1, 6].
bool mergeReshape(Extents& a, const Extents& b, const Shape& x, const Shape& y) {
    Extents merged = a;
    bool fits = mergeExtents(merged, b, x, y);
    if (const int64_t rest = restOf(a, x); !fits && rest > 0 && rest == restOf(b, y)) {
        Extents others = b;
        merged = a;
        std::ranges::replace(merged, -1, rest);
        std::ranges::replace(others, -1, rest);
        fits = mergeExtents(merged, others, x, y);
    }
    if (fits) a = merged;
    return fits;
}

/// Extents to repeat to: those that the operand has stay.
bool mergeExpand(Extents& a, const Extents& b, const Shape& x, const Shape& y) {
    if (a.size() != b.size()) return false;
    for (size_t k = 0; k < a.size(); ++k) {
        if (a[k] == b[k]) continue;
        const int axis = static_cast<int>(k) - static_cast<int>(a.size()) + x.rank();
        if (axis < 0 || x[axis] != a[k] || y[axis] != b[k]) return false;
        a[k] = 1;
    }
    return true;
}

Result<void> mergeFields(DraftNode& a, const DraftNode& b) {
    for (size_t k = 0; k < a.node.attrs.specs().size(); ++k) {
        const std::string_view field = a.node.attrs.specs()[k].id;
        const FieldValue &mine = a.node.attrs.get(field), &other = b.node.attrs.get(field);
        if (mine == other || field == whyRefused) continue;
        const auto* list = std::get_if<Extents>(&mine);
        const bool isShape = list && field == "shape" && !a.operands.empty();
        if (!isShape) return trouble(a.node.id, fmt::format("has a {} that", field));
        Extents merged = *list;
        const Extents& others = std::get<Extents>(other);
        const Shape x = a.operands[0].shape, y = b.operands[0].shape;
        const bool fits = a.node.op->id == "reshape"  ? mergeReshape(merged, others, x, y)
                          : a.node.op->id == "expand" ? mergeExpand(merged, others, x, y)
                                                      : false;
        if (!fits || !a.node.attrs.set(field, merged).ok())
            return trouble(a.node.id, fmt::format("has a {} that", field));
    }
    return {};
}

/// The numbers along one axis are the same again and again.
bool repeatsAlong(const TensorData& data, int axis) {
    int64_t outer = 1, inner = sizeOf(data.dtype);
    for (int k = 0; k < axis; ++k) outer *= data.shape[k];
    for (int k = axis + 1; k < data.shape.rank(); ++k) inner *= data.shape[k];
    const int64_t count = data.shape[axis];
    for (int64_t o = 0; o < outer; ++o) {
        const std::byte* first = data.bytes.data() + o * count * inner;
        for (int64_t i = 1; i < count; ++i)
            if (std::memcmp(first, first + i * inner, static_cast<size_t>(inner)) != 0)
                return false;
    }
    return true;
}

/// Only the first slice along an axis.
Numbers firstAlong(const TensorData& data, int axis) {
    int64_t outer = 1, inner = sizeOf(data.dtype);
    for (int k = 0; k < axis; ++k) outer *= data.shape[k];
    for (int k = axis + 1; k < data.shape.rank(); ++k) inner *= data.shape[k];
    std::vector<std::byte> bytes;
    for (int64_t o = 0; o < outer; ++o) {
        const auto first = data.bytes.subspan(static_cast<size_t>(o * data.shape[axis] * inner),
                                              static_cast<size_t>(inner));
        bytes.insert(bytes.end(), first.begin(), first.end());
    }
    Shape shape = data.shape;
    shape[axis] = 1;
    return TensorData::of(data.dtype, shape, std::move(bytes));
}

/// Everything that uses a parameter repeats what it has once.
bool isRepeatedByAll(const Draft& draft, const std::string& parameter) {
    for (const DraftNode& made : draft.nodes())
        for (const auto& [port, id] : made.node.parameters) {
            if (id != parameter) continue;
            const auto spec = std::ranges::find_if(made.node.op->inputs, [&](const PortSpec& p) {
                return port.starts_with(p.id);  // ports that repeat have a number behind
            });
            if (spec == made.node.op->inputs.end() || !spec->broadcasts) return false;
        }
    return true;
}

/// A constant of a batch's extent that says one thing for every example says it once.
Result<void> mergeNumbers(const Draft& draft, Parameter& a, const Parameter& b) {
    const TensorData &mine = *a.data, &other = *b.data;
    if (mine.shape == other.shape &&
        (mine.bytes.data() == other.bytes.data() || std::ranges::equal(mine.bytes, other.bytes)))
        return {};
    int axis = -1, differing = 0;
    if (mine.shape.rank() == other.shape.rank())
        for (int k = 0; k < mine.shape.rank(); ++k)
            if (mine.shape[k] != other.shape[k]) axis = k, ++differing;
    const bool fits =
        differing == 1 && a.kind == ParameterKind::Constant && isRepeatedByAll(draft, a.id) &&
        repeatsAlong(mine, axis) && repeatsAlong(other, axis) &&
        std::ranges::equal(firstAlong(mine, axis)->bytes, firstAlong(other, axis)->bytes);
    if (!fits) return trouble(a.id, "holds numbers that");
    a = withData(std::move(a), firstAlong(mine, axis));
    return {};
}

}  // namespace

Result<void> followBatch(Draft& a, const Draft& b) {
    const bool isAlike = a.nodes().size() == b.nodes().size() && a.edges() == b.edges() &&
                         a.parameters().size() == b.parameters().size();
    if (!isAlike) return trouble("the graph", "itself");
    for (size_t k = 0; k < a.nodes().size(); ++k) {
        DraftNode& mine = a.nodes()[k];
        const DraftNode& other = b.nodes()[k];
        if (mine.node.op != other.node.op) return trouble(mine.node.id, "itself");
        VITRINE_TRY(mergeFields(mine, other));
    }
    for (auto& [id, parameter] : a.parameters()) {
        const auto found = b.parameters().find(id);
        if (found == b.parameters().end()) return trouble(id, "itself");
        if (parameter.data && found->second.data)
            VITRINE_TRY(mergeNumbers(a, parameter, found->second));
    }
    return {};
}

}  // namespace vitrine::onnx
