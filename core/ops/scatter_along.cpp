// SPDX-License-Identifier: Apache-2.0
// A copy in which updates go to positions along an axis: in place of what is there, or together
// with it.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"
#include "core/ops/families/position_rules.h"
#include "core/ops/families/scatter_fields.h"

namespace vitrine::ops::scatter_along {

namespace {

/// What rules read of an instruction x, index, u → y.
class Scattering {
  public:
    Scattering(Builder& b, const Instr& instr)
        : m_b(b),
          m_instr(instr),
          m_axis(axis::checked(instr.attrs, b.shape(instr.in[0]))),
          m_extent(b.shape(instr.in[0])[m_axis]),
          m_at(positions::checked(b, instr.in[1], m_extent)) {}

    ValueId x() const { return m_instr.in[0]; }
    ValueId updates() const { return m_instr.in[2]; }
    ValueId result() const { return m_instr.out[0]; }
    const std::string& mode() const { return m_instr.attrs.text("mode"); }

    /// What v, shaped like x, has where each update goes.
    ValueId take(ValueId v) const {
        const Attrs attrs = m_b.attrs("take_along").with("axis", int64_t{m_axis});
        return positions::orZero(m_b, m_at.isThere, m_b.emit("take_along", attrs, {v, m_at.index}));
    }
    /// Sums of v, shaped like the updates, where they go.
    ValueId put(ValueId v) const {
        Attrs attrs = m_b.attrs("put_along");
        attrs.with("axis", int64_t{m_axis}).with("size", m_extent);
        return m_b.emit("put_along", attrs, {positions::orZero(m_b, m_at.isThere, v), m_at.index});
    }
    ValueId scatter(std::string_view mode, ValueId onto, ValueId updates) const {
        Attrs attrs = m_instr.attrs;
        attrs.with("mode", std::string(mode));
        return m_b.emit("scatter_along", attrs, {onto, m_instr.in[1], updates});
    }
    ValueId number(double value, ValueId like) const {
        return m_b.expand(m_b.constant({}, m_b.dtype(like), value), m_b.shape(like));
    }
    /// 1 where two values are equal.
    ValueId equal(ValueId a, ValueId b) const {
        return axis::cast(m_b, m_b.emit("equal", {a, b}), m_b.dtype(a));
    }

    /// 1 for the last of the updates that go to one place: only it is seen.
    ValueId isSeen() const {
        const Shape shape = m_b.shape(updates());
        Shape alongAxis;
        for (int i = 0; i < shape.rank(); ++i) alongAxis.push(i == m_axis ? shape[i] : 1);
        const ValueId numbers =
            m_b.reshape(axis::cast(m_b, axis::counted(m_b, shape[m_axis]), DType::I64), alongAxis);
        const ValueId own = m_b.expand(numbers, shape);
        const ValueId none = m_b.expand(m_b.constant({}, DType::I64, -1), m_b.shape(x()));
        const ValueId last = take(scatter("write", none, own));
        return axis::cast(m_b, m_b.emit("equal", {last, own}), m_b.dtype(updates()));
    }

    /// The product of all updates of a place, and for each update that of the others.
    ValueId product() const { return scatter("mul", number(1, x()), updates()); }
    ValueId productOfOthers() const {
        const ValueId u = updates(), zero = m_b.constant({}, m_b.dtype(u), 0);
        const ValueId isZero = m_b.emit("equal", {u, zero});
        const ValueId divisor = m_b.emit("where", {isZero, number(1, u), u});
        const ValueId zeros = axis::cast(m_b, isZero, m_b.dtype(u));
        const ValueId whole = take(scatter("mul", number(1, x()), divisor));
        // Zeros among the others make it 0.
        const ValueId isOnly = equal(take(put(zeros)), zeros);
        return m_b.mul(m_b.emit("div", {whole, divisor}), isOnly);
    }

    /// Whether x and the updates are the extreme, as shares of all that are.
    struct Shares {
        ValueId ofX, ofUpdates;
    };
    Shares shares() const {
        const ValueId x1 = equal(x(), result()), u1 = equal(updates(), take(result()));
        const ValueId count = m_b.add(x1, put(u1));
        return {m_b.emit("div", {x1, count}), m_b.emit("div", {u1, take(count)})};
    }

