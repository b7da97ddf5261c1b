// SPDX-License-Identifier: Apache-2.0
// Comparisons, logic and choices element by element, by strides; and functions of whole numbers.
#include <cmath>

#include "kernels/cuda/each.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels::cuda {

namespace {

namespace whole = reference::whole;

template <class T>
VITRINE_BOTH inline bool holds(Relation relation, T a, [[maybe_unused]] T b) {
    switch (relation) {
#define VITRINE_CASE(Name, text, operands, expression) \
    case Relation::Name:                               \
        return expression;
        VITRINE_RELATIONS(VITRINE_CASE)
#undef VITRINE_CASE
    }
    return false;
}

/// a, [b,] y.
template <class T>
struct CompareEach {
    Places<3> at;
    Relation relation = Relation::Equal;
    int inputs = 2;
    cpu::StridedWalk<3> walk;

    VITRINE_BOTH void operator()(int64_t i) const {
        int64_t offsets[3];
        offsetsAt(walk, i, offsets);
        const T a = at.get<const T>(0)[offsets[0]];
        const T b = at.get<const T>(inputs - 1)[offsets[1]];
        at.get<uint8_t>(inputs)[offsets[2]] = holds(relation, a, b);
    }
};

/// condition, a, b, y.
template <class Word>
struct SelectEach {
    Places<4> at;
    cpu::StridedWalk<4> walk;

    VITRINE_BOTH void operator()(int64_t i) const {
        int64_t offsets[4];
        offsetsAt(walk, i, offsets);
        const int from = at.get<const uint8_t>(0)[offsets[0]] != 0 ? 1 : 2;
        at.get<Word>(3)[offsets[3]] = at.get<const Word>(from)[offsets[from]];
    }
};

template <class T>
struct WholeEach {
    Places<3> at;
    Whole function = Whole::Add;
    int inputs = 2;
    T factor = 0, low = 0, high = 0;
    cpu::StridedWalk<3> walk;

    VITRINE_BOTH T valueOf(T a, T b) const {
        switch (function) {
            case Whole::Add:
                return whole::add(a, b);
            case Whole::Sub:
                return whole::sub(a, b);
            case Whole::Mul:
                return whole::mul(a, b);
            case Whole::Scale:
                return whole::mul(a, factor);
            case Whole::Div:
                return whole::div(a, b);
            case Whole::ModByDivisor:
                return whole::modByDivisor(a, b);
            case Whole::ModByDividend:
                return whole::modByDividend(a, b);
            case Whole::Pow:
                return whole::pow(a, b);
            case Whole::Abs:
                return whole::abs(a);
            case Whole::Sign:
                return whole::sign(a);
            default:
                return ofBits(a, b);
        }
    }
    VITRINE_BOTH T ofBits(T a, T b) const {
        switch (function) {
            case Whole::Max:
                return a > b ? a : b;
            case Whole::Min:
                return a < b ? a : b;
            case Whole::Clamp:
                return a < low ? low : a > high ? high : a;
            case Whole::BitAnd:
                return static_cast<T>(a & b);
            case Whole::BitOr:
                return static_cast<T>(a | b);
            case Whole::BitXor:
                return static_cast<T>(a ^ b);
            case Whole::BitNot:
                return static_cast<T>(~a);
            case Whole::ShiftLeft:
                return whole::shiftLeft(a, b);
            default:
                return whole::shiftRight(a, b);
        }
    }
    VITRINE_BOTH void operator()(int64_t i) const {
        int64_t offsets[3];
        offsetsAt(walk, i, offsets);
        at.get<T>(inputs)[offsets[2]] =
            valueOf(at.get<const T>(0)[offsets[0]], at.get<const T>(inputs - 1)[offsets[1]]);
    }
};

cpu::StridedWalk<3> walkOf(const Call& call) {
    return walkOver<3>(call.out(0), {&call.in(0), &call.in(call.inputs() - 1), &call.out(0)});
}

}  // namespace

DeviceStatus bindCompare(Context&, const Call& call, StreamKernel* kernel) {
    const Relation relation = std::get<Compare>(call.problem).relation;
    if (const std::string why = whyNotPlain(call, call.operands.size()); !why.empty())
        return refuse(kernel, "compare", why);
    const DType stored = call.in(0).dtype;
    const DType type = stored == DType::Bool ? DType::U8 : stored;
    return forNumber(kernel, "compare", type, [&](auto number) {
        return takeEach(kernel, call, "compare." + std::string(name(relation)),
                        CompareEach<decltype(number)>{.at = {},
                                                      .relation = relation,
                                                      .inputs = static_cast<int>(call.inputs()),
                                                      .walk = walkOf(call)},
                        call.out(0).array.elements());
    });
}

DeviceStatus bindSelect(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call, call.operands.size()); !why.empty())
        return refuse(kernel, "select", why);
    const Operand& y = call.out(0);
    return forWord(kernel, "select", y.dtype, [&](auto word) {
        return takeEach(
            kernel, call, "select",
            SelectEach<decltype(word)>{
                .at = {}, .walk = walkOver<4>(y, {&call.in(0), &call.in(1), &call.in(2), &y})},
            y.array.elements());
    });
}

DeviceStatus bindWholeMap(Context&, const Call& call, StreamKernel* kernel) {
    const auto& map = std::get<WholeMap>(call.problem);
    if (const std::string why = whyNotPlain(call, call.operands.size()); !why.empty())
        return refuse(kernel, "whole", why);
    const DType type = call.out(0).dtype;
    if (!isInteger(type)) return refuse(kernel, "whole", unexpectedType("whole numbers", type));
    return cpu::forWhole(type, [&](auto number) {
        using T = decltype(number);
        const WholeEach<T> body{
            .at = {},
            .function = map.function,
            .inputs = static_cast<int>(call.inputs()),
            .factor = static_cast<T>(whole::nearest<int64_t>(map.p, std::trunc)),
            .low = whole::nearest<T>(map.p, std::ceil),
            .high = whole::nearest<T>(map.q, std::floor),
            .walk = walkOf(call)};
        return takeEach(kernel, call, "whole." + std::string(name(map.function)), body,
                        call.out(0).array.elements());
    });
}

}  // namespace vitrine::kernels::cuda
