// SPDX-License-Identifier: Apache-2.0
// Parameters, weights that do not fit, and views of the operators that give networks their
// structure. Truth: sizes worked out by hand, and where each element lies in each layout
// (physicalIndex). Shapes and derivatives of all operators are the sweep's.
#include <QtTest/QtTest>

#include <array>

#include "core/exec/kernel_call.h"
#include "core/opdef/registry.h"

using namespace vitrine;

namespace {

TensorType inLayout(const Shape& shape, LayoutKind kind, int halo = 0) {
    TensorType type;
    type.shape = shape;
    type.layout = {kind, halo};
    return type;
}

/// Every index of `shape`, in row-major order.
std::vector<std::array<int64_t, Shape::maxRank>> indicesOf(const Shape& shape) {
    std::vector<std::array<int64_t, Shape::maxRank>> indices;
    for (int64_t i = 0; i < shape.elements(); ++i) {
        std::array<int64_t, Shape::maxRank> index{};
        int64_t rest = i;
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            index[static_cast<size_t>(axis)] = rest % shape[axis];
            rest /= shape[axis];
        }
        indices.push_back(index);
    }
    return indices;
}

std::vector<int64_t> addresses(const TensorType& type) {
    std::vector<int64_t> result;
    for (const auto& index : indicesOf(type.shape))
        result.push_back(physicalIndex(type, index.data()));
    return result;
}

Instr instruction(std::string_view op) {
    Instr instr;
    instr.op = &operatorNamed(op);
    instr.attrs = Attrs(instr.op->fields);
    return instr;
}

/// The view of `in`, with the result's shape as inferShapes says.
std::optional<TensorType> viewOf(const Instr& instr, const TensorType& in) {
    const std::vector<ValueShape> operands{{in.shape, in.dtype}};
    const auto out = instr.op->inferShapes(instr.attrs, operands);
    return viewType(instr, in, out->front());
}

using Kinds = std::vector<LayoutKind>;

Instr reshapeTo(std::vector<int64_t> shape) {
    Instr instr = instruction("reshape");
    instr.attrs.with("shape", std::move(shape));
    return instr;
}

std::string errorOf(const Result<std::vector<ValueShape>>& result) {
    return result.ok() ? "no error" : result.error().message;
}

}  // namespace

class TestStructure : public QObject {
    Q_OBJECT
  private slots:
    void convolutionHasAFilterForEachOutputChannel() {
        const OpDescriptor& op = operatorNamed("conv2d");
        Attrs attrs(op.fields);
        attrs.with("out_channels", int64_t{8})
            .with("kernel", std::vector<int64_t>{3, 5})
            .with("padding", int64_t{2})
            .with("groups", int64_t{2})
            .with("init", std::string("kaiming_normal"));
        const std::vector<ValueShape> in{{{2, 6, 7, 7}}, {}, {}};
        const auto specs = op.parameters(attrs, in);
        QVERIFY(specs.ok());
        QCOMPARE(specs->size(), size_t{2});
        const ParamSpec &weight = (*specs)[0], &bias = (*specs)[1];
        QCOMPARE(weight.port, 1);
        QVERIFY(weight.shape == (Shape{8, 3, 3, 5}));
        QVERIFY(weight.init.kind == InitKind::KaimingNormal);
        QCOMPARE(weight.init.fanIn, 3 * 3 * 5);
        QCOMPARE(weight.init.fanOut, 8 * 3 * 5);
        QCOMPARE(bias.port, 2);
        QVERIFY(bias.shape == Shape{8});
        QVERIFY(bias.init.kind == InitKind::Zeros);
        attrs.with("bias", false);
        QCOMPARE(op.parameters(attrs, in)->size(), size_t{1});
    }

    void linearHasARowForEachOutputFeature() {
        const OpDescriptor& op = operatorNamed("linear");
        Attrs attrs(op.fields);
        attrs.with("out_features", int64_t{10});
        const std::vector<ValueShape> in{{{4, 84}}, {}, {}};
        const auto specs = op.parameters(attrs, in);
        QVERIFY(specs.ok());
        QVERIFY((*specs)[0].shape == (Shape{10, 84}));
        QCOMPARE((*specs)[0].init.fanIn, 84);
        QCOMPARE((*specs)[0].init.fanOut, 10);
        QVERIFY((*specs)[1].shape == Shape{10});
    }