  private:
    Builder& m_b;
    const Instr& m_instr;
    int m_axis;
    int64_t m_extent;
    positions::Checked m_at;
};

void vjp(VjpContext& c) {
    const Scattering s(c.b, c.instr);
    const ValueId dy = c.outGrad[0];
    const bool x = c.wanted[0], u = c.wanted[2];
    if (s.mode() == "write") {
        if (x) c.inGrad[0] = s.scatter("write", dy, s.number(0, s.updates()));
        if (u) c.inGrad[2] = c.b.mul(s.take(dy), s.isSeen());
    } else if (s.mode() == "add") {
        if (x) c.inGrad[0] = dy;
        if (u) c.inGrad[2] = s.take(dy);
    } else if (s.mode() == "mul") {
        if (x) c.inGrad[0] = c.b.mul(dy, s.product());
        if (u) c.inGrad[2] = c.b.mul(s.take(c.b.mul(dy, s.x())), s.productOfOthers());
    } else {
        const auto [ofX, ofUpdates] = s.shares();
        if (x) c.inGrad[0] = c.b.mul(dy, ofX);
        if (u) c.inGrad[2] = c.b.mul(s.take(dy), ofUpdates);
    }
}

void jvp(JvpContext& c) {
    const Scattering s(c.b, c.instr);
    const ValueId tx = c.inTangent[0] != noValue ? c.inTangent[0] : s.number(0, s.x());
    const ValueId tu = c.inTangent[2] != noValue ? c.inTangent[2] : s.number(0, s.updates());
    if (s.mode() == "write" || s.mode() == "add") {
        c.outTangent[0] = s.scatter(s.mode(), tx, tu);
    } else if (s.mode() == "mul") {
        const ValueId ofUpdates = s.put(c.b.mul(tu, s.productOfOthers()));
        c.outTangent[0] = c.b.add(c.b.mul(tx, s.product()), c.b.mul(s.x(), ofUpdates));
    } else {
        const auto [ofX, ofUpdates] = s.shares();
        c.outTangent[0] = c.b.add(c.b.mul(tx, ofX), s.put(c.b.mul(tu, ofUpdates)));
    }
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &x = in[0].shape, &index = in[1].shape;
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    const bool isLike = index.rank() == x.rank();
    if (!isLike || axis::with(index, *axis, 1) != axis::with(x, *axis, 1))
        return shapeError(fmt::format("index needs {} outside of axis {}, got {}", x.text(), *axis,
                                      index.text()));
    if (attrs.text("mode") != "write" && !realOrWholeTypes.contains(in[0].dtype))
        return shapeError(fmt::format("x of {} can be written alone, mode is '{}'",
                                      name(in[0].dtype), attrs.text("mode")));
    return oneResult(x, in[0].dtype);
}

kernels::Problem problem(const OpQuery& q) {
    using enum kernels::ScatterMode;
    const std::string& mode = q.instr.attrs.text("mode");
    return kernels::Scatter{.mode = mode == "write" ? Write
                                    : mode == "add" ? Add
                                    : mode == "mul" ? Mul
                                    : mode == "max" ? Max
                                                    : Min,
                            .axis = axis::checked(q.instr.attrs, q.in[0].shape)};
}

constexpr PortSpec inputs[] = {
    scatter::copied,
    axis::position("[S…]",
                   "Where each update goes along the axis; from -1 down positions count "
                   "from the last, and one that is none is left out."),
    scatter::updates("[S…]", "What goes there.")};
constexpr FieldSpec fields[] = {axis::field("Axis along which updates go; -1 is the last."),
                                scatter::modeField};

constexpr OpSample samples[] = {{"", "3x5 3x2:i64<5 3x2"},
                                {"axis=0 mode=add", "4x3 6x3:i64<4 6x3"},
                                {"axis=1 mode=mul", "2x3x4 2x5x4:i64<3 2x5x4", 0.5, 1.5},
                                {"mode=max", "3x5 3x7:i64<5 3x7"},
                                {"axis=0 mode=min", "4x2 7x2:i64<4 7x2"},
                                {"mode=add", "2x5:i64<9 2x7:i64<5 2x7:i64<9"},
                                {"", "2x5:bool<2 2x7:i64<5 2x7:bool<2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=0", "4x3 2x2:i64<4 2x2", "index needs [4, 3] outside of axis 0, got [2, 2]"},
    {"", "4x3 4x2:i64<3 4x1", "updates needs shape [4, 2], got [4, 1]"},
    {"mode=add", "4:bool 2:i64<4 2:bool", "x of bool can be written alone, mode is 'add'"},
    {"", "4x3 4x3<3 4x3", "index needs i64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scatter_along",
    .title = "Scatter along an axis",
    .category = "internal",
    .summary = "A copy in which updates go to positions along an axis.",
    .formula = "y = x, with y[…, index[…, p, …], …] = updates[…, p, …], or that and x together",
    .inputs = inputs,
    .outputs = scatter::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::scatter_along
