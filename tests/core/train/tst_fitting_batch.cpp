// SPDX-License-Identifier: Apache-2.0
// Batches that have room: what parts of a batch there are, and that an Error carries them. Truth:
// parts worked out by hand.
#include "core/train/fitting_batch.h"

#include <QtTest/QtTest>

using namespace vitrine;

class FittingBatchTest : public QObject {
    Q_OBJECT

  private slots:
    void partsDivideTheBatch_data() {
        QTest::addColumn<int>("most");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("accumulate");
        QTest::addColumn<int>("part");
        QTest::addColumn<int>("together");
        QTest::newRow("half") << 40 << 64 << 1 << 32 << 2;
        QTest::newRow("all of it") << 64 << 64 << 1 << 64 << 1;
        QTest::newRow("a third, as a half is too large") << 40 << 96 << 1 << 32 << 3;
        QTest::newRow("four fifths would do, but do not divide") << 80 << 100 << 1 << 50 << 2;
        QTest::newRow("nothing but ones divide a prime") << 12 << 13 << 1 << 1 << 13;
        QTest::newRow("added up already") << 16 << 32 << 4 << 16 << 8;
    }
    void partsDivideTheBatch() {
        QFETCH(int, most);
        QFETCH(int, batch);
        QFETCH(int, accumulate);
        QFETCH(int, part);
        QFETCH(int, together);
        const FittingBatch found = batchOfAtMost(most, batch, accumulate);
        QCOMPARE(found.batch, int64_t{part});
        QCOMPARE(found.accumulate, int64_t{together});
        Error error;
        error.place.field = fieldOf(found);
        QVERIFY(fittingBatchOf(error) == found);
    }

    void otherFieldsNameNone_data() {
        QTest::addColumn<QString>("field");
        for (const char* field :
             {"", "batch", "batch=", "batch=16", "batch=16 accumulate=", "batch=0 accumulate=2",
              "batch=-4 accumulate=2", "batch=16 accumulate=4 ", "batch=x accumulate=2",
              "batch=99999999999999999999 accumulate=2", " batch=16 accumulate=4"})
            QTest::newRow(field) << QString(field);
    }
    void otherFieldsNameNone() {
        QFETCH(QString, field);
        Error error;
        error.place.field = field.toStdString();
        QVERIFY(!fittingBatchOf(error));
    }
};

QTEST_APPLESS_MAIN(FittingBatchTest)
#include "tst_fitting_batch.moc"
