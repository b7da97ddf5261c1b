// SPDX-License-Identifier: Apache-2.0
// Connectionist temporal classification (Graves et al. 2006): the loss of networks that read a line
// step by step, where nobody has said which step is which letter.
#include <fmt/format.h>

#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::ctc {

namespace {

enum Port : size_t { Logits, Labels, Steps, Lengths };

/// Stands for log 0: finite, so that no difference of two is NaN, and lost beside it is every
/// logarithm that numbers have. Below half of it nothing but the impossible lies.
constexpr double never = -1e30;

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t blank = attrs.integer("blank"), classes = in[Logits].shape[2];
    if (blank >= classes)
        return shapeError(
            fmt::format("blank is class {}, and there are {} classes, from 0", blank, classes));
    return loss::shapes(attrs, in);
}

ValueId number(Builder& b, DType type, double value) { return b.constant({}, type, value); }

ValueId infinity(Builder& b, DType type) {
    return b.scale(b.emit("log", {number(b, type, 0)}), -1);
}

ValueId chosen(Builder& b, ValueId condition, ValueId yes, ValueId no) {
    return b.emit("where", {condition, yes, no});
}

/// Row `odd` [N, S] between columns of `even` [N, 1]: [N, 2 S + 1].
ValueId between(Builder& b, ValueId even, ValueId odd) {
    const Shape row = b.shape(odd), pair{row[0], row[1], 1};
    const ValueId others = b.reshape(b.expand(even, row), pair);
    const ValueId pairs = axis::joined(b, 2, {others, b.reshape(odd, pair)});
    return axis::joined(b, 1, {b.reshape(pairs, {row[0], 2 * row[1]}), even});
}

/// What is asked of each image: a path through blank, label, blank, label, …, blank, `states` of
/// them. Nothing here depends on the logits.
struct Wanted {
    ValueId classes = noValue;  ///< [N, states], the class of each state, as int64
    ValueId skips = noValue;    ///< [N, states], 0 where the blank before may be left out, or never
    ValueId ends = noValue;     ///< [N, states], 0 where a path may end, or never
    ValueId steps = noValue;    ///< [N, 1], how many steps count, or noValue for all
    ValueId length = noValue;   ///< [N, 1], labels of the target, 1 for none
    ValueId refusal =
        noValue;  ///< one number: 0, or infinity where a label or length makes no sense
};

/// Reads targets.
class Reader {
  public:
    Reader(Builder& builder, const Attrs& attrs, std::span<const ValueId> in)
        : b(builder),
          m_type(b.dtype(in[Logits])),
          m_logits(b.shape(in[Logits])),
          m_blank(number(b, DType::I32, static_cast<double>(attrs.integer("blank")))),
          m_labels(in[Labels]) {
        const int64_t images = m_logits[0], labels = b.shape(m_labels)[1];
        m_places = axis::cast(b, axis::counted(b, labels), DType::I32);
        if (in[Lengths] != noValue) {
            m_length = b.reshape(in[Lengths], {images, 1});
            m_isWanted = b.emit("less", {m_places, m_length});
            refuse(outside(m_length, 0, labels));
        } else {
            const ValueId padding =
                number(b, DType::I32, static_cast<double>(attrs.integer("padding")));
            m_isWanted = b.emit("not_equal", {m_labels, padding});
            m_length =
                axis::cast(b, b.reduceSum(axis::cast(b, m_isWanted, m_type), {1}), DType::I32);
            refuse(b.emit("logical_and",  // a label behind the padding
                          {m_isWanted, b.emit("greater_or_equal", {m_places, m_length})}));
        }
    }

    Wanted read(ValueId steps) {
        const int64_t images = m_logits[0];
        Wanted wanted;
        const ValueId isClass = readLabels();
        const ValueId blanks = b.expand(m_blank, {images, 1});
        wanted.classes =
            axis::cast(b, between(b, blanks, chosen(b, isClass, m_labels, m_blank)), DType::I64);
        wanted.skips = skips(isClass);
        wanted.ends = ends();
        if (steps != noValue) {
            wanted.steps = b.reshape(steps, {images, 1});
            refuse(outside(wanted.steps, 1, m_logits[1]));
        }
        const ValueId length = axis::cast(b, m_length, m_type);
        wanted.length = b.emit("max", {length, number(b, m_type, 1)});
        wanted.refusal = m_refusal;
        return wanted;
    }

