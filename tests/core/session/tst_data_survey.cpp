// SPDX-License-Identifier: Apache-2.0
// What is understood of data. Truth: how the data were made here.
#include <QtTest/QtTest>

#include "core/session/data_survey.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

/// Examples that come from files of these sizes.
class FileExamples : public StoredExamples {
  public:
    explicit FileExamples(std::vector<Shape> shapes) : m_shapes(std::move(shapes)) {}
    std::optional<Shape> fileShape(int64_t index) const override {
        return m_shapes[static_cast<size_t>(index) % m_shapes.size()];
    }

  private:
    const std::vector<Shape> m_shapes;
};

/// Image i is all `first + i`.
ExampleSet images(int64_t count, int first, const std::vector<Shape>& shapes = {}) {
    if (count == 0) return {};
    std::shared_ptr<StoredExamples> stored = shapes.empty()
                                                 ? std::make_shared<StoredExamples>()
                                                 : std::make_shared<FileExamples>(shapes);
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    for (int i = 0; i < count; ++i) {
        pixels.insert(pixels.end(), 4, static_cast<uint8_t>(first + i));
        labels.push_back(i % 2);
    }
    stored->addNumbers<uint8_t>(pixels, 4);
    stored->addNumbers<int32_t>(labels);
    return {count, std::move(stored), 0};
}

Dataset made(ExampleSet train, ExampleSet test, int classes = 2) {
    Dataset data;
    data.columns = test::imageColumns({1, 2, 2}, classes);
    data.train = std::move(train);
    data.test = std::move(test);
    return data;
}

DataSurvey survey(const Dataset& data, int threads = 1) {
    return surveyOf(data, {.threads = threads}).value();
}

std::vector<std::string> codes(const DataSurvey& survey) {
    std::vector<std::string> all;
    for (const Error& remark : survey.remarks) all.push_back(remark.code);
    return all;
}

}  // namespace

class TestDataSurvey : public QObject {
    Q_OBJECT

  private slots:
    void countsClassesOfBothParts() {
        const DataSurvey found = survey(made(images(7, 0), images(4, 100)));
        QCOMPARE(found.train, 7);
        QCOMPARE(found.test, 4);
        QCOMPARE(found.classColumn, std::string("label"));
        QCOMPARE(found.classes.size(), size_t{2});
        QCOMPARE(found.classes[0].train, 4);
        QCOMPARE(found.classes[1].train, 3);
        QCOMPARE(found.classes[1].test, 2);
        QCOMPARE(found.doubled, 0);
        QVERIFY(codes(found).empty());
    }

    void findsWhatStandsInBothParts_data() {
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << 1;
        QTest::newRow("three threads") << 3;
    }
    void findsWhatStandsInBothParts() {
        QFETCH(int, threads);
        // Test images 197, 198, 199 are training images 197 to 199.
        const DataSurvey found = survey(made(images(200, 0), images(40, 197)), threads);
        QCOMPARE(found.doubled, 3);
        QCOMPARE(found.firstDoubled[1].one, std::string("test 1"));
        QCOMPARE(found.firstDoubled[1].first, std::string("train 198"));
        QCOMPARE(codes(found), (std::vector<std::string>{"M10", "M15"}));  // labels are i % 2
        QVERIFY(found.remarks[0].message.starts_with("3 of 40 test examples"));
    }

    /// Image 3 is image 0 again, with the other label; there is no test part.
    void findsWhatStandsInTwoClasses() {
        const std::vector<uint8_t> pixels{7, 7, 7, 7, 1, 1, 1, 1, 2, 2, 2, 2, 7, 7, 7, 7};
        const DataSurvey found =
            survey(made(test::labelledImages(pixels, std::vector<int32_t>{0, 1, 0, 1}), {}));
        QCOMPARE(found.doubled, -1);
        QCOMPARE(found.contradicting, 1);
        QCOMPARE(found.firstContradicting[0].one, std::string("train 3"));
        QCOMPARE(found.firstContradicting[0].first, std::string("train 0"));
        QCOMPARE(codes(found), (std::vector<std::string>{"U04", "M15"}));
        QVERIFY(found.remarks[1].message.starts_with("1 example has an image that stands in"));
    }

