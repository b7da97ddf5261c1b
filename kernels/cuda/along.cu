// SPDX-License-Identifier: Apache-2.0
// Along one axis: extremes of windows, order, positions, running sums; and elements that go to
// positions of a copy. Whoever adds up looks for what is its own, so that sums have one order.
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

struct AlongPlan {
    int64_t in = 1, out = 1, inner = 1;
    bool largest = true, exclusive = false, reverse = false;
};

/// x → y, index. An item is an element of y.
template <class Elements>
struct Extreme {
    Places<3> at;
    AlongPlan p;
    Elements elements;
    VITRINE_BOTH void operator()(int64_t item) const {
        const int64_t row = item / p.inner, i = item % p.inner, result = row % p.out;
        const int64_t first = result * p.in / p.out;
        const int64_t last = ((result + 1) * p.in + p.out - 1) / p.out;
        const int64_t start = row / p.out * p.in * p.inner + i;
        const void* const x = at.get<const void>(0);
        auto best = elements.get(x, start + first * p.inner);
        int64_t position = first;
        for (int64_t k = first + 1; k < last; ++k) {
            const auto element = elements.get(x, start + k * p.inner);
            const bool isMore =
                p.largest ? elements.isLess(best, element) : elements.isLess(element, best);
            if (elements.isNan(best) || !(isMore || elements.isNan(element))) continue;
            best = element;
            position = k;
        }
        elements.put(at.get<void>(1), item, best);
        at.get<int64_t>(2)[item] = position;
    }
};

/// x → y, index. An item is a line: each result is the first behind the one before.
template <class Elements>
struct Top {
    Places<3> at;
    AlongPlan p;
    Elements elements;
    using Value = typename Elements::Value;

    /// Whether a comes before b.
    VITRINE_BOTH bool isBefore(Value a, int64_t i, Value b, int64_t k) const {
        const bool aNan = elements.isNan(a), bNan = elements.isNan(b);
        if (aNan != bNan) return aNan == p.largest;
        if (aNan || (!elements.isLess(a, b) && !elements.isLess(b, a))) return i < k;
        return p.largest ? elements.isLess(b, a) : elements.isLess(a, b);
    }
    VITRINE_BOTH void operator()(int64_t line) const {
        const int64_t outer = line / p.inner, i = line % p.inner;
        const int64_t start = outer * p.in * p.inner + i;
        const void* const x = at.get<const void>(0);
        Value before{};
        int64_t positionBefore = -1;
        for (int64_t r = 0; r < p.out; ++r) {
            Value best{};
            int64_t position = -1;
            for (int64_t k = 0; k < p.in; ++k) {
                const Value element = elements.get(x, start + k * p.inner);
                const bool isLeft =
                    positionBefore < 0 || isBefore(before, positionBefore, element, k);
                if (!isLeft || (position >= 0 && !isBefore(element, k, best, position))) continue;
                best = element;
                position = k;
            }
            const int64_t to = (outer * p.out + r) * p.inner + i;
            elements.put(at.get<void>(1), to, best);
            at.get<int64_t>(2)[to] = position;
            before = best;
            positionBefore = position;
        }
    }
};

/// x, index → y. An item is an element of y.
template <class Word>
struct Take {
    Places<3> at;
    AlongPlan p;
    VITRINE_BOTH void operator()(int64_t item) const {
        const int64_t outer = item / p.inner / p.out, i = item % p.inner;
        const int64_t position = at.get<const int64_t>(1)[item];
        at.get<Word>(2)[item] = at.get<const Word>(0)[(outer * p.in + position) * p.inner + i];
    }
};

/// y, index → x. An item is an element of x.
template <class Elements>
struct Put {
    Places<3> at;
    AlongPlan p;
    Elements elements;
    VITRINE_BOTH void operator()(int64_t item) const {
        const int64_t row = item / p.inner, i = item % p.inner, position = row % p.in;
        const int64_t start = row / p.in * p.out * p.inner + i;
        typename Elements::Value sum = 0;
        for (int64_t r = 0; r < p.out; ++r) {
            const int64_t from = start + r * p.inner;
            if (at.get<const int64_t>(1)[from] == position)
                sum = elements.add(sum, elements.get(at.get<const void>(0), from));
        }
        elements.put(at.get<void>(2), item, sum);
    }
};

/// x → y. An item is a line.
template <class Elements>
struct Scan {
    Places<2> at;
    AlongPlan p;
    Elements elements;
    VITRINE_BOTH void operator()(int64_t line) const {
        const int64_t start = line / p.inner * p.in * p.inner + line % p.inner;
        typename Elements::Value sum = 0;
        for (int64_t k = 0; k < p.in; ++k) {
            const int64_t i = start + (p.reverse ? p.in - 1 - k : k) * p.inner;
            const auto before = sum;
            sum = elements.add(sum, elements.get(at.get<const void>(0), i));
            elements.put(at.get<void>(1), i, p.exclusive ? before : sum);
        }
    }
};

/// dy, index → dx: rows that are named by numbers. An item is an element of dx.
template <class Elements>
struct AddRows {
    Places<3> at;
    int64_t rows = 1, inner = 1, count = 1;
    WholeElements index;
    Elements elements;
    VITRINE_BOTH void operator()(int64_t item) const {
        const int64_t row = item / inner, i = item % inner;
        typename Elements::Value sum = 0;
        for (int64_t k = 0; k < count; ++k) {
            if (rowAt(index, at.get<const void>(1), k, rows) != row % rows) continue;
            const int64_t from = (row / rows * count + k) * inner + i;
            sum = elements.add(sum, elements.get(at.get<const void>(0), from));
        }
        elements.put(at.get<void>(2), item, sum);
    }
};

