// SPDX-License-Identifier: Apache-2.0
// Places are rounded down; what is left of them weighs the pixels around.
#include "core/ops/families/grid_rules.h"

#include <numeric>

#include "core/ops/families/axis_rules.h"
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::grid {

namespace {

ValueId clamped(Builder& b, ValueId x, double low, double high) {
    return b.emit("clamp", b.attrs("clamp").with("low", low).with("high", high), {x});
}

/// x mirrored at `low` and `high` until it lies between: with d = |x − low| and the whole number f
/// of spans in it, d − f · span from one of the two ends.
ValueId mirrored(Builder& b, ValueId x, double low, double high) {
    const double span = high - low;
    const DType type = b.dtype(x);
    if (span <= 0) return b.scale(x, 0);
    const ValueId distance = b.emit("abs", {pointwise::shifted(b, x, -low)});
    const ValueId spans = b.constant({}, type, span), two = b.constant({}, type, 2);
    const ValueId rest = b.emit("mod", {distance, spans});
    const ValueId isOdd = b.emit("mod", {b.emit("floor", {b.scale(distance, 1 / span)}), two});
    const ValueId back = b.sub(b.scale(isOdd, span), b.mul(b.scale(isOdd, 2), rest));
    return pointwise::shifted(b, b.add(rest, back), low);
}

/// Into the image, by pixels whose numbers are whole or not.
ValueId inside(Builder& b, ValueId x, int64_t extent, const Sampling& sampling) {
    const auto last = static_cast<double>(extent - 1);
    if (sampling.outside == Outside::Zeros) return x;
    if (sampling.outside == Outside::Border) return clamped(b, x, 0, last);
    const double edge = sampling.alignCorners ? 0 : 0.5;
    return clamped(b, mirrored(b, x, -edge, last + edge), 0, last);
}

/// Of a pixel whose number is whole: where it is read, and nothing of it outside of the image.
Tap tapAt(Builder& b, ValueId number, ValueId weight, int64_t extent, const Sampling& sampling) {
    const auto last = static_cast<double>(extent - 1);
    if (sampling.outside == Outside::Zeros) {
        const ValueId one = b.constant(b.shape(number), b.dtype(number), 1);
        weight = pointwise::inside(b, weight == noValue ? one : weight, number, -0.5, last + 0.5);
    } else if (sampling.between == Between::Cubic) {
        number = inside(b, number, extent, sampling);
    }
    return {axis::cast(b, clamped(b, number, 0, last), DType::I64), weight};
}

/// Σ coefficients[k] t^k.
ValueId polynomial(Builder& b, ValueId t, const std::vector<double>& coefficients) {
    ValueId y = b.scale(t, coefficients.back());
    for (size_t k = coefficients.size() - 1; k-- > 0;) {
        if (coefficients[k] != 0) y = pointwise::shifted(b, y, coefficients[k]);
        if (k > 0) y = b.mul(y, t);
    }
    return y;
}

/// Keys' kernel of a pixel `away` places from the one in front of t: |away − t| is below 1 or 2.
ValueId cubicWeight(Builder& b, ValueId t, int away, double a) {
    const ValueId one = pointwise::shifted(b, b.scale(t, -1), 1);
    if (away == 0) return polynomial(b, t, {1, 0, -(a + 3), a + 2});
    if (away == 1) return polynomial(b, one, {1, 0, -(a + 3), a + 2});
    // Of 1 + s, s = t or 1 − t: a s³ − 2a s² + a s.
    return polynomial(b, away < 0 ? t : one, {0, a, -2 * a, a});
}

}  // namespace

std::vector<Tap> taps(Builder& b, ValueId places, int64_t extent, const Sampling& sampling) {
    // A cubic's four pixels are brought into the image one by one.
    const bool isCubic = sampling.between == Between::Cubic;
    const ValueId x = isCubic ? places : inside(b, places, extent, sampling);
    if (sampling.between == Between::Nearest)
        return {tapAt(b, b.emit("round", {x}), noValue, extent, sampling)};
    const ValueId front = b.emit("floor", {x}), t = b.sub(x, front);
    std::vector<Tap> all;
    for (int away = isCubic ? -1 : 0; away <= (isCubic ? 2 : 1); ++away) {
        const ValueId number = away == 0 ? front : pointwise::shifted(b, front, away);
        const ValueId weight = isCubic     ? cubicWeight(b, t, away, sampling.cubic)
                               : away == 1 ? t
                                           : pointwise::shifted(b, b.scale(t, -1), 1);
        all.push_back(tapAt(b, number, weight, extent, sampling));
    }
    return all;
}

namespace {

/// x [N, C, spatial…] as rows [N · pixels, C].
ValueId rowsOf(Builder& b, ValueId x) {
    const Shape shape = b.shape(x);
    std::vector<int64_t> order{0};
    for (int axis = 2; axis < shape.rank(); ++axis) order.push_back(axis);
    order.push_back(1);
    const ValueId last = b.emit("transpose", b.attrs("transpose").with("permutation", order), {x});
    return b.reshape(last, {shape.elements() / shape[1], shape[1]});
}

/// Sums over all combinations of one tap of each axis.
class Combination {
  public:
    Combination(Builder& b, ValueId x, const std::vector<ValueId>& places, const Sampling& sampling,
                ValueId images)
        : m_b(b),
          m_rows(rowsOf(b, x)),
          m_places(b.shape(places[0])),
          m_combine(sampling.takesLargest ? "max" : "add") {
        const Shape shape = b.shape(x);
        int64_t stride = 1;
        for (size_t k = places.size(); k-- > 0;) {
            const int64_t extent = shape[static_cast<int>(k) + 2];
            auto own = taps(b, places[k], extent, sampling);
            for (Tap& tap : own) tap.index = times(tap.index, stride);
            m_axes.insert(m_axes.begin(), std::move(own));
            stride *= extent;
        }
        if (images == noValue) images = axis::cast(b, axis::counted(b, shape[0]), DType::I64);
        m_start = b.expand(b.reshape(times(images, stride), {m_places[0], 1}), m_places);
    }

    ValueId sum() {
        add(0, m_start, noValue);
        return m_sum;
    }

  private:
    ValueId times(ValueId index, int64_t factor) {
        if (factor == 1) return index;
        return m_b.mul(index, m_b.constant({}, DType::I64, static_cast<double>(factor)));
    }
    void add(size_t axis, ValueId index, ValueId weight) {
        if (axis < m_axes.size()) {
            for (const Tap& tap : m_axes[axis])
                add(axis + 1, m_b.add(index, tap.index),
                    weight == noValue       ? tap.weight
                    : tap.weight == noValue ? weight
                                            : m_b.mul(weight, tap.weight));
            return;
        }
        ValueId pixels = m_b.emit("gather", {m_rows, index});
        if (weight != noValue)
            pixels = m_b.mul(pixels, m_b.reshape(weight, {m_places[0], m_places[1], 1}));
        m_sum = m_sum == noValue ? pixels : m_b.emit(m_combine, {m_sum, pixels});
    }

    Builder& m_b;
    ValueId m_rows, m_start = noValue, m_sum = noValue;
    Shape m_places;  ///< [R, P]
    std::string_view m_combine;
    std::vector<std::vector<Tap>> m_axes;
};

}  // namespace

ValueId sample(Builder& b, ValueId x, const std::vector<ValueId>& places, const Sampling& sampling,
               ValueId images) {
    return Combination(b, x, places, sampling, images).sum();
}

}  // namespace vitrine::grid
