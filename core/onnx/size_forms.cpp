// SPDX-License-Identifier: Apache-2.0
// Forms by operator.
#include "core/onnx/size_forms.h"

#include <algorithm>
#include <cmath>

#include "core/opdef/registry.h"

namespace vitrine::onnx {

bool NodeReadings::isSame(const std::function<int64_t(size_t reading)>& number) const {
    for (size_t k = 1; k < count(); ++k)
        if (number(k) != number(0)) return false;
    return true;
}

std::optional<PortRef> NodeReadings::before(
    const std::function<bool(std::span<const Shape> shapes)>& fits) const {
    for (size_t index = m_index; index-- > 0;) {
        const DraftNode& giver = m_readings[0]->nodes()[index];
        if (giver.results.size() != 1) continue;
        std::vector<Shape> shapes;
        for (const Draft* reading : m_readings)
            shapes.push_back(reading->nodes()[index].results.front().shape);
        if (fits(shapes)) return PortRef{giver.node.id, std::string(giver.node.op->outputs[0].id)};
    }
    return {};
}

namespace {

using Extents = std::vector<int64_t>;

SizeForm formOf(std::string_view op) {
    const OpDescriptor& descriptor = operatorNamed(op);
    return {&descriptor, Attrs(descriptor.fields)};
}

/// The node's own fields, where the other operator has them too.
SizeForm withFieldsOf(const vitrine::Node& node, std::string_view op) {
    SizeForm form = formOf(op);
    for (const FieldSpec& spec : form.attrs.specs())
        if (node.attrs.has(spec.id)) form.attrs.with(spec.id, node.attrs.get(spec.id));
    return form;
}

/// Fields other than these are the same in every reading.
bool differOnlyIn(const NodeReadings& r, std::initializer_list<std::string_view> fields) {
    const Attrs& own = r.node().attrs;
    for (const FieldSpec& spec : own.specs()) {
        if (std::ranges::find(fields, spec.id) != fields.end()) continue;
        for (size_t k = 1; k < r.count(); ++k)
            if (r.at(k).node.attrs.get(spec.id) != own.get(spec.id)) return false;
    }
    return true;
}

/// Whether an axis of one shape is one of another in every reading.
bool isSameExtent(std::span<const Shape> shapes, int axis, const NodeReadings& r, int ofResult) {
    for (size_t k = 0; k < shapes.size(); ++k)
        if (axis >= shapes[k].rank() || shapes[k][axis] != r.y(k)[ofResult]) return false;
    return true;
}

// An extent stays, or is the operand's, or is what is left; others are those of another value.
std::optional<SizeForm> reshapeForm(const NodeReadings& r) {
    const int rank = r.y(0).rank();
    if (!r.isSame([&](size_t k) { return r.y(k).rank(); })) return {};
    Extents extents;
    std::vector<int> open;
    for (int axis = 0; axis < rank; ++axis) {
        bool isKept = true;
        for (size_t k = 0; k < r.count(); ++k)
            isKept = isKept && axis < r.x(k).rank() && r.x(k)[axis] == r.y(k)[axis];
        const bool isFixed = r.isSame([&](size_t k) { return r.y(k)[axis]; });
        extents.push_back(isFixed ? r.y(0)[axis] : isKept ? 0 : -1);
        if (extents.back() == -1) open.push_back(axis);
    }
    SizeForm form = withFieldsOf(r.node(), open.size() <= 1 ? "reshape" : "reshape_like");
    if (open.size() > 1) {
        Extents axes;
        form.like = r.before([&](std::span<const Shape> shapes) {
            axes.assign(static_cast<size_t>(rank), -1);
            size_t found = 0;
            for (int axis : open)
                for (int other = 0; other < shapes.front().rank(); ++other) {
                    if (!isSameExtent(shapes, other, r, axis)) continue;
                    axes[static_cast<size_t>(axis)] = other;
                    ++found;
                    break;
                }
            return found + 1 >= open.size();
        });
        if (!form.like) return {};
        for (size_t axis = 0; axis < axes.size(); ++axis)
            if (axes[axis] >= 0) extents[axis] = 1;
        form.attrs.with("like_axes", axes);
    }
    form.attrs.with("shape", extents);
    return form;
}

/// Extents to repeat to: those that the operand has stay.
std::optional<SizeForm> expandForm(const NodeReadings& r) {
    const int rank = r.y(0).rank();
    if (!r.isSame([&](size_t k) { return r.y(k).rank(); })) return {};
    Extents extents;
    for (int axis = 0; axis < rank; ++axis) {
        const bool isFixed = r.isSame([&](size_t k) { return r.y(k)[axis]; });
        for (size_t k = 0; !isFixed && k < r.count(); ++k) {
            const int own = axis - rank + r.x(k).rank();
            if (own < 0 || r.x(k)[own] != r.y(k)[axis]) return {};
        }
        extents.push_back(isFixed ? r.y(0)[axis] : 1);
    }
    SizeForm form = withFieldsOf(r.node(), "expand");
    form.attrs.with("shape", extents);
    return form;
}

/// Whether each extent behind the channels is the input's by that factor, rounded down.
bool isByFactor(const NodeReadings& r, double factor) {
    for (size_t k = 0; k < r.count(); ++k)
        for (int axis = 2; axis < r.x(k).rank(); ++axis)
            if (std::floor(static_cast<double>(r.x(k)[axis]) * factor) !=
                static_cast<double>(r.y(k)[axis]))
                return false;
    return true;
}

// The size is that of a value in front: a skip connection.
std::optional<SizeForm> resizeForm(const NodeReadings& r) {
    if (!differOnlyIn(r, {"size"}) || r.node().attrs.list("size").empty()) return {};
    const double factor = static_cast<double>(r.y(0)[2]) / static_cast<double>(r.x(0)[2]);
    if (isByFactor(r, factor)) {
        SizeForm form = withFieldsOf(r.node(), "resize");
        form.attrs.with("size", Extents()).with("scale", factor);
        return form;
    }
    SizeForm form = withFieldsOf(r.node(), "resize_like");
    form.like = r.before([&](std::span<const Shape> shapes) {
        const int rank = r.y(0).rank();
        bool fits = shapes.front().rank() == rank;
        for (int axis = 2; axis < rank; ++axis) fits = fits && isSameExtent(shapes, axis, r, axis);
        return fits;
    });
    return form.like ? std::optional(form) : std::nullopt;
}

/// What comes in front of each axis and behind it, in every reading.
struct Sides {
    Extents axes;
    std::vector<Extents> before, after;  ///< by reading

