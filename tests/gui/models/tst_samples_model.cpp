// SPDX-License-Identifier: Apache-2.0
// Pages of images, their labels, and their pixels before and after normalisation.
#include <QAbstractItemModelTester>
#include <QtTest>

#include <cmath>

#include "core/data/stored_examples.h"
#include "gui/models/samples_model.h"
#include "tests/gui/support/made_data.h"

namespace vitrine::gui {

class SamplesModelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void pagesThroughAllImages() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(model.rowCount(), 0);
        model.showAll(test::madeDataset(450, 7), DataPart::Training);
        QCOMPARE(model.pages(), 3);
        QCOMPARE(model.rowCount(), 200);
        model.setPage(2);
        QCOMPARE(model.rowCount(), 50);
        QCOMPARE(model.index(49).data(SamplesModel::IndexRole).toInt(), 449);
        model.setPage(99);
        QCOMPARE(model.page(), 2);
        model.showAll(test::madeDataset(450, 7), DataPart::Test);
        QCOMPARE(model.page(), 0);
        QCOMPARE(model.rowCount(), 7);
    }

    void showsPixelsAndClassNames() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        model.showAll(test::madeDataset(10, 1), DataPart::Training);
        const QModelIndex fifth = model.index(5);
        const QImage picture = fifth.data(SamplesModel::PictureRole).value<QImage>();
        QCOMPARE(picture.size(), QSize(4, 4));
        QCOMPARE(picture.pixelColor(3, 3), QColor(5, 5, 5));
        QCOMPARE(fifth.data(SamplesModel::TruthRole).toString(), QStringLiteral("cat"));
        QVERIFY(fifth.data(SamplesModel::PredictedRole).toString().isEmpty());
        QCOMPARE(model.range(), std::pair(0.0, 255.0));
    }

    /// As of pictures with masks: the number is what an example is asked for by.
    void withoutAColumnOfWordsNumbersAreShown() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = -1});
        model.showAll(test::madeDataset(1500, 1), DataPart::Training);
        QCOMPARE(model.index(5).data(SamplesModel::TruthRole).toString(), QStringLiteral("#5"));
        model.setPage(6);
        QCOMPARE(model.index(34).data(Qt::DisplayRole).toString(),
                 QStringLiteral("#%1").arg(QLocale().toString(1234)));
        // All that the data say, under the names that they have for it.
        QVERIFY(
            model.index(34).data(Qt::ToolTipRole).toString().contains(QStringLiteral(", label ")));
    }

    void normalisedPicturesHaveZeroInTheMiddle() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        model.showAll(test::madeDataset(256, 1), DataPart::Training);
        model.setNormalisation({.mean = 0.2, .std = 0.5});
        model.setNormalised(true);
        QCOMPARE(model.range(), std::pair(-1.6, 1.6));
        const auto greyOf = [&](int row) {
            return model.index(row)
                .data(SamplesModel::PictureRole)
                .value<QImage>()
                .pixelColor(0, 0)
                .red();
        };
        QCOMPARE(greyOf(51), 128);  // 51 / 255 = 0.2: zero
        QCOMPARE(greyOf(0), 96);    // −0.4 of −1.6 … 1.6
        model.setPage(1);
        QCOMPARE(greyOf(55), 255);
    }

    void colourImagesKeepTheirColours() {
        auto dataset = std::make_shared<Dataset>(*test::madeDataset(1, 1, 3));
        std::vector<uint8_t> pixels(48);
        std::fill_n(pixels.begin(), 16, uint8_t{200});
        auto stored = std::make_shared<StoredExamples>();
        stored->addNumbers<uint8_t>(pixels, 48);
        stored->addNumbers<int32_t>(std::vector<int32_t>{0});
        dataset->train = {1, stored, 0};
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        model.showAll(dataset, DataPart::Training);
        const QImage picture = model.index(0).data(SamplesModel::PictureRole).value<QImage>();
        QCOMPARE(picture.pixelColor(0, 0), QColor(200, 0, 0));
    }

    void chosenSamplesSayWhatTheyWereTakenFor() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.showChosen(test::madeDataset(1, 9),
                         {{.index = 4, .predicted = 2, .probability = 0.75F}});
        QCOMPARE(model.samples(), int64_t{1});
        const QModelIndex index = model.index(0);
        QCOMPARE(index.data(SamplesModel::TruthRole).toString(), QStringLiteral("bee"));
        QCOMPARE(index.data(SamplesModel::PredictedRole).toString(), QStringLiteral("cat"));
        QCOMPARE(index.data(SamplesModel::ProbabilityRole).toFloat(), 0.75F);
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("75.0")));
    }

    void imagesWithoutAnswerWereTakenForNothing() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        model.showChosen(test::madeDataset(1, 9),
                         {{.index = 4, .predicted = noAnswer, .probability = std::nanf("")}});
        const QModelIndex index = model.index(0);
        QCOMPARE(index.data(SamplesModel::PredictedRole).toString(),
                 QStringLiteral("not a number"));
        QVERIFY(!index.data(SamplesModel::ProbabilityRole).isValid());
        const QString tip = index.data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains(QStringLiteral("outputs for it are not numbers")), qPrintable(tip));
    }
};

}  // namespace vitrine::gui

QTEST_GUILESS_MAIN(vitrine::gui::SamplesModelTest)
#include "tst_samples_model.moc"