struct ScatterPlan {
    ScatterMode mode = ScatterMode::Write;
    int64_t in = 1, inner = 1, count = 1;

    /// The next update from r on that goes to element `item` of y, or −1.
    VITRINE_BOTH int64_t next(const int64_t* index, int64_t item, int64_t& r) const {
        const int64_t row = item / inner, i = item % inner;
        for (; r < count; ++r) {
            const int64_t from = (row / in * count + r) * inner + i;
            const int64_t position = index[from] < 0 ? index[from] + in : index[from];
            if (position != row % in) continue;
            ++r;
            return from;
        }
        return -1;
    }
};

/// x, index, updates → y, the last update wins. An item is an element of y.
template <class Word>
struct ScatterWrite {
    Places<4> at;
    ScatterPlan p;
    VITRINE_BOTH void operator()(int64_t item) const {
        Word element = at.get<const Word>(0)[item];
        int64_t r = 0;
        for (int64_t from; (from = p.next(at.get<const int64_t>(1), item, r)) >= 0;)
            element = at.get<const Word>(2)[from];
        at.get<Word>(3)[item] = element;
    }
};

/// The same where updates are joined with what is there.
template <class Elements>
struct ScatterJoin {
    Places<4> at;
    ScatterPlan p;
    Elements elements;
    using Value = typename Elements::Value;

    VITRINE_BOTH Value joined(Value x, Value u) const {
        switch (p.mode) {
            case ScatterMode::Add:
                return elements.add(x, u);
            case ScatterMode::Mul:
                return elements.mul(x, u);
            case ScatterMode::Max:
                return elements.isLess(x, u) || elements.isNan(u) ? u : x;
            default:
                return elements.isLess(u, x) || elements.isNan(u) ? u : x;
        }
    }
    VITRINE_BOTH void operator()(int64_t item) const {
        Value element = elements.get(at.get<const void>(0), item);
        int64_t r = 0;
        for (int64_t from; (from = p.next(at.get<const int64_t>(1), item, r)) >= 0;)
            element = joined(element, elements.get(at.get<const void>(2), from));
        elements.put(at.get<void>(3), item, element);
    }
};

template <class Elements>
DeviceStatus takeAlong(StreamKernel* kernel, const Call& call, AlongPass pass,
                       const AlongPlan& plan, Elements elements) {
    const int64_t count = call.out(0).array.elements();
    switch (pass) {
        case AlongPass::Extreme:
            return takeEach(kernel, call, "along.extreme", Extreme<Elements>{{}, plan, elements},
                            count);
        case AlongPass::Top:
            return takeEach(kernel, call, "along.top", Top<Elements>{{}, plan, elements},
                            count / plan.out);
        case AlongPass::Put:
            return takeEach(kernel, call, "along.put", Put<Elements>{{}, plan, elements}, count);
        default:
            return takeEach(kernel, call, "along.scan", Scan<Elements>{{}, plan, elements},
                            count / plan.in);
    }
}

}  // namespace

DeviceStatus bindAlong(Context&, const Call& call, StreamKernel* kernel) {
    const auto& what = std::get<Along>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "along", why);
    const bool isPut = what.pass == AlongPass::Put;
    const AlongAxis x = alongAxis(isPut ? call.out(0) : call.in(0), what.axis);
    const AlongPlan plan{.in = x.extent,
                         .out = alongAxis(isPut ? call.in(0) : call.out(0), what.axis).extent,
                         .inner = x.inner,
                         .largest = what.largest,
                         .exclusive = what.exclusive,
                         .reverse = what.reverse};
    if (what.pass == AlongPass::Take)
        return forWord(kernel, "along", call.in(0).dtype, [&](auto word) {
            return takeEach(kernel, call, "along.take", Take<decltype(word)>{{}, plan},
                            call.out(0).array.elements());
        });
    return forElements(kernel, "along", call.in(0).dtype, [&](auto elements) {
        return takeAlong(kernel, call, what.pass, plan, elements);
    });
}

DeviceStatus bindScatterAdd(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "scatter_add", why);
    const Operand& index = call.in(1);
    if (!isInteger(index.dtype))
        return refuse(kernel, "scatter_add", unexpectedType("whole numbers", index.dtype));
    const AlongAxis y = alongAxis(call.out(0), std::get<ScatterAdd>(call.problem).axis);
    return forElements(kernel, "scatter_add", call.in(0).dtype, [&](auto elements) {
        using Body = AddRows<decltype(elements)>;
        return takeEach(
            kernel, call, "scatter_add",
            Body{{}, y.extent, y.inner, index.array.elements(), {index.dtype}, elements},
            call.out(0).array.elements());
    });
}

DeviceStatus bindScatter(Context&, const Call& call, StreamKernel* kernel) {
    const auto& scatter = std::get<Scatter>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "scatter", why);
    const AlongAxis x = alongAxis(call.in(0), scatter.axis);
    const ScatterPlan plan{scatter.mode, x.extent, x.inner,
                           alongAxis(call.in(1), scatter.axis).extent};
    const int64_t count = call.out(0).array.elements();
    if (scatter.mode == ScatterMode::Write)
        return forWord(kernel, "scatter", call.in(0).dtype, [&](auto word) {
            return takeEach(kernel, call, "scatter.write", ScatterWrite<decltype(word)>{{}, plan},
                            count);
        });
    return forElements(kernel, "scatter", call.in(0).dtype, [&](auto elements) {
        return takeEach(kernel, call, "scatter",
                        ScatterJoin<decltype(elements)>{{}, plan, elements}, count);
    });
}

}  // namespace vitrine::kernels::cuda
