// SPDX-License-Identifier: Apache-2.0
// The batch as N in sentences about shapes.
#include "core/graph/batch_text.h"

#include <QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"

using namespace vitrine;

class BatchTextTest : public QObject {
    Q_OBJECT

  private slots:
    void putsNWhereTheBatchWas_data() {
        QTest::addColumn<QString>("two");
        QTest::addColumn<QString>("three");
        QTest::addColumn<QString>("expected");
        QTest::addRow("leads") << "x has [2, 16, 5, 5]"
                               << "x has [3, 16, 5, 5]"
                               << "x has [N, 16, 5, 5]";
        QTest::addRow("a product") << "32 elements into [4, 8]"
                                   << "48 elements into [4, 8]"
                                   << "16·N elements into [4, 8]";
        QTest::addRow("nothing follows it") << "[2, 2]"
                                            << "[2, 2]"
                                            << "[2, 2]";
        QTest::addRow("some do") << "[2, 2] and 2"
                                 << "[3, 2] and 2"
                                 << "[N, 2] and 2";
        QTest::addRow("other words") << "2 images"
                                     << "too many"
                                     << "2 images";
        QTest::addRow("no multiple") << "[5]"
                                     << "[7]"
                                     << "[5]";
        QTest::addRow("one is longer") << "[2]"
                                       << "[3] more"
                                       << "[2]";
    }
    void putsNWhereTheBatchWas() {
        QFETCH(QString, two);
        QFETCH(QString, three);
        QFETCH(QString, expected);
        const std::string a = two.toStdString(), b = three.toStdString();
        QCOMPARE(QString::fromStdString(withBatchAsN({a, 2}, {b, 3})), expected);
    }

    void shapeErrorsAreTheSameForEveryBatch() {
        const auto graph = graphFromText(
            "x[2,6,6] -> conv2d(out_channels=2 kernel=3) as a -> add(x) as s -> flatten as f");
        QVERIFY(graph.ok());
        QStringList messages;
        for (const int64_t batch : {2, 6, 64}) {
            const ShapeReport report = shapesOf(*graph, {.batch = batch});
            QCOMPARE(report.errors.size(), size_t{1});
            messages << QString::fromStdString(report.errors[0].message);
        }
        messages.removeDuplicates();
        QCOMPARE(messages.size(), 1);
        QVERIFY2(messages[0].contains("[N, 2, 4, 4]") && messages[0].contains("[N, 2, 6, 6]"),
                 qPrintable(messages[0]));
    }
};

QTEST_APPLESS_MAIN(BatchTextTest)
#include "tst_batch_text.moc"
