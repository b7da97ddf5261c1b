// SPDX-License-Identifier: Apache-2.0
// The tape as a table, its filter and its words. Truth: the fields of the tape itself, and rows
// written by hand for digits_lenet.
#include "gui/models/tape_model.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include "gui/models/tape_filter.h"
#include "gui/models/tape_text.h"
#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestTapeModel : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { m_tape = tapeOfProject("digits_lenet"); }
    void isAModelThroughEveryChange();
    void namesFusedOperatorsAndShapes();
    void whatRunsOnceSaysSo();
    void barsAreSharesOfTheLongestEntry();
    void rateIsOperationsOverTime();
    void onlyOneEntryIsCurrent();
    void breakpointsStandAtTheFirstEntryOfAPart();
    void breakpointsSurviveAnotherTape();
    void updatesTakeNoBreakpoint();
    void stridesAreForRowMajorOnly();
    void copiedRowHasAllOperands();
    void filters_data();
    void filters();
    void refusesUnknownKeys();
    void sortsNumbersByNumber();
    void whatPreparesWeightsIsOneRow();
    void fewEntriesThatPrepareHaveRowsOfTheirOwn();

  private:
    QString cell(const TapeModel& model, int row, TapeModel::Column column) const {
        return model.index(row, column).data().toString();
    }
    /// The same tape, whose first entries run once.
    std::shared_ptr<const Tape> preparing(size_t entries) const {
        auto tape = std::make_shared<Tape>(*m_tape);
        for (size_t entry = 0; entry < entries; ++entry) tape->entries[entry].once = true;
        return tape;
    }
    std::shared_ptr<const Tape> m_tape;
};

