// SPDX-License-Identifier: Apache-2.0
// What lies at each place of a tensor's memory. Truth: vitrine::physicalIndex, whose inverse it is.
#include "gui/models/physical_layout.h"

#include <QtTest>

#include <vector>

using namespace vitrine;
using namespace vitrine::gui;

namespace {

TensorType typeOf(const Shape& shape, LayoutKind kind, int halo = 0, DType dtype = DType::F32) {
    TensorType type = TensorType::rowMajor(shape, dtype);
    type.layout = {kind, halo};
    return type;
}

/// A weight of two groups, and one of channels that fill no block.
TensorType packed(const Shape& shape, kernels::Packing packing) {
    TensorType type = TensorType::rowMajor(shape, DType::F32);
    packing.filters = shape[0] / packing.groups;
    packing.channels = shape[1];
    for (int axis = 2; axis < shape.rank(); ++axis) packing.taps *= shape[axis];
    type.layout = {LayoutKind::Packed, 0, packing};
    return type;
}
const TensorType packedByTiles =
    packed({14, 5, 3, 2}, {.transposed = false, .widest = 6, .groups = 2});
const TensorType packedByBlocks =
    packed({37, 19, 3}, {.transposed = true, .block = 16, .run = 16, .widest = 32});
const TensorType packedVolume = packed({20, 17, 2, 3, 2}, {.block = 16, .run = 16, .widest = 16});

TensorType viewOf(const Shape& shape, const Shape& strides, int64_t offset) {
    TensorType type = TensorType::rowMajor(shape, DType::F32);
    type.strides = strides;
    type.offset = offset;
    return type;
}

/// The next index in row-major order; false after the last.
bool next(std::array<int64_t, Shape::maxRank>& index, const Shape& shape) {
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        if (++index[static_cast<size_t>(axis)] < shape[axis]) return true;
        index[static_cast<size_t>(axis)] = 0;
    }
    return false;
}

}  // namespace

Q_DECLARE_METATYPE(vitrine::TensorType)

class TestPhysicalLayout : public QObject {
    Q_OBJECT
  private slots:
    void isTheInverseOfPhysicalIndex_data();
    void isTheInverseOfPhysicalIndex();
    void placesWithoutElementsSayWhatTheyAre();
    void formulas_data();
    void formulas();
    void linesAreCacheLines();
    void answersOutsideOfTheTensor();
};

void TestPhysicalLayout::isTheInverseOfPhysicalIndex_data() {
    QTest::addColumn<TensorType>("type");
    QTest::addColumn<qint64>("bytes");
    const auto row = [](const char* name, const TensorType& type, qint64 bytes = 0) {
        QTest::newRow(name) << type << bytes;
    };
    row("scalar", TensorType::rowMajor({}, DType::F32));
    row("rank 1", TensorType::rowMajor({7}, DType::F64));
    row("row-major image", TensorType::rowMajor({3, 5, 4, 6}, DType::F32));
    row("axes of one", TensorType::rowMajor({1, 4, 1, 3}, DType::F32));
    row("rank 6", TensorType::rowMajor({2, 1, 3, 2, 2, 3}, DType::F32));
    row("lanes", typeOf({20, 3, 4, 5}, LayoutKind::Lanes));
    row("lanes with halo", typeOf({33, 2, 3, 4}, LayoutKind::Lanes, 2));
    row("lanes of rank 2", typeOf({20, 7}, LayoutKind::Lanes));
    row("nChw16c", typeOf({2, 20, 3, 4}, LayoutKind::Blocked));
    row("nChw16c with halo", typeOf({2, 33, 3, 4}, LayoutKind::Blocked, 1));
    row("nChw16c of rank 2", typeOf({3, 20}, LayoutKind::Blocked));
    row("labels", typeOf({20, 3, 4, 5}, LayoutKind::Lanes, 0, DType::I32));
    row("packed by tiles", packedByTiles);
    row("packed by blocks", packedByBlocks);
    row("packed volume", packedVolume);
    row("packed depthwise", packed({6, 1, 3, 3}, {.widest = 6, .groups = 6}));
    row("channels last", viewOf({2, 3, 4, 5}, {60, 1, 15, 3}, 0), 120 * 4);
    row("transposed", viewOf({4, 6}, {1, 4}, 0), 24 * 4);
    row("slice of columns", viewOf({4, 2}, {6, 1}, 3), 24 * 4);
    row("slice of channels", viewOf({2, 2, 3, 3}, {45, 9, 3, 1}, 18), 90 * 4);
}

void TestPhysicalLayout::isTheInverseOfPhysicalIndex() {
    QFETCH(TensorType, type);
    QFETCH(qint64, bytes);
    const PhysicalLayout layout(type, bytes);
    std::vector<bool> isElement(static_cast<size_t>(layout.cells()), false);
    std::array<int64_t, Shape::maxRank> index{};
    do {
        const int64_t place = physicalIndex(type, index.data());
        const MemoryCell cell = layout.cell(place);
        QVERIFY(cell.kind == CellKind::Element);
        QCOMPARE(cell.index, index);
        isElement[static_cast<size_t>(place)] = true;
    } while (next(index, type.shape));
    for (int64_t place = 0; place < layout.cells(); ++place)
        QCOMPARE(layout.cell(place).kind == CellKind::Element,
                 static_cast<bool>(isElement[static_cast<size_t>(place)]));
}