    bool areAll(const std::function<bool(size_t reading, int axis, int64_t before, int64_t after)>&
                    check) const {
        for (size_t k = 0; k < before.size(); ++k)
            for (size_t i = 0; i < axes.size(); ++i)
                if (!check(k, static_cast<int>(axes[i]), before[k][i], after[k][i])) return false;
        return true;
    }
};

/// Where all that comes or goes lies: `behind` or `around`; empty: neither.
std::string_view placeOf(const Sides& sides) {
    if (sides.areAll([](size_t, int, int64_t before, int64_t) { return before == 0; }))
        return "behind";
    const auto isHalf = [](size_t, int, int64_t before, int64_t after) {
        const int64_t more = before + after;
        return before == (more >= 0 ? more / 2 : -((1 - more) / 2));
    };
    return sides.areAll(isHalf) ? "around" : "";
}

std::optional<SizeForm> asMultiple(const NodeReadings& r, const Sides& sides) {
    constexpr int64_t most = 512, mostMore = 64;
    if (sides.axes.empty()) return {};
    for (bool hasMore : {false, true})
        for (int64_t multiple = 2; multiple <= most; ++multiple) {
            const auto more = [&](size_t k, int axis) {
                return r.y(k)[axis] - (r.x(k)[axis] + multiple - 1) / multiple * multiple;
            };
            const int64_t wanted = hasMore ? more(0, static_cast<int>(sides.axes.front())) : 0;
            const auto isIt = [&](size_t k, int axis, int64_t, int64_t) {
                return more(k, axis) == wanted;
            };
            if (wanted < 0 || wanted > mostMore || !sides.areAll(isIt)) continue;
            SizeForm form = withFieldsOf(r.node(), "pad_to_multiple");
            form.attrs.with("multiple", multiple).with("more", wanted);
            return form;
        }
    return {};
}

std::optional<SizeForm> asLike(const NodeReadings& r, const Sides& sides) {
    SizeForm form = withFieldsOf(r.node(), "crop_pad_like");
    form.like = r.before([&](std::span<const Shape> shapes) {
        const auto fits = [&](int64_t axis) {
            const int at = static_cast<int>(axis);
            return isSameExtent(shapes, at, r, at);
        };
        return shapes.front().rank() == r.x(0).rank() && std::ranges::all_of(sides.axes, fits);
    });
    return form.like ? std::optional(form) : std::nullopt;
}

/// Pads that follow from extents: to a multiple, as SAME of other programs has them too, or to the
/// extents of another value.
std::optional<SizeForm> fittedForm(const NodeReadings& r, const Sides& sides) {
    const std::string_view place = placeOf(sides);
    if (place.empty()) return {};
    std::optional<SizeForm> form = asMultiple(r, sides);
    if (!form) form = asLike(r, sides);
    if (form) form->attrs.with("axes", sides.axes).with("place", std::string(place));
    return form;
}

std::optional<SizeForm> padForm(const NodeReadings& r) {
    if (!differOnlyIn(r, {"pads"})) return {};
    Sides sides{.axes = r.node().attrs.list("axes"), .before = {}, .after = {}};
    for (size_t k = 0; k < r.count(); ++k) {
        const Extents& pads = r.at(k).node.attrs.list("pads");
        const auto half = static_cast<ptrdiff_t>(sides.axes.size());
        if (std::ssize(pads) != 2 * half) return {};
        sides.before.emplace_back(pads.begin(), pads.begin() + half);
        sides.after.emplace_back(pads.begin() + half, pads.end());
    }
    return fittedForm(r, sides);
}

/// Fields of a slice along its axis, by readings.
struct Slices {
    const NodeReadings& r;
    int axis;
    int64_t step;