  private:
    /// Where labels name a class that is not the blank; others of the target are refused.
    ValueId readLabels() {
        const ValueId isBad = b.emit("logical_or", {outside(m_labels, 0, m_logits[2] - 1),
                                                    b.emit("equal", {m_labels, m_blank})});
        refuse(b.emit("logical_and", {m_isWanted, isBad}));
        return b.emit("logical_and", {m_isWanted, b.emit("logical_not", {isBad})});
    }

    /// From label to label, unless they are the same: then the blank between them must be there.
    ValueId skips(ValueId isClass) {
        const Shape rows = b.shape(m_labels);
        const ValueId none = b.constant({rows[0], 1}, m_type, never);
        if (rows[1] == 1) return between(b, none, none);
        const auto part = [&](ValueId x, int64_t from) {
            return block::slice(b, x, 1, from, rows[1] - 1);
        };
        const ValueId isOther = b.emit("not_equal", {part(m_labels, 0), part(m_labels, 1)});
        const ValueId may = b.emit("logical_and", {isOther, part(isClass, 1)});
        const ValueId skip = chosen(b, may, number(b, m_type, 0), number(b, m_type, never));
        return between(b, none, axis::joined(b, 1, {none, skip}));
    }

    /// The last label and the blank behind it.
    ValueId ends() {
        const int64_t states = 2 * b.shape(m_labels)[1] + 1;
        const ValueId state = axis::cast(b, axis::counted(b, states), m_type);
        const ValueId last = b.scale(axis::cast(b, m_length, m_type), 2);
        const ValueId isEnd = b.emit(
            "logical_or",
            {b.emit("equal", {state, last}), b.emit("equal", {state, loss::shifted(b, last, -1)})});
        return chosen(b, isEnd, number(b, m_type, 0), number(b, m_type, never));
    }

    ValueId outside(ValueId x, int64_t first, int64_t last) {
        const auto bound = [&](int64_t value) {
            return number(b, DType::I32, static_cast<double>(value));
        };
        return b.emit("logical_or",
                      {b.emit("less", {x, bound(first)}), b.emit("greater", {x, bound(last)})});
    }

    void refuse(ValueId isBad) {
        const ValueId each = chosen(b, isBad, infinity(b, m_type), number(b, m_type, 0));
        const ValueId sum = b.reduceSum(each, {0, 1}, false);
        m_refusal = m_refusal == noValue ? sum : b.add(m_refusal, sum);
    }

    Builder& b;
    DType m_type;
    Shape m_logits;
    ValueId m_blank, m_labels;
    ValueId m_places = noValue, m_length = noValue, m_isWanted = noValue, m_refusal = noValue;
};

/// Logarithms of the probabilities of the states' classes, as [T, N, states].
ValueId emissions(Builder& b, ValueId logits, const Wanted& wanted) {
    const Shape x = b.shape(logits);
    const int64_t states = b.shape(wanted.classes)[1];
    const ValueId logs = b.emit("log_softmax", {logits});
    const ValueId index =
        b.expand(b.reshape(wanted.classes, {x[0], 1, states}), {x[0], x[1], states});
    Attrs along = b.attrs("take_along");
    along.with("axis", int64_t{2});
    Attrs floor = b.attrs("clamp");
    floor.with("bounds", std::string("low")).with("low", never);
    const ValueId taken = b.emit("clamp", floor, {b.emit("take_along", along, {logs, index})});
    return block::transpose(b, taken, {1, 0, 2});
}

/// log(e^a + e^b + e^c). The whole number below the largest is as good as itself to keep the
/// exponentials from overflow, and no derivative goes through it.
ValueId logSum(Builder& b, ValueId x, ValueId y, ValueId z) {
    const ValueId largest = b.emit("floor", {b.emit("max", {b.emit("max", {x, y}), z})});
    const auto share = [&](ValueId v) { return b.emit("exp", {b.sub(v, largest)}); };
    return b.add(largest, b.emit("log", {b.add(b.add(share(x), share(y)), share(z))}));
}

