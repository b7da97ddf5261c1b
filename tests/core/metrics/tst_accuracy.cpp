// SPDX-License-Identifier: Apache-2.0
// Accuracy of four images whose logits are easy to read.
#include <QtTest/QtTest>

#include "core/metrics/metric.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

class AccuracyTest : public QObject {
    Q_OBJECT

  private slots:
    void countsImagesWhoseLabelHasTheFirstLargestLogit() {
        Program program;
        Builder builder(program, {});
        const ValueId logits = builder.addInput("logits", {4, 3}, DType::F32);
        const ValueId labels = builder.addInput("labels", {4}, DType::I32);
        const ValueId total = findMetric("accuracy")->build(builder, logits, labels);
        QCOMPARE(builder.shape(total).elements(), 1);

        Interpreter interpreter(program);
        interpreter.set(logits, {0.1, 0.2, 0.7,    // 2
                                 -1, -2, -3,       // 0
                                 5, 5, 1,          // 0: the first of equal ones
                                 0.5, 0.25, -9});  // 0
        interpreter.set(labels, {2, 0, 1, 0});
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get(total)[0], 3.0);
    }
};

QTEST_APPLESS_MAIN(AccuracyTest)
#include "tst_accuracy.moc"
