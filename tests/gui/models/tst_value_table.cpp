// SPDX-License-Identifier: Apache-2.0
// The numbers of a value and what places in its picture mean. Truth: values that count, so that an
// element's number is its row-major index.
#include "gui/models/number_text.h"
#include "gui/models/value_table.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <cmath>
#include <limits>

#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using vitrine::test::countingSnapshot;

namespace {

const Shape shape{4, 3, 5, 6};

std::shared_ptr<const ValueSnapshot> shared(ValueSnapshot snapshot) {
    return std::make_shared<const ValueSnapshot>(std::move(snapshot));
}

}  // namespace

class TestValueTable : public QObject {
    Q_OBJECT
  private slots:
    void isAModelThroughEveryChange();
    void cellsKnowTheirElement_data();
    void cellsKnowTheirElement();
    void showsFourFiguresAndTellsAll();
    void editsNameTheElement();
    void refusesEditsWhileItRuns();
    void readsNumbers_data();
    void readsNumbers();
    void findsTheFirstThatIsNotFinite();
    void scaleIsSymmetricWhereSignsDiffer();
    void tellsWhenItIsCut();
    void newNumbersKeepThePlace();
};

void TestValueTable::isAModelThroughEveryChange() {
    ValueTable table;
    const QAbstractItemModelTester tester(&table,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    table.setSnapshot(shared(countingSnapshot(shape, 0, -1, 0)));
    QCOMPARE(table.rowCount(), 3 * 5);
    QCOMPARE(table.columnCount(), 6);
    table.setSnapshot(shared(countingSnapshot(shape, 1, -1, 0)));
    table.setSnapshot(shared(countingSnapshot(shape, 1, 2, 0)));
    QCOMPARE(table.rowCount(), 5);
    table.setSnapshot(std::make_shared<ValueSnapshot>());
    QCOMPARE(table.rowCount(), 0);
}

void TestValueTable::cellsKnowTheirElement_data() {
    QTest::addColumn<int>("image");
    QTest::addColumn<int>("channel");
    QTest::newRow("first image, all channels") << 0 << -1;
    QTest::newRow("third image, all channels") << 2 << -1;
    QTest::newRow("third image, last channel") << 2 << 2;
}

void TestValueTable::cellsKnowTheirElement() {
    QFETCH(int, image);
    QFETCH(int, channel);
    const ValueSnapshot snapshot = countingSnapshot(shape, image, channel, 0);
    ValueTable table;
    table.setSnapshot(shared(snapshot));
    for (int row = 0; row < table.rowCount(); ++row)
        for (int column = 0; column < table.columnCount(); ++column) {
            const QModelIndex index = table.index(row, column);
            const PicturePlace place = table.placeOf(index);
            QCOMPARE(static_cast<double>(elementIndex(snapshot, place)),
                     index.data(ValueTable::NumberRole).toDouble());
            QCOMPARE(table.indexOf(place), index);
        }
    QCOMPARE(elementText(snapshot, {0, 1, 2}),
             QStringLiteral("[%1, %2, 1, 2]").arg(image).arg(std::max(channel, 0)));
}

void TestValueTable::showsFourFiguresAndTellsAll() {
    ValueSnapshot snapshot = countingSnapshot(shape, 0, 0, 0);
    snapshot.elements[0] = 0.123456789F;
    ValueTable table;
    table.setSnapshot(shared(snapshot));
    QCOMPARE(table.index(0, 0).data().toString(), QStringLiteral("0.1235"));
    QCOMPARE(table.index(0, 0).data(Qt::ToolTipRole).toString(),
             QStringLiteral("[0, 0, 0, 0] = 0.12345679"));
}

void TestValueTable::editsNameTheElement() {
    ValueTable table;
    table.setSnapshot(shared(countingSnapshot(shape, 2, 1, 0)));
    table.setEditable(true);
    QSignalSpy edited(&table, &ValueTable::edited);
    QVERIFY(table.setData(table.index(3, 4), QStringLiteral("−2.5"), Qt::EditRole));
    QCOMPARE(edited.count(), 1);
    QCOMPARE(edited[0][0].value<ValueId>(), 7);
    QCOMPARE(edited[0][1].toLongLong(), ((2 * 3 + 1) * 5 + 3) * 6 + 4);
    QCOMPARE(edited[0][2].toDouble(), -2.5);
    QSignalSpy refused(&table, &ValueTable::refused);
    QVERIFY(!table.setData(table.index(3, 4), QStringLiteral("much"), Qt::EditRole));
    QCOMPARE(edited.count(), 1);
    QCOMPARE(refused.count(), 1);
    QCOMPARE(refused[0][0].toString(), QStringLiteral("much"));
}

void TestValueTable::refusesEditsWhileItRuns() {
    ValueTable table;
    table.setSnapshot(shared(countingSnapshot(shape, 0, 0, 0)));
    QVERIFY(!(table.flags(table.index(0, 0)) & Qt::ItemIsEditable));
    QVERIFY(!table.setData(table.index(0, 0), QStringLiteral("1"), Qt::EditRole));
    table.setEditable(true);
    QVERIFY(table.flags(table.index(0, 0)) & Qt::ItemIsEditable);
}

void TestValueTable::readsNumbers_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("number");
    QTest::newRow("plain") << QStringLiteral("0.25") << 0.25;
    QTest::newRow("exponent") << QStringLiteral(" -1e-3 ") << -1e-3;
    QTest::newRow("minus sign of print") << QStringLiteral("−4") << -4.0;
    QTest::newRow("infinity") << QStringLiteral("-Inf") << -std::numeric_limits<double>::infinity();
}