    void refusesWeightsThatDoNotFit_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<std::vector<ValueShape>>("in");
        QTest::addColumn<QString>("message");
        const ValueShape x{{1, 3, 5, 5}}, rows{{4, 12}};
        using Shapes = std::vector<ValueShape>;
        QTest::newRow("channels of conv2d") << "conv2d" << Shapes{x, {{16, 1, 3, 3}}, {{16}}}
                                            << "weight needs shape [K, 3, R, S], got [16, 1, 3, 3]";
        QTest::newRow("filters of conv2d") << "conv2d" << Shapes{x, {{8, 3, 3, 3}}, {{8}}}
                                           << "weight needs 16 filters of 3x3, got [8, 3, 3, 3]";
        QTest::newRow("rank of a filter") << "conv2d" << Shapes{x, {{16, 3}}, {{16}}}
                                          << "weight needs shape [K, 3, R, S], got [16, 3]";
        QTest::newRow("type of a filter")
            << "conv2d" << Shapes{x, {{16, 3, 3, 3}, DType::F64}, {{16}}}
            << "weight needs f32 like x, got f64";
        QTest::newRow("bias of conv2d")
            << "conv2d" << Shapes{x, {{16, 3, 3, 3}}, {{8}}} << "bias needs shape [16], got [8]";
        QTest::newRow("features of linear") << "linear" << Shapes{rows, {{10, 84}}, {{10}}}
                                            << "weight needs shape [O, 12], got [10, 84]";
        QTest::newRow("rows of linear") << "linear" << Shapes{rows, {{9, 12}}, {{9}}}
                                        << "weight needs 10 output features, got 9";
    }
    void refusesWeightsThatDoNotFit() {
        QFETCH(QString, op);
        QFETCH(std::vector<ValueShape>, in);
        QFETCH(QString, message);
        const OpDescriptor& descriptor = operatorNamed(op.toStdString());
        const auto result = inferResults(descriptor, Attrs(descriptor.fields), in);
        QCOMPARE(QString::fromStdString(errorOf(result)), message);
    }

    void refusesSizesPastAnyMemory() {
        const OpDescriptor& conv = operatorNamed("conv2d");
        Attrs wide(conv.fields);
        wide.with("out_channels", int64_t{65536}).with("kernel", int64_t{1});
        const std::vector<ValueShape> images{{{4096, 1, 65536, 65536}}, {}, {}};
        const auto specs = conv.parameters(wide, images);
        QVERIFY(!specs.ok());
        QVERIFY(specs.error().message.find("has more than 2^40 elements") != std::string::npos);

        const std::vector<ValueShape> empty{{{2, 0, 4, 4}}};
        const OpDescriptor& pooling = operatorNamed("max_pool2d");
        QCOMPARE(errorOf(pooling.inferShapes(Attrs(pooling.fields), empty)),
                 std::string("result [2, 0, 2, 2] has an extent below 1"));
    }

    void lanesFlattenWithoutMoving() {
        const TensorType images = inLayout({17, 3, 2, 5}, LayoutKind::Lanes);
        const auto rows = viewOf(reshapeTo({17, 30}), images);
        QVERIFY(rows.has_value());
        QVERIFY(rows->layout == images.layout);
        QCOMPARE(addresses(*rows), addresses(images));
    }

    void blockedReshapesWhereChannelsStay() {
        const TensorType images = inLayout({2, 20, 2, 3}, LayoutKind::Blocked);
        const auto flat = viewOf(reshapeTo({2, 20, 6, 1}), images);
        QVERIFY(flat.has_value());
        QCOMPARE(addresses(*flat), addresses(images));
        const TensorType pooled = inLayout({2, 20, 1, 1}, LayoutKind::Blocked);
        const auto rows = viewOf(reshapeTo({2, 20}), pooled);
        QVERIFY(rows.has_value());
        QCOMPARE(addresses(*rows), addresses(pooled));
    }

    void reshapeRefusesWhereElementsWouldMove() {
        using enum LayoutKind;
        QVERIFY(!viewOf(reshapeTo({2, 120}), inLayout({2, 20, 2, 3}, Blocked)));
        QVERIFY(!viewOf(reshapeTo({2, 12}), inLayout({2, 3, 2, 2}, Lanes, 1)));
        QVERIFY(!viewOf(reshapeTo({4, 6}), inLayout({2, 12}, Lanes)));
        const auto transposed =
            viewOf(instruction("transpose"), TensorType::rowMajor({2, 3}, DType::F32));
        QVERIFY(!viewOf(reshapeTo({6}), *transposed));
    }

    void viewsShareRowMajorMemory() {
        const TensorType x = TensorType::rowMajor({4, 3, 5}, DType::F32);
        Instr slice = instruction("slice");
        slice.attrs.with("axis", int64_t{1}).with("start", int64_t{1}).with("length", int64_t{2});
        const auto cut = viewOf(slice, x);
        QVERIFY(cut.has_value());
        QVERIFY(!cut->isContiguous());
        QCOMPARE(cut->offset, 5);
        Instr transpose = instruction("transpose");
        transpose.attrs.with("permutation", std::vector<int64_t>{2, 0, 1});
        const auto turned = viewOf(transpose, *cut);
        QVERIFY(turned.has_value());
        for (const auto& index : indicesOf({5, 4, 2})) {
            const std::array<int64_t, 3> original{index[1], index[2] + 1, index[0]};
            QCOMPARE(physicalIndex(*turned, index.data()), physicalIndex(x, original.data()));
        }
        slice.attrs.with("axis", int64_t{0}).with("start", int64_t{2}).with("length", int64_t{2});
        const auto images = viewOf(slice, x);
        QVERIFY(images->isContiguous());
        const auto rows = viewOf(reshapeTo({2, 15}), *images);
        QVERIFY(rows.has_value());
        QCOMPARE(rows->offset, 30);
    }

    void viewsOfOtherLayoutsAskForACopy() {
        const TensorType lanes = inLayout({16, 4}, LayoutKind::Lanes);
        QVERIFY(!viewOf(instruction("transpose"), lanes));
        QVERIFY(!viewOf(instruction("slice"), lanes));
    }

    void reshapeTakesTheLayoutsInWhichNothingMoves() {
        using enum LayoutKind;
        const auto layoutsFor = [](const Shape& from, const Shape& to) {
            const Instr instr = instruction("reshape");
            std::vector<LayoutKind> kinds;
            for (LayoutKind kind : {RowMajor, Lanes, Blocked})
                if (staysIn(kind, instr, from, to)) kinds.push_back(kind);
            return kinds;
        };
        QCOMPARE(layoutsFor({4, 3, 2, 2}, {4, 12}), (Kinds{RowMajor, Lanes}));
        QCOMPARE(layoutsFor({4, 3, 1, 1}, {4, 3}), (Kinds{RowMajor, Lanes, Blocked}));
        QCOMPARE(layoutsFor({4, 3, 2, 2}, {48}), Kinds{RowMajor});
        QCOMPARE(layoutsFor({4, 3, 2, 2}, {2, 24}), Kinds{RowMajor});
    }

    void concatLiesInBlocksWhereChannelsFillThem() {
        using enum LayoutKind;
        const auto layoutsFor = [](int64_t axis, const std::vector<ValueShape>& in) {
            Instr instr = instruction("concat");
            instr.attrs.with("axis", axis);
            const auto result = instr.op->inferShapes(instr.attrs, in);
            std::vector<TensorType> operands, out;
            for (const ValueShape& x : in) {
                instr.in.push_back(static_cast<ValueId>(instr.in.size()));
                operands.push_back(TensorType::rowMajor(x.shape, x.dtype));
            }
            out.push_back(TensorType::rowMajor(result->front().shape, result->front().dtype));
            std::vector<LayoutKind> kinds;
            for (const kernels::Offer& offer : kernels::offers(callOf(instr, operands, out)).list)
                kinds.push_back(offer.layout());
            return kinds;
        };
        QCOMPARE(layoutsFor(1, {{{2, 16, 3, 3}}, {{2, 5, 3, 3}}}),
                 (Kinds{RowMajor, Lanes, Blocked}));
        QCOMPARE(layoutsFor(1, {{{2, 5, 3, 3}}, {{2, 16, 3, 3}}}),
                 (Kinds{RowMajor, Lanes, Blocked}));
        QCOMPARE(layoutsFor(2, {{{2, 16, 3, 3}}, {{2, 16, 3, 3}}}), Kinds{RowMajor});
        QCOMPARE(layoutsFor(1, {{{2, 16}, DType::F64}, {{2, 16}, DType::F64}}), Kinds{RowMajor});
    }
};

QTEST_APPLESS_MAIN(TestStructure)
#include "tst_structure.moc"