    explicit Slices(const NodeReadings& readings)
        : r(readings),
          axis(static_cast<int>(r.node().attrs.integer("axis"))),
          step(r.node().attrs.integer("step")) {}
    int64_t start(size_t k) const { return r.at(k).node.attrs.integer("start"); }
    int64_t length(size_t k) const { return r.at(k).node.attrs.integer("length"); }
    int64_t fromEnd(size_t k) const { return start(k) - r.x(k)[axis]; }
    int64_t behind(size_t k) const { return -fromEnd(k) - length(k); }

    bool reachTheEnd() const {
        for (size_t k = 0; k < r.count(); ++k) {
            const int64_t next = start(k) + length(k) * step;
            if (step > 0 ? next < r.x(k)[axis] : next >= 0) return false;
        }
        return true;
    }
    bool areSame(int64_t (Slices::*number)(size_t) const) const {
        return r.isSame([&](size_t k) { return (this->*number)(k); });
    }
};

/// From a place, or one from the end; so many, or all up to the end.
std::optional<SizeForm> stretchForm(const Slices& slices) {
    const bool isFromStart = slices.areSame(&Slices::start);
    if (!isFromStart && !slices.areSame(&Slices::fromEnd)) return {};
    const bool isCounted = slices.areSame(&Slices::length);
    if (!isCounted && !slices.reachTheEnd()) return {};
    if (isFromStart && slices.start(0) == 0 && slices.step == 1 && !isCounted)
        return formOf("identity");
    SizeForm form = withFieldsOf(slices.r.node(), "slice");
    form.attrs.with("start", isFromStart ? slices.start(0) : slices.fromEnd(0))
        .with("length", isCounted ? slices.length(0) : 0);
    return form;
}

/// A stretch up to a distance from the end is what is left when the rest is cut away; or its extent
/// is that of another value.
std::optional<SizeForm> cutForm(const Slices& slices) {
    if (slices.step != 1 || !slices.areSame(&Slices::start)) return {};
    if (slices.areSame(&Slices::behind)) {
        SizeForm form = formOf("pad");
        form.attrs.with("axes", Extents{slices.axis})
            .with("pads", Extents{-slices.start(0), -slices.behind(0)});
        return form;
    }
    if (slices.start(0) != 0) return {};
    const Sides sides{.axes = {slices.axis}, .before = {}, .after = {}};
    std::optional<SizeForm> form = asLike(slices.r, sides);
    if (form) form->attrs.with("axes", sides.axes);
    return form;
}

std::optional<SizeForm> sliceForm(const NodeReadings& r) {
    if (!differOnlyIn(r, {"start", "length"})) return {};
    const Slices slices(r);
    std::optional<SizeForm> form = stretchForm(slices);
    return form ? form : cutForm(slices);
}

}  // namespace

std::optional<SizeForm> sizeFormOf(const NodeReadings& readings) {
    const std::string_view op = readings.node().op->id;
    if (readings.at(0).operands.empty() || readings.at(0).results.empty()) return {};
    if (op == "reshape") return reshapeForm(readings);
    if (op == "expand") return expandForm(readings);
    if (op == "resize") return resizeForm(readings);
    if (op == "pad") return padForm(readings);
    if (op == "slice") return sliceForm(readings);
    return {};
}

}  // namespace vitrine::onnx