void TestTapeModel::isAModelThroughEveryChange() {
    TapeModel model;
    TapeFilterModel rows;
    rows.setSourceModel(&model);
    const QAbstractItemModelTester ofModel(&model,
                                           QAbstractItemModelTester::FailureReportingMode::Fatal);
    const QAbstractItemModelTester ofRows(&rows,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setTape(m_tape);
    model.setSeconds(std::vector<double>(m_tape->entries.size(), 1e-3));
    model.setCurrentEntry(3);
    model.setBreakpoints({{"conv1", true}});
    rows.setFilter(TapeFilter::fromText("conv"));
    rows.sort(TapeModel::Time);
    model.setTape(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestTapeModel::namesFusedOperatorsAndShapes() {
    TapeModel model;
    model.setTape(m_tape);
    const int conv = firstEntryWith(*m_tape, "conv2d");
    QCOMPARE(cell(model, conv, TapeModel::Operator), QStringLiteral("conv2d + relu + max_pool2d"));
    QCOMPARE(cell(model, conv, TapeModel::PhaseName), QStringLiteral("forward"));
    QCOMPARE(cell(model, conv, TapeModel::Nodes), QStringLiteral("conv1, relu1, pool1"));
    QCOMPARE(cell(model, conv, TapeModel::Operands),
             QStringLiteral("input.lanes 64 × 1 × 28 × 28, conv1.weight.packed 6 × 1 × 5 × 5, "
                            "conv1.bias 6 → pool1 64 × 6 × 14 × 14, pool1.index 64 × 6 × 14 × 14"));
    QCOMPARE(cell(model, conv, TapeModel::Type), QStringLiteral("f32, u8"));
    QCOMPARE(cell(model, firstEntryWith(*m_tape, "reorder"), TapeModel::LayoutName),
             QStringLiteral("row-major → lanes+2"));
    QCOMPARE(cell(model, firstEntryWith(*m_tape, "pack"), TapeModel::LayoutName),
             QStringLiteral("row-major → packed 6"));
}

void TestTapeModel::whatRunsOnceSaysSo() {
    const auto marked = std::make_shared<Tape>(*m_tape);
    const int pack = firstEntryWith(*marked, "pack");
    marked->entries[static_cast<size_t>(pack)].once = true;
    TapeModel model;
    model.setTape(marked);
    QCOMPARE(cell(model, pack, TapeModel::PhaseName), QStringLiteral("forward, once"));
}

void TestTapeModel::barsAreSharesOfTheLongestEntry() {
    TapeModel model;
    model.setTape(m_tape);
    std::vector<double> seconds(m_tape->entries.size(), 0);
    seconds[1] = 4e-3;
    seconds[3] = 1e-3;
    model.setSeconds(seconds);
    QCOMPARE(model.index(1, TapeModel::Time).data(TapeModel::ShareRole).toDouble(), 1.0);
    QCOMPARE(model.index(3, TapeModel::Time).data(TapeModel::ShareRole).toDouble(), 0.25);
    QCOMPARE(cell(model, 0, TapeModel::Time), QString());
    QCOMPARE(model.totalSeconds(), 5e-3);
}

void TestTapeModel::rateIsOperationsOverTime() {
    TapeModel model;
    model.setTape(m_tape);
    const int conv = firstEntryWith(*m_tape, "conv2d");
    std::vector<double> seconds(m_tape->entries.size(), 0);
    // Twenty billion operations a second.
    seconds[static_cast<size_t>(conv)] = model.entry(conv).flops / 20e9;
    model.setSeconds(seconds);
    QCOMPARE(cell(model, conv, TapeModel::Rate), QStringLiteral("20.0"));
}

void TestTapeModel::onlyOneEntryIsCurrent() {
    TapeModel model;
    model.setTape(m_tape);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setCurrentEntry(4);
    model.setCurrentEntry(5);
    QCOMPARE(changed.count(), 3);  // 4 comes, 4 goes, 5 comes
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.index(row, 0).data(TapeModel::CurrentRole).toBool(), row == 5);
    // Behind the last entry nothing is marked.
    model.setCurrentEntry(model.rowCount());
    QVERIFY(!model.index(5, 0).data(TapeModel::CurrentRole).toBool());
}

void TestTapeModel::breakpointsStandAtTheFirstEntryOfAPart() {
    TapeModel model;
    model.setTape(m_tape);
    model.setBreakpoints({{"conv2", false}, {"conv2", true}});
    std::vector<int> marked;
    for (int row = 0; row < model.rowCount(); ++row)
        if (model.index(row, 0).data(TapeModel::BreakpointRole).toBool()) marked.push_back(row);
    QCOMPARE(marked.size(), size_t{2});
    QCOMPARE(marked[0], firstEntryOf(*m_tape, "conv2", false));
    QCOMPARE(marked[1], firstEntryOf(*m_tape, "conv2", true));
    QVERIFY(model.entry(marked[1]).instr.phase == Phase::Backward);
}

void TestTapeModel::breakpointsSurviveAnotherTape() {
    TapeModel model;
    model.setBreakpoints({{"conv2", false}});
    model.setTape(m_tape);
    const int entry = firstEntryOf(*m_tape, "conv2", false);
    QVERIFY(model.index(entry, 0).data(TapeModel::BreakpointRole).toBool());
}

void TestTapeModel::updatesTakeNoBreakpoint() {
    const int update = firstEntryWith(*m_tape, "sgd_update");
    QVERIFY(!breakpointOf(m_tape->entries[static_cast<size_t>(update)]));
    const int weights = firstEntryWith(*m_tape, "conv_weights");
    const auto stop = breakpointOf(m_tape->entries[static_cast<size_t>(weights)]);
    QVERIFY(stop && stop->backward);
}

void TestTapeModel::stridesAreForRowMajorOnly() {
    QCOMPARE(stridesText(TensorType::rowMajor({64, 1, 28, 28}, DType::F32)),
             QStringLiteral("(784, 784, 28, 1)"));
    TensorType view = TensorType::rowMajor({4, 2}, DType::F32);
    view.strides = {1, 4};
    view.offset = 16;
    QCOMPARE(stridesText(view), QStringLiteral("(1, 4) + 16"));
    view.layout.kind = LayoutKind::Lanes;
    QCOMPARE(stridesText(view), QString());
}

void TestTapeModel::copiedRowHasAllOperands() {
    TapeModel model;
    model.setTape(m_tape);
    const int norm = firstEntryWith(*m_tape, "global_norm");
    QVERIFY(cell(model, norm, TapeModel::Operands).contains(QStringLiteral("… 7 more")));
    const QStringList cells = rowText(model, norm).split(QLatin1Char('\t'));
    QCOMPARE(cells.size(), TapeModel::columns - TapeModel::Number);
    QVERIFY(!rowText(model, norm).contains(QChar(0x2026)));
}

void TestTapeModel::filters_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("rows");
    const int all = static_cast<int>(m_tape->entries.size());
    QTest::newRow("nothing") << QString() << all;
    QTest::newRow("a phase") << QStringLiteral("phase:update") << 10;
    QTest::newRow("not a phase") << QStringLiteral("-phase:update") << all - 10;
    QTest::newRow("an operator in either case") << QStringLiteral("op:CONV_DATA") << 1;
    // Its weights' gradient, and what makes the sum of its bias's gradient beside the data's.
    QTest::newRow("two terms") << QStringLiteral("op:conv phase:backward node:conv1") << 2;
    QTest::newRow("fused in") << QStringLiteral("op:relu phase:forward") << 4;
    QTest::newRow("a value") << QStringLiteral("value:input.lanes") << 3;
    QTest::newRow("a bare word finds names") << QStringLiteral("input.lanes") << 3;
    QTest::newRow("a type") << QStringLiteral("type:u8 op:max_pool_backward") << 2;
    QTest::newRow("a key without a word yet") << QStringLiteral("op:") << all;
    QTest::newRow("no such thing") << QStringLiteral("node:conv9") << 0;
}

void TestTapeModel::filters() {
    QFETCH(QString, text);
    QFETCH(int, rows);
    TapeModel model;
    TapeFilterModel filtered;
    filtered.setSourceModel(&model);
    model.setTape(m_tape);
    filtered.setFilter(TapeFilter::fromText(text));
    QCOMPARE(filtered.rowCount(), rows);
}

void TestTapeModel::refusesUnknownKeys() {
    QCOMPARE(TapeFilter::fromText("conv shape:64 op:relu").unknownKey(), QStringLiteral("shape"));
    QCOMPARE(TapeFilter::fromText("conv Op:relu").unknownKey(), QString());
}

void TestTapeModel::sortsNumbersByNumber() {
    TapeModel model;
    TapeFilterModel rows;
    rows.setSourceModel(&model);
    model.setTape(m_tape);
    rows.sort(TapeModel::Flops, Qt::DescendingOrder);
    for (int row = 1; row < rows.rowCount(); ++row) {
        const auto flops = [&](int at) {
            return model.entry(rows.mapToSource(rows.index(at, 0)).row()).flops;
        };
        QVERIFY(flops(row - 1) >= flops(row));
    }
}

void TestTapeModel::whatPreparesWeightsIsOneRow() {
    TapeModel model;
    TapeFilterModel rows;
    rows.setSourceModel(&model);
    const QAbstractItemModelTester tester(&rows,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setTape(preparing(6));
    const int all = model.rowCount();
    QCOMPARE(rows.folded(), 6);
    QCOMPARE(rows.rowCount(), all - 5);
    QCOMPARE(rows.entriesShown(), all);
    QCOMPARE(rows.index(0, TapeModel::Number).data().toString(), QStringLiteral("0 … 5"));
    QStringList operators;
    for (int entry = 0; entry < 6; ++entry) operators << cell(model, entry, TapeModel::Operator);
    operators.removeDuplicates();
    QCOMPARE(rows.index(0, TapeModel::Operator).data().toString(),
             QStringLiteral("▸ 6 × ") + operators.join(QStringLiteral(", ")));
    QCOMPARE(rows.index(1, TapeModel::Number).data().toString(), QStringLiteral("6"));
    for (const int entry : {0, 3, 5}) QCOMPARE(rows.indexOf(entry, 0).row(), 0);
    QCOMPARE(rows.indexOf(6, 0).row(), 1);

    // The arrow is at it wherever among them the run stands, and whoever looks is told.
    const QModelIndex first = rows.index(0, TapeModel::Mark);
    QSignalSpy told(&rows, &QAbstractItemModel::dataChanged);
    model.setCurrentEntry(4);
    QVERIFY(first.data(TapeModel::CurrentRole).toBool() && told.count() > 0);
    told.clear();
    model.setCurrentEntry(6);
    QVERIFY(!first.data(TapeModel::CurrentRole).toBool());
    QVERIFY(std::ranges::any_of(
        told, [](const QList<QVariant>& change) { return change[0].toModelIndex().row() == 0; }));

    // Somebody who asks for entries, or for another order, sees each.
    rows.setFilter(TapeFilter::fromText("op:pack"));
    QCOMPARE(rows.folded(), 0);
    rows.setFilter({});
    rows.sort(TapeModel::Flops);
    QCOMPARE(rows.rowCount(), all);
    rows.sort(TapeModel::Number);
    QCOMPARE(rows.folded(), 6);
    rows.setFolding(false);
    QCOMPARE(rows.rowCount(), all);
    QCOMPARE(rows.index(3, TapeModel::Number).data().toString(), QStringLiteral("3"));
}

void TestTapeModel::fewEntriesThatPrepareHaveRowsOfTheirOwn() {
    TapeModel model;
    TapeFilterModel rows;
    rows.setSourceModel(&model);
    model.setTape(preparing(3));
    QCOMPARE(rows.folded(), 0);
    QCOMPARE(rows.rowCount(), model.rowCount());
}

QTEST_MAIN(TestTapeModel)
#include "tst_tape_model.moc"
