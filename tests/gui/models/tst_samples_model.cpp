// SPDX-License-Identifier: Apache-2.0
// Pages of images, their labels, and their pixels before and after normalisation.
#include <QAbstractItemModelTester>
#include <QtTest>

#include <cmath>

#include "core/data/drawn_examples.h"
#include "core/data/stored_examples.h"
#include "gui/models/samples_model.h"
#include "tests/gui/support/made_data.h"
#include "tests/gui/support/made_samples.h"

namespace vitrine::gui {

namespace {

void showAll(SamplesModel& model, std::shared_ptr<const Dataset> data, DataPart part) {
    const SampleSource source{test::tableOf(std::move(data)), {}};
    model.show(source, *findSamples(source, {.part = part}));
}

/// Test example 4 of nine was taken for `predicted`.
void showAnswer(SamplesModel& model, int32_t predicted, float probability, float loss) {
    SampleSource source{test::tableOf(test::madeDataset(1, 9)), {}};
    Predictions answers{.epoch = 1,
                        .classes = std::vector<int32_t>(9, 0),
                        .probabilities = std::vector<float>(9, 1),
                        .losses = std::vector<float>(9, 0)};
    answers.classes[4] = predicted;
    answers.probabilities[4] = probability;
    answers.losses[4] = loss;
    QVERIFY(source.answers.add(*source.table, DataPart::Test, answers));
    model.show(source, *findSamples(source, {.part = DataPart::Test, .predicted = predicted}));
}

}  // namespace

class SamplesModelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void pagesThroughAllImages() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(model.rowCount(), 0);
        showAll(model, test::madeDataset(450, 7), DataPart::Training);
        QCOMPARE(model.pages(), 3);
        QCOMPARE(model.rowCount(), 200);
        model.setPage(2);
        QCOMPARE(model.rowCount(), 50);
        QCOMPARE(model.index(49).data(SamplesModel::IndexRole).toInt(), 449);
        model.setPage(99);
        QCOMPARE(model.page(), 2);
        showAll(model, test::madeDataset(450, 7), DataPart::Test);
        QCOMPARE(model.page(), 0);
        QCOMPARE(model.rowCount(), 7);
    }

    void showsPixelsAndClassNames() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        showAll(model, test::madeDataset(10, 1), DataPart::Training);
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
        showAll(model, test::madeDataset(1500, 1), DataPart::Training);
        QCOMPARE(model.index(5).data(SamplesModel::TruthRole).toString(), QStringLiteral("#5"));
        model.setPage(6);
        QCOMPARE(model.index(34).data(Qt::DisplayRole).toString(),
                 QStringLiteral("#%1").arg(QLocale().toString(1234)));
        // All that the data say, under the names that they have for it.
        QVERIFY(
            model.index(34).data(Qt::ToolTipRole).toString().contains(QStringLiteral(", label ")));
    }

    /// Numbers of a table: each between the smallest and the largest in its place.
    void examplesWithoutAPictureHaveBars() {
        auto stored = std::make_shared<StoredExamples>();
        stored->addNumbers<float>(std::vector<float>{0, 100, 5, 10, 300, 5, 4, std::nanf(""), 5},
                                  3);
        auto data = std::make_shared<Dataset>();
        data->columns = {{.name = "input", .dtype = DType::F32, .shape = {3}}};
        data->train = {3, std::move(stored), 0};
        const SampleSource source{std::make_shared<SampleTable>(data, -1), {}};
        SamplesModel model;
        model.setColumns({.image = -1, .truth = 0});
        model.show(source, *findSamples(source, {}));
        const auto barsOf = [&](int row) {
            return model.index(row).data(SamplesModel::BarsRole).value<QList<double>>();
        };
        QCOMPARE(barsOf(0), (QList<double>{0, 0, 0.5}));
        QCOMPARE(barsOf(1), (QList<double>{1, 1, 0.5}));
        QCOMPARE(barsOf(2), (QList<double>{0.4, -1, 0.5}));
        QVERIFY(model.index(0).data(SamplesModel::PictureRole).value<QImage>().isNull());
    }

    void whatCannotBeReadIsSaid() {
        class Damaged : public StoredExamples {
          public:
            bool isUnread(int64_t index) const override { return index == 1; }
        };
        auto stored = std::make_shared<Damaged>();
        stored->addNumbers<uint8_t>(std::vector<uint8_t>(3 * 16), 16);
        stored->addNumbers<int32_t>(std::vector<int32_t>{0, 1, 2});
        auto data = std::make_shared<Dataset>(*test::labelledDataset({0, 1, 2}, {}));
        data->train.source = std::move(stored);
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        showAll(model, data, DataPart::Training);
        QVERIFY(!model.index(0).data(SamplesModel::UnreadRole).toBool());
        QVERIFY(model.index(1).data(SamplesModel::UnreadRole).toBool());
        const QString words = model.index(1).data(Qt::ToolTipRole).toString();
        QVERIFY2(words.contains(QStringLiteral("cannot be read")), qPrintable(words));
    }

    void normalisedPicturesHaveZeroInTheMiddle() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        showAll(model, test::madeDataset(256, 1), DataPart::Training);
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
        showAll(model, dataset, DataPart::Training);
        const QImage picture = model.index(0).data(SamplesModel::PictureRole).value<QImage>();
        QCOMPARE(picture.pixelColor(0, 0), QColor(200, 0, 0));
    }

    void chosenSamplesSayWhatTheyWereTakenFor() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        showAnswer(model, 2, 0.75F, 1.5F);
        QCOMPARE(model.samples(), int64_t{1});
        const QModelIndex index = model.index(0);
        QCOMPARE(index.data(SamplesModel::TruthRole).toString(), QStringLiteral("bee"));
        QCOMPARE(index.data(SamplesModel::PredictedRole).toString(), QStringLiteral("cat"));
        QCOMPARE(index.data(SamplesModel::ProbabilityRole).toFloat(), 0.75F);
        QCOMPARE(index.data(SamplesModel::LossRole).toFloat(), 1.5F);
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("75.0")));
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("loss 1.5")));
    }

    void imagesWithoutAnswerWereTakenForNothing() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        showAnswer(model, noAnswer, std::nanf(""), std::nanf(""));
        const QModelIndex index = model.index(0);
        QCOMPARE(index.data(SamplesModel::PredictedRole).toString(),
                 QStringLiteral("not a number"));
        QVERIFY(!index.data(SamplesModel::ProbabilityRole).isValid());
        const QString tip = index.data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains(QStringLiteral("outputs for it are not numbers")), qPrintable(tip));
        QVERIFY(!index.data(SamplesModel::LossRole).isValid());
    }

    void changesStandOnTopOfTheData() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        const SampleSource source{test::tableOf(test::labelledDataset({0, 1, 2}, {}),
                                                {{.example = "train 1", .label = "cat"},
                                                 {.example = "train 2", .isExcluded = true}}),
                                  {}};
        model.show(source, *findSamples(source, {.part = DataPart::Training}));
        QCOMPARE(model.index(0).data(SamplesModel::OwnClassRole).toString(), QString());
        QCOMPARE(model.index(1).data(SamplesModel::TruthRole).toString(), QStringLiteral("cat"));
        QCOMPARE(model.index(1).data(SamplesModel::OwnClassRole).toString(), QStringLiteral("bee"));
        QVERIFY(!model.index(1).data(SamplesModel::ExcludedRole).toBool());
        QVERIFY(model.index(2).data(SamplesModel::ExcludedRole).toBool());
        QVERIFY(model.index(2).data(Qt::ToolTipRole).toString().contains("excluded"));
    }

    /// What is newer about the same examples leaves the page, and with it what is selected.
    void staysWhereItIs() {
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        SampleSource source{test::tableOf(test::madeDataset(450, 1)), {}};
        const FoundSamples all = *findSamples(source, {.part = DataPart::Training});
        model.show(source, all);
        model.setPage(1);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.show(source, all, true);
        QCOMPARE(resets.count(), 0);
        QCOMPARE(model.page(), 1);
        model.show(source, all, false);
        QCOMPARE(model.page(), 0);
    }

    void examplesOfSeveralClassesNameThem_data() {
        QTest::addColumn<std::vector<float>>("shares");
        QTest::addColumn<QString>("text");
        QTest::newRow("two") << std::vector<float>{1, 0, 1} << "ape, cat";
        QTest::newRow("none") << std::vector<float>{0, 0, 0} << "none of the classes";
        QTest::newRow("mixed") << std::vector<float>{0.75F, 0.25F, 0}
                               << QStringLiteral("ape 75\u202f%, bee 25\u202f%");
    }
    void examplesOfSeveralClassesNameThem() {
        QFETCH(std::vector<float>, shares);
        const Column column{
            .name = "label", .dtype = DType::F32, .shape = {3}, .classes = {"ape", "bee", "cat"}};
        QTEST(textOf(column, std::as_bytes(std::span(shares))), "text");
    }

    /// Not in memory: made on another thread, and told.
    void drawnPicturesComeLater() {
        auto data = std::make_shared<Dataset>(*test::madeDataset(1, 1));
        data->train = {
            3, DrawnExamples::create({.count = 3,
                                      .columnBytes = {16, 4},
                                      .draw =
                                          [](int64_t i, std::span<std::byte> to) {
                                              std::ranges::fill(to, static_cast<std::byte>(0));
                                              std::ranges::fill(to.first(16),
                                                                static_cast<std::byte>(50 + i));
                                          },
                                      .threads = 0})};
        SamplesModel model;
        model.setColumns({.image = 0, .truth = 1});
        QSignalSpy told(&model, &QAbstractItemModel::dataChanged);
        const SampleSource source{std::make_shared<SampleTable>(data, 1), {}};
        model.show(source, *findSamples(source, {.part = DataPart::Training}));
        const auto picture = [&] {
            return model.index(2).data(SamplesModel::PictureRole).value<QImage>();
        };
        QVERIFY(picture().isNull());
        QTRY_VERIFY(!picture().isNull());
        QCOMPARE(picture().pixelColor(0, 0), QColor(52, 52, 52));
        QVERIFY(told.count() > 0);
    }
};

}  // namespace vitrine::gui

QTEST_GUILESS_MAIN(vitrine::gui::SamplesModelTest)
#include "tst_samples_model.moc"
