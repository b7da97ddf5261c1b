// SPDX-License-Identifier: Apache-2.0
// The table of an export's proof, and what is said beside it. Truth: reports made up here.
#include "gui/models/export_table.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace vitrine;
using namespace vitrine::gui;

namespace {

ExportReport made() {
    ExportReport report;
    RuntimeProof own{.runtime = "this program"};
    own.outputs = {{.name = "scores", .difference = 0, .largest = 2}};
    RuntimeProof checker{.runtime = "onnx.checker 9.9"};
    RuntimeProof other{.runtime = "other 1.2"};
    other.outputs = {{.name = "scores", .difference = 0.5, .largest = 2, .agrees = false},
                     {.name = "mask", .difference = 0, .largest = 1, .agrees = false, .unlike = 3}};
    other.firstDifference = "relu1";
    other.firstOperator = "Relu";
    other.explanation = "It rounds.";
    RuntimeProof refusing{.runtime = "third 3"};
    refusing.refusal = "no such operator";
    report.proof.runtimes = {own, checker, other, refusing};
    report.foldedNorms = 2;
    report.remarks = {"input 'y' is none any more"};
    return report;
}

}  // namespace

class TestExportTable : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void hasARowForEachOutput() {
        ExportTable table;
        const QAbstractItemModelTester tester(
            &table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        table.set(made().proof);
        QStringList rows;
        for (int row = 0; row < table.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < table.columnCount(); ++column)
                cells << table.index(row, column).data().toString();
            rows << cells.join('|');
        }
        QCOMPARE(rows,
                 QStringList({"this program|scores|0|2|agrees", "onnx.checker 9.9||||passes it",
                              "other 1.2|scores|0.5|2|differs",
                              "other 1.2|mask|0|1|3 numbers that are finite on one side alone",
                              "third 3||||refuses it"}));
        QVERIFY(table.index(0, 0).data(ExportTable::AgreesRole).toBool());
        QVERIFY(!table.index(2, 0).data(ExportTable::AgreesRole).toBool());
        QCOMPARE(table.index(4, 0).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("no such operator"));
        table.clear();
        QCOMPARE(table.rowCount(), 0);
    }

    void whatIsFoundLeadsToItsNode() {
        const std::vector<Problem> found = findingsOf(made());
        QCOMPARE(found.size(), size_t{4});
        QCOMPARE(found[0].error.place.node, std::string("relu1"));
        QCOMPARE(found[0].error.next, std::string("It rounds."));
        QVERIFY(found[0].isWarning && found[1].isWarning);
        QCOMPARE(found[1].error.message, std::string("third 3 refuses it: no such operator"));
        QVERIFY(found[2].isNote && found[3].isNote);
        QCOMPARE(found[3].error.message, std::string("Input 'y' is none any more"));
    }
};

QTEST_MAIN(TestExportTable)
#include "tst_export_table.moc"
