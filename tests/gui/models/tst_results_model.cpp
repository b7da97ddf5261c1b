// SPDX-License-Identifier: Apache-2.0
// Examples beside what a network gives for them: pictures, classes and numbers.
#include "gui/models/results_model.h"

#include <QAbstractItemModelTester>
#include <QImage>
#include <QtTest>

#include "gui/models/output_view.h"
#include "tests/gui/support/made_data.h"

namespace vitrine::gui {

namespace {

PredictedOutput classes(std::vector<float> logits, int64_t examples) {
    PredictedOutput output;
    output.name = "fc";
    output.shape = {examples, static_cast<int64_t>(logits.size()) / examples};
    output.elements = std::move(logits);
    output.isClasses = true;
    output.classColumn = "label";
    return output;
}

PredictedOutput image(std::vector<float> pixels) {
    PredictedOutput output;
    output.name = "decoder";
    output.shape = {1, 1, 2, 2};
    output.elements = std::move(pixels);
    return output;
}

int greyOf(const PredictedOutput& output, int x, int y) {
    return pictureOf(output, 0).pixelColor(x, y).red();
}

}  // namespace

class ResultsModelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void showsWhatTheDataSayAndWhatTheNetworkGives() {
        ResultsModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(model.rowCount(), 0);
        model.setExamples(test::madeDataset(1, 9), 2, {{"input", 0}, {"target", 1}});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.columnCount(), 2);
        model.setOutputs({classes({0, 0, 1000, 0, 1000, 0}, 2)});
        QCOMPARE(model.columnCount(), 3);
        QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("input"));
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("fc gives"));
        const auto picture = model.index(1, 0).data(Qt::DecorationRole).value<QImage>();
        QCOMPARE(picture.pixelColor(3, 3), QColor(1, 1, 1));
        QVERIFY(!model.index(1, 0).data(Qt::DisplayRole).isValid());
        QCOMPARE(model.index(1, 1).data(Qt::DisplayRole).toString(), QStringLiteral("bee"));
        // Logits of 1000 leave nothing to the others.
        QVERIFY(model.index(0, 2).data(Qt::DisplayRole).toString().startsWith("cat · 100.0"));
        QVERIFY(model.index(1, 2).data(Qt::DisplayRole).toString().startsWith("bee · 100.0"));
    }

    void otherOutputsAreOtherColumns() {
        ResultsModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setExamples(test::madeDataset(1, 9), 1, {{"input", 0}});
        model.setOutputs({image({0, 0.25F, 0.5F, 1}), classes({1, 0, 0}, 1)});
        QCOMPARE(model.columnCount(), 3);
        model.setOutputs({});
        QCOMPARE(model.columnCount(), 1);
        model.setExamples(nullptr, 0, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void picturesKnowBlackAndWhite() {
        const PredictedOutput plain = image({0, 0.5F, 1, 1.125F});
        QCOMPARE(greyOf(plain, 0, 0), 0);
        QCOMPARE(greyOf(plain, 1, 0), 128);
        QCOMPARE(greyOf(plain, 1, 1), 255);  // a little over is white
        const PredictedOutput wide = image({-1, 0, 1, 3});
        QCOMPARE(rangeOf(wide, 0), std::pair(-1.0, 3.0));
        QCOMPARE(greyOf(wide, 0, 0), 0);
        QCOMPARE(greyOf(wide, 0, 1), 128);
        PredictedOutput compared = image({-1, 0, 1, 3});
        compared.range = {-1.0F, 1.0F};
        QCOMPARE(greyOf(compared, 1, 0), 128);
        QCOMPARE(greyOf(compared, 1, 1), 255);
    }

    void numbersAreWords() {
        PredictedOutput output;
        output.name = "direction";
        output.shape = {1, 2};
        output.elements = {0.5F, -0.25F};
        QCOMPARE(textOf(output, 0, nullptr), QStringLiteral("0.5, \u22120.25"));
        QVERIFY(pictureOf(output, 0).isNull());
        const float nan = std::numeric_limits<float>::quiet_NaN();
        QCOMPARE(textOf(classes({nan, 0, 0}, 1), 0, nullptr), QStringLiteral("not a number"));
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::ResultsModelTest)
#include "tst_results_model.moc"
