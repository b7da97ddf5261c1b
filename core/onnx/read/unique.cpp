// SPDX-License-Identifier: Apache-2.0
// Unique: each number once, or each entry along an axis, of numbers that are known while reading:
// how many decides about shapes.
#include <algorithm>
#include <numeric>
#include <span>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::unique {

namespace {

/// Entries along an axis as rows, and their shape.
struct Entries {
    std::vector<double> numbers;
    int64_t count = 0, size = 1;
    std::span<const double> row(int64_t k) const {
        return std::span(numbers).subspan(static_cast<size_t>(k * size), static_cast<size_t>(size));
    }
};

struct Found {
    std::vector<int64_t> first, inverse, counts;  ///< of each kind; of each entry; of each kind
};

Found kindsOf(const Entries& entries, bool isSorted) {
    std::vector<int64_t> order(static_cast<size_t>(entries.count));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int64_t a, int64_t b) {
        return std::ranges::lexicographical_compare(entries.row(a), entries.row(b));
    });
    Found found;
    found.inverse.resize(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
        const bool isNew =
            i == 0 || !std::ranges::equal(entries.row(order[i - 1]), entries.row(order[i]));
        if (isNew) found.first.push_back(order[i]), found.counts.push_back(0);
        ++found.counts.back();
        found.inverse[static_cast<size_t>(order[i])] = static_cast<int64_t>(found.first.size()) - 1;
    }
    if (isSorted) return found;
    std::vector<int64_t> ranks(found.first.size()), newRank(found.first.size());
    std::iota(ranks.begin(), ranks.end(), 0);
    std::ranges::sort(ranks, {}, [&](int64_t k) { return found.first[static_cast<size_t>(k)]; });
    Found placed;
    for (size_t i = 0; i < ranks.size(); ++i) {
        placed.first.push_back(found.first[static_cast<size_t>(ranks[i])]);
        placed.counts.push_back(found.counts[static_cast<size_t>(ranks[i])]);
        newRank[static_cast<size_t>(ranks[i])] = static_cast<int64_t>(i);
    }
    for (int64_t k : found.inverse) placed.inverse.push_back(newRank[static_cast<size_t>(k)]);
    return placed;
}

void read(Context& c) {
    const bool isFlat = !c.hasAttribute("axis");
    const Value x = isFlat ? c.reshape(c.in(0), {c.shape(0).elements()}) : c.in(0);
    const int rank = c.shapeOf(x).rank();
    const int64_t axis = isFlat ? 0 : c.axis("axis", 0, rank);
    std::vector<int64_t> order(static_cast<size_t>(rank));
    std::iota(order.begin(), order.end(), 0);
    std::swap(order[0], order[static_cast<size_t>(axis)]);
    const Numbers known = c.numbers(x, "its input");
    const Value rows = c.transpose(c.fixed(known), order);
    Entries entries{c.reals(rows, "its input"), known->shape[static_cast<int>(axis)], 1};
    entries.size = entries.count == 0 ? 1 : std::ssize(entries.numbers) / entries.count;
    const Found found = kindsOf(entries, c.flag("sorted", true));
    c.give(0, c.emit("gather", c.attrs("gather").with("axis", axis),
                     {x, c.integersValue(found.first)}));
    c.give(1, c.integersValue(found.first));
    c.give(2, c.integersValue(found.inverse));
    c.give(3, c.integersValue(found.counts));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Unique", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::unique