    void numbersThatAreNoneAreCounted_data() {
        QTest::addColumn<bool>("looksAtAll");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("lookedAt");
        QTest::addColumn<QString>("says");
        QTest::newRow("all") << true << 1000 << 1010
                             << "in 3 of 1,010 examples; the first: train 4";
        QTest::newRow("a few") << false << 1000 << 256
                               << "in 1 of 256 examples that were looked at, out of 1,010; the "
                                  "first: test 2";
        QTest::newRow("all of a few")
            << false << 20 << 30 << "in 3 of 30 examples; the first: train 4";
    }
    /// Of 1,010 every 1010 / 256 ≈ 3.95th is looked at: of places 4, 5 and 1002 only the last.
    void numbersThatAreNoneAreCounted() {
        QFETCH(bool, looksAtAll);
        QFETCH(int, count);
        QFETCH(int, lookedAt);
        QFETCH(QString, says);
        std::vector<float> train(static_cast<size_t>(2 * count), 0.5F), test(20, -3);
        train[8] = std::numeric_limits<float>::quiet_NaN();
        train[11] = -std::numeric_limits<float>::infinity();
        test[4] = test[5] = std::numeric_limits<float>::infinity();
        const auto part = [](const std::vector<float>& numbers) {
            auto stored = std::make_shared<StoredExamples>();
            stored->addNumbers<float>(numbers, 2);
            return ExampleSet{std::ssize(numbers) / 2, std::move(stored), 0};
        };
        Dataset data;
        data.columns = {{.name = "input", .dtype = DType::F32, .shape = {2}}};
        data.train = part(train);
        data.test = part(test);
        const auto found = surveyOf(data, {.looksAtAll = looksAtAll, .threads = 3});
        QCOMPARE(found->numbers.size(), size_t{1});
        QCOMPARE(found->numbers[0].smallest, -3.0);
        QCOMPARE(found->numbers[0].largest, 0.5);
        QCOMPARE(found->numbers[0].lookedAt, int64_t{lookedAt});
        QCOMPARE(codes(*found), std::vector<std::string>{"V04"});
        const QString message = QString::fromStdString(found->remarks[0].message);
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void looksForNoneWhereItIsQuick() {
        const auto found = surveyOf(made(images(9, 0), images(9, 0)), {.looksAtAll = false});
        QCOMPARE(found->doubled, -1);
    }

    void countsSizesOfFiles() {
        const Dataset data = made(images(9, 0, {{3, 20, 30}, {3, 20, 30}, {1, 8, 8}}),
                                  images(2, 100, {{3, 20, 30}}));
        const DataSurvey found = survey(data);
        QCOMPARE(found.sizes.size(), size_t{2});
        QCOMPARE(found.sizes[0].shape, (Shape{3, 20, 30}));
        QCOMPARE(found.sizes[0].count, 8);
        QCOMPARE(found.sizes[1].count, 3);
        QVERIFY(found.sawAllSizes);
        QCOMPARE(codes(found), std::vector<std::string>{"M09"});
    }

    void tellsOfEmptyPartsAndPoorClasses() {
        QCOMPARE(codes(survey(made(images(4, 0), {}))), std::vector<std::string>{"U04"});
        QCOMPARE(codes(survey(made({}, images(4, 0)))), std::vector<std::string>{"U04"});
        const DataSurvey poor = survey(made(images(3, 0), images(0, 0), 3));
        QCOMPARE(codes(poor), (std::vector<std::string>{"U04", "M12", "M12"}));
        QVERIFY(poor.remarks[1].message.find("'1' has one example") != std::string::npos);
        QVERIFY(poor.remarks[2].message.find("'2' has no example") != std::string::npos);
    }

    void endsWhenItIsStopped() {
        std::stop_source stop;
        stop.request_stop();
        const auto found = surveyOf(made(images(9, 0), images(9, 0)), {.stop = stop.get_token()});
        QVERIFY(!found);
        QCOMPARE(found.error().code, std::string(stoppedCode));
    }

    void weighsRareClassesMore() {
        const std::vector<double> weights =
            balancingWeights({{"a", 80, 0}, {"b", 20, 0}, {"none", 0, 5}});
        // 100 examples, 2 classes that have some: 100 / 2 / 80 and 100 / 2 / 20.
        QCOMPARE(weights, (std::vector<double>{0.625, 2.5, 0}));
    }
};

QTEST_GUILESS_MAIN(TestDataSurvey)
#include "tst_data_survey.moc"