void TestValueTable::readsNumbers() {
    QFETCH(QString, text);
    QFETCH(double, number);
    QCOMPARE(numberFromText(text), std::optional(number));
    QVERIFY(std::isnan(*numberFromText(QStringLiteral("nan"))));
    QVERIFY(!numberFromText(QStringLiteral("1e999")));
    QVERIFY(!numberFromText(QString()));
}

void TestValueTable::findsTheFirstThatIsNotFinite() {
    ValueSnapshot snapshot = countingSnapshot(shape, 0, -1, 0);
    QVERIFY(!firstNonFinite(snapshot));
    snapshot.elements[5 * 6 + 2 * 6 + 3] = std::numeric_limits<float>::quiet_NaN();
    snapshot.elements[80] = std::numeric_limits<float>::infinity();
    QCOMPARE(firstNonFinite(snapshot), (std::optional<PicturePlace>({1, 2, 3})));
}

void TestValueTable::scaleIsSymmetricWhereSignsDiffer() {
    TensorStatistics statistics;
    statistics.minimum = -1;
    statistics.maximum = 4;
    const ColourScale both = colourScaleOf(statistics);
    QVERIFY(both.isDiverging);
    QCOMPARE(both.low, -4.0);
    QCOMPARE(both.place(0), 0.0);
    QCOMPARE(both.place(-2), -0.5);
    QVERIFY(std::isnan(both.place(std::numeric_limits<double>::infinity())));
    statistics.minimum = 2;
    const ColourScale one = colourScaleOf(statistics);
    QVERIFY(!one.isDiverging);
    QCOMPARE(one.place(3), 0.5);
}

void TestValueTable::tellsWhenItIsCut() {
    ValueSnapshot snapshot = countingSnapshot(shape, 0, -1, 0);
    QVERIFY(!isCut(snapshot));
    snapshot.planes = 2;
    QVERIFY(isCut(snapshot));
}

void TestValueTable::newNumbersKeepThePlace() {
    ValueTable table;
    table.setSnapshot(shared(countingSnapshot(shape, 0, -1, 0)));
    QSignalSpy reset(&table, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    table.setSnapshot(shared(countingSnapshot(shape, 1, -1, 0)));
    QCOMPARE(reset.count(), 0);
    QCOMPARE(changed.count(), 1);
}

QTEST_MAIN(TestValueTable)
#include "tst_value_table.moc"