/// α_t(s) = log Σ of the probabilities of all beginnings of paths that are in state s at step t:
/// from s, from s − 1, and over a blank from s − 2.
ValueId forward(Builder& b, ValueId emissions, const Wanted& wanted) {
    const Shape shape = b.shape(emissions), row{shape[1], shape[2]};
    const DType type = b.dtype(emissions);
    const auto at = [&](int64_t step) {
        return b.reshape(block::slice(b, emissions, 0, step, 1), row);
    };
    const ValueId before = b.constant({row[0], 2}, type, never);
    const ValueId starts =
        axis::joined(b, 1, {b.constant({1, 2}, type, 0), b.constant({1, row[1] - 2}, type, never)});
    ValueId alpha = b.add(at(0), starts);
    for (int64_t step = 1; step < shape[0]; ++step) {
        const ValueId all = block::concat(b, {before, alpha}, 1);
        const ValueId fromLast = block::slice(b, all, 1, 1, row[1]);
        const ValueId over = b.add(block::slice(b, all, 1, 0, row[1]), wanted.skips);
        const ValueId next = b.add(logSum(b, alpha, fromLast, over), at(step));
        alpha = wanted.steps == noValue
                    ? next
                    : chosen(b,
                             b.emit("greater", {wanted.steps,
                                                number(b, DType::I32, static_cast<double>(step))}),
                             next, alpha);
    }
    return alpha;
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const DType type = b.dtype(in[Logits]);
    const Wanted wanted = Reader(b, attrs, in).read(in[Steps]);
    const ValueId alpha = forward(b, emissions(b, in[Logits], wanted), wanted);
    Attrs overStates = b.attrs("reduce_log_sum_exp");
    overStates.with("axes", std::vector<int64_t>{1});
    const ValueId total = b.emit("reduce_log_sum_exp", overStates, {b.add(alpha, wanted.ends)});
    const ValueId isImpossible = b.emit("less", {total, number(b, type, never / 2)});
    const ValueId instead = attrs.flag("zero_infinity") ? number(b, type, 0) : infinity(b, type);
    const ValueId each = chosen(b, isImpossible, instead, b.scale(total, -1));
    const ValueId perLabel = b.mul(each, b.emit("reciprocal", {wanted.length}));
    return {b.add(loss::meanOf(b, perLabel), wanted.refusal)};
}

constexpr PortSpec lengths(std::string_view id, std::string_view title, std::string_view help) {
    return {.id = id,
            .title = title,
            .types = DType::I32,
            .pattern = "[N]",
            .help = help,
            .optional = true};
}
constexpr PortSpec inputs[] = {
    {.id = "logits",
     .title = "Logits",
     .pattern = "[N, T, C]",
     .help = "One number per class and step, before softmax; logarithms of probabilities do too."},
    {.id = "labels",
     .title = "Labels",
     .types = DType::I32,
     .pattern = "[N, S]",
     .help = "Class numbers in their order, without blanks; what is left over is padding."},
    lengths("steps", "Steps", "How many steps of each image count, from 1; all without it."),
    lengths(
        "lengths", "Lengths",
        "How many labels each image has, 0 for none; without it a target ends at its padding.")};
constexpr FieldSpec fields[] = {
    {.id = "blank",
     .title = "Blank",
     .type = FieldType::Int,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e6,
     .help = "The class that stands for no label."},
    {.id = "padding",
     .title = "Padding",
     .type = FieldType::Int,
     .defaultNumber = -1,
     .minimum = -1e6,
     .maximum = 1e6,
     .help = "The number behind a target's last label, where nothing else says how long it is."},
    {.id = "zero_infinity",
     .title = "Pass over the impossible",
     .type = FieldType::Bool,
     .help =
         "Whether a target that no path can spell counts as 0; otherwise the loss is infinite."},
    lossWeight};
constexpr OpSample samples[] = {{"blank=4", "2x6x5 2x2<4 - -"},
                                {"blank=3", "3x5x4 3x2<3 - 3<3", -3, 3},
                                {"blank=2 padding=0", "2x4x3 2x1<2 - -"},
                                {"blank=3 zero_infinity=true", "3x4x4 3x3<3 - -"},
                                {"blank=5", "1x3x6 1x1<5 1:i32<4 -"}};
constexpr OpErrorSample errors[] = {
    {"blank=5", "2x6x5 2x2<5 - -", "blank is class 5, and there are 5 classes, from 0"},
    {"", "2x6x5 3x2<5 - -", "labels needs shape"},
    {"", "2x6x5 2x2 - -", "labels needs i32, got f32"},
    {"", "2x6x5 2x2<5 3<6 -", "steps needs shape [2], got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "ctc",
    .title = "CTC loss",
    .category = "loss",
    .summary =
        "Negative logarithm of the probability of a line of labels, over all ways to lay it along "
        "the steps.",
    .formula =
        "loss = −(1/N) Σ_n log P(labels) / max(1, labels),  P = Σ Π_t softmax(logits)[n, t, "
        "path(t)] over paths that are the labels when repeats and then blanks are taken out",
    .searchWords =
        "connectionist temporal classification ocr text line speech sequence recognition",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = inputs,
    .outputs = loss::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::ctc