void TestPhysicalLayout::placesWithoutElementsSayWhatTheyAre() {
    // [20 images][3 channels] of 2 × 2 with a halo of 1: planes of 4 × 4 × 16 lanes.
    const PhysicalLayout layout(typeOf({20, 3, 2, 2}, LayoutKind::Lanes, 1));
    QVERIFY(layout.cell(0).kind == CellKind::Halo);
    const int64_t plane = 4 * 4 * 16, firstPixel = (4 + 1) * 16;
    QVERIFY(layout.cell(firstPixel).kind == CellKind::Element);
    // In the second block of images there are four.
    QVERIFY(layout.cell(3 * plane + firstPixel + 3).kind == CellKind::Element);
    QVERIFY(layout.cell(3 * plane + firstPixel + 4).kind == CellKind::Padding);
    const PhysicalLayout view(viewOf({4, 2}, {6, 1}, 3), 24 * 4);
    QVERIFY(view.cell(0).kind == CellKind::Foreign);
    QVERIFY(view.cell(3).kind == CellKind::Element);
    QVERIFY(view.cell(5).kind == CellKind::Foreign);
}

void TestPhysicalLayout::formulas_data() {
    QTest::addColumn<TensorType>("type");
    QTest::addColumn<QString>("formula");
    QTest::addColumn<QString>("extents");
    const auto row = [](const char* name, const TensorType& type, const char* formula,
                        const char* extents) {
        QTest::newRow(name) << type << QString::fromUtf8(formula) << QString::fromUtf8(extents);
    };
    row("row-major", TensorType::rowMajor({64, 3, 28, 28}, DType::F32), "row-major: [N][C][H][W]",
        "[64][3][28][28]");
    row("nChw16c", typeOf({64, 3, 28, 28}, LayoutKind::Blocked, 1),
        "nChw16c: [N][C/16][H+2][W+2][16]", "[64][1][30][30][16]");
    row("lanes", typeOf({64, 3, 28, 28}, LayoutKind::Lanes), "lanes: [N/16][C][H][W][16]",
        "[4][3][28][28][16]");
    row("lanes of rank 2", typeOf({60, 10}, LayoutKind::Lanes), "lanes: [N/16][C][16]",
        "[4][10][16]");
    row("packed by tiles", packedByTiles, "packed: [groups][N/6][C][H·W][6]", "[2][2][5][6][≤4]");
    row("packed volume", packedVolume, "packed: [N/16][C/16][D·H·W][16][16]", "[2][2][12][16][16]");
    row("packed by blocks", packedByBlocks, "packed: [C/32][N/16][W][16][32]", "[1][3][3][16][32]");
    row("channels last", viewOf({2, 3, 4, 5}, {60, 1, 15, 3}, 0), "channels last: [N][H][W][C]",
        "[2][4][5][3]");
    row("transposed", viewOf({4, 6}, {1, 4}, 0), "strided view: [C][N]", "[6][4]");
    row("scalar", TensorType::rowMajor({}, DType::F32), "one number", "");
}

void TestPhysicalLayout::formulas() {
    QFETCH(TensorType, type);
    QFETCH(QString, formula);
    QFETCH(QString, extents);
    const PhysicalLayout layout(type);
    QCOMPARE(layout.formula(), formula);
    QCOMPARE(layout.extents(), extents);
}

void TestPhysicalLayout::linesAreCacheLines() {
    const PhysicalLayout floats(TensorType::rowMajor({20}, DType::F32));
    QCOMPARE(floats.cellsInLine(), 16);
    QCOMPARE(floats.lines(), int64_t{2});
    const PhysicalLayout doubles(TensorType::rowMajor({20}, DType::F64));
    QCOMPARE(doubles.cellsInLine(), 8);
    QCOMPARE(doubles.byteOf(3), int64_t{24});
    QCOMPARE(PhysicalLayout(typeOf({20, 3, 4, 5}, LayoutKind::Lanes)).fastestAxis(), 0);
    QCOMPARE(PhysicalLayout(typeOf({20, 3, 4, 5}, LayoutKind::Blocked)).fastestAxis(), 1);
    QCOMPARE(PhysicalLayout(TensorType::rowMajor({3, 4, 1}, DType::F32)).fastestAxis(), 1);
    QCOMPARE(PhysicalLayout(packedByTiles).fastestAxis(), 0);
    QCOMPARE(PhysicalLayout(packedByBlocks).fastestAxis(), 1);
}

void TestPhysicalLayout::answersOutsideOfTheTensor() {
    const PhysicalLayout layout(TensorType::rowMajor({4}, DType::F32));
    QVERIFY(layout.cell(-1).kind == CellKind::Foreign);
    QVERIFY(layout.cell(4).kind == CellKind::Foreign);
    QCOMPARE(PhysicalLayout(TensorType::rowMajor({0, 4}, DType::F32)).cells(), int64_t{0});
}

QTEST_MAIN(TestPhysicalLayout)
#include "tst_physical_layout.moc"
