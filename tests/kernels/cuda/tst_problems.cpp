// SPDX-License-Identifier: Apache-2.0
// What the kernels of a device take of calls, and why they do not take others. Truth: offsets of
// elements by the operand's own strides, and bits of numbers.
#include "kernels/cuda/problems.h"

#include <QtTest/QtTest>

#include <bit>
#include <limits>

using namespace vitrine;
using namespace vitrine::kernels;

namespace {

Operand array(std::vector<int64_t> shape, std::vector<int64_t> strides, DType dtype = DType::F32) {
    Operand operand;
    operand.dtype = dtype;
    operand.array.rank = static_cast<int>(shape.size());
    std::ranges::copy(shape, operand.array.shape.begin());
    std::ranges::copy(strides, operand.array.strides.begin());
    return operand;
}

Operand whole(std::vector<int64_t> shape, DType dtype = DType::F32) {
    std::vector<int64_t> strides(shape.size(), 1);
    for (size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
    return array(std::move(shape), std::move(strides), dtype);
}

Call callOf(Problem problem, std::vector<Operand> operands) {
    Call call{.problem = problem, .operands = std::move(operands)};
    call.own = call.inputs();
    return call;
}

QString whyNoAdd(const Call& call) {
    std::string reason;
    return cuda::addOf(call, &reason) ? QString("taken") : QString::fromStdString(reason);
}
QString whyNoProduct(const Call& call) {
    std::string reason;
    return cuda::productOf(call, &reason) ? QString("taken") : QString::fromStdString(reason);
}
QString whyNoFill(const Call& call) {
    std::string reason;
    return cuda::fillOf(call, &reason) ? QString("taken") : QString::fromStdString(reason);
}

constexpr Map add = {.function = Pointwise::Add};

}  // namespace

class TestProblems : public QObject {
    Q_OBJECT
  private slots:
    void fillsWithTheBitsOfTheType_data();
    void fillsWithTheBitsOfTheType();
    void fillsWholeResultsAlone();
    void addsWholeArrays();
    void refusesOtherSums();
    void takesMatricesByRowsAndByColumns_data();
    void takesMatricesByRowsAndByColumns();
    void refusesOtherProducts();
};

void TestProblems::fillsWithTheBitsOfTheType_data() {
    QTest::addColumn<int>("dtype");
    QTest::addColumn<double>("value");
    QTest::addColumn<quint64>("word");
    QTest::addColumn<int>("bytes");
    const auto row = [](const char* name, DType dtype, double value, uint64_t word, int bytes) {
        QTest::newRow(name) << static_cast<int>(dtype) << value << quint64{word} << bytes;
    };
    row("f32 1.5", DType::F32, 1.5, 0x3fc00000, 4);
    row("f32 -0", DType::F32, -0.0, 0x80000000, 4);
    row("f32 rounds to nearest", DType::F32, 0.1, 0x3dcccccd, 4);
    row("f32 infinity", DType::F32, std::numeric_limits<double>::infinity(), 0x7f800000, 4);
    row("f64 1.5", DType::F64, 1.5, 0x3ff8000000000000, 8);
    row("f64 0.1", DType::F64, 0.1, 0x3fb999999999999a, 8);
    row("i32 -2", DType::I32, -2, 0xfffffffe, 4);
    row("i64 -2", DType::I64, -2, 0xfffffffffffffffe, 8);
}

void TestProblems::fillsWithTheBitsOfTheType() {
    QFETCH(int, dtype);
    QFETCH(double, value);
    QFETCH(quint64, word);
    QFETCH(int, bytes);
    const Call call = callOf(Fill{value}, {whole({3, 5}, static_cast<DType>(dtype))});
    std::string reason;
    const auto fill = cuda::fillOf(call, &reason);
    QVERIFY2(fill, reason.c_str());
    const quint64 mask =
        fill->wordBytes == 8 ? ~quint64{0} : (quint64{1} << 8 * fill->wordBytes) - 1;
    QCOMPARE(fill->word & mask, word);
    QCOMPARE(fill->wordBytes, bytes);
    QCOMPARE(fill->count, int64_t{15});
}

void TestProblems::fillsWholeResultsAlone() {
    QCOMPARE(whyNoFill(callOf(Fill{1}, {whole({})})), QString("taken"));
    QCOMPARE(whyNoFill(callOf(Fill{1}, {array({2, 3}, {4, 1})})),
             QString("wants a row-major result without gaps"));
    QCOMPARE(whyNoFill(callOf(Fill{1}, {whole({3}, DType::U8)})), QString("taken"));
    Operand lanes = whole({2, 3});
    lanes.layout = Layout::Lanes;
    QCOMPARE(whyNoFill(callOf(Fill{1}, {lanes})), QString("wants a row-major result without gaps"));
    Call stored = callOf(Fill{1}, {whole({3})});
    stored.store.push_back({.function = Pointwise::Relu});
    QCOMPARE(whyNoFill(stored), QString("applies nothing to what it loads or stores"));
    QCOMPARE(whyNoFill(callOf(Copy{}, {whole({3}), whole({3})})), QString("fills with one number"));
}

void TestProblems::addsWholeArrays() {
    for (const DType dtype : {DType::F32, DType::F64}) {
        const Operand operand = whole({2, 1, 7}, dtype);
        std::string reason;
        const auto sum = cuda::addOf(callOf(add, {operand, operand, operand}), &reason);
        QVERIFY2(sum, reason.c_str());
        QCOMPARE(sum->count, int64_t{14});
        QCOMPARE(sum->dtype, dtype);
    }
    // Strides of axes of extent 1 do not matter.
    const Operand odd = array({2, 1, 7}, {7, 99, 1});
    QCOMPARE(whyNoAdd(callOf(add, {odd, odd, odd})), QString("taken"));
}

void TestProblems::refusesOtherSums() {
    const Operand a = whole({2, 3}), row = array({2, 3}, {0, 1}), turned = array({2, 3}, {1, 2});
    const QString gaps = "wants row-major operands without gaps and repeats";
    const QString alike = "wants operands of the type and the extents of the result";
    QCOMPARE(whyNoAdd(callOf(add, {a, row, a})), gaps);
    QCOMPARE(whyNoAdd(callOf(add, {turned, a, a})), gaps);
    QCOMPARE(whyNoAdd(callOf(add, {a, a, turned})), gaps);
    QCOMPARE(whyNoAdd(callOf(add, {a, whole({3}), a})), alike);
    QCOMPARE(whyNoAdd(callOf(add, {a, whole({3, 2}), a})), alike);
    QCOMPARE(whyNoAdd(callOf(add, {a, whole({2, 3}, DType::F64), a})), alike);
    const Operand whole32 = whole({2, 3}, DType::I32);
    QCOMPARE(whyNoAdd(callOf(add, {whole32, whole32, whole32})),
             QString("wants f32 or f64, got i32"));
    QCOMPARE(whyNoAdd(callOf(Map{.function = Pointwise::Mul}, {a, a, a})),
             QString("knows add, not mul"));
    QCOMPARE(whyNoAdd(callOf(Fill{}, {a})), QString("adds element by element"));
}

void TestProblems::takesMatricesByRowsAndByColumns_data() {
    QTest::addColumn<QList<qint64>>("a");  // rows, columns, stride down, stride across
    using Four = QList<qint64>;
    QTest::newRow("by rows") << Four{3, 4, 4, 1};
    QTest::newRow("by rows with gaps") << Four{3, 4, 9, 1};
    QTest::newRow("by columns") << Four{3, 4, 1, 3};
    QTest::newRow("by columns with gaps") << Four{3, 4, 1, 8};
    QTest::newRow("one row") << Four{1, 4, 4, 1};
    QTest::newRow("one row of a matrix by columns") << Four{1, 4, 1, 6};
    QTest::newRow("one row, any stride down") << Four{1, 4, 0, 1};
    QTest::newRow("one column") << Four{3, 1, 1, 1};
    QTest::newRow("one column of a matrix by rows") << Four{3, 1, 5, 1};
    QTest::newRow("one column, any stride across") << Four{3, 1, 1, 77};
    QTest::newRow("one number") << Four{1, 1, 0, 0};
}

void TestProblems::takesMatricesByRowsAndByColumns() {
    using Four = QList<qint64>;
    QFETCH(Four, a);
    const Operand left = array({a[0], a[1]}, {a[2], a[3]}), right = whole({a[1], 2});
    std::string reason;
    const auto product =
        cuda::productOf(callOf(MatMul{}, {left, right, whole({a[0], 2})}), &reason);
    QVERIFY2(product, reason.c_str());
    QCOMPARE(product->rows, int64_t{a[0]});
    QCOMPARE(product->depth, int64_t{a[1]});
    QCOMPARE(product->columns, int64_t{2});
    const cuda::MatrixPlace& place = product->a;
    QVERIFY(place.pitch >= (place.isTransposed ? a[0] : a[1]));
    for (int64_t row = 0; row < a[0]; ++row)
        for (int64_t column = 0; column < a[1]; ++column)
            QCOMPARE(place.isTransposed ? column * place.pitch + row : row * place.pitch + column,
                     int64_t{row * a[2] + column * a[3]});
}

void TestProblems::refusesOtherProducts() {
    const Operand a = whole({3, 4}), b = whole({4, 2}), y = whole({3, 2});
    const QString gaps = "wants matrices whose rows or columns lie without gaps";
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {a, b, y})), QString("taken"));
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {array({3, 4}, {8, 2}), b, y})), gaps);
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {array({3, 4}, {0, 1}), b, y})), gaps);
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {a, array({4, 2}, {2, 0}), y})), gaps);
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {a, b, array({3, 2}, {1, 3})})), gaps);
    const Operand batch = whole({5, 3, 3});
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {batch, batch, batch})),
             QString("wants two matrices, got a batch of rank 3"));
    const Operand twice = whole({3, 3}, DType::F64);
    QCOMPARE(whyNoProduct(callOf(MatMul{}, {twice, twice, twice})), QString("wants f32, got f64"));
}

QTEST_APPLESS_MAIN(TestProblems)
#include "tst_problems.moc"
