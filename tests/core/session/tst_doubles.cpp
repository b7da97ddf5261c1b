// SPDX-License-Identifier: Apache-2.0
// Which examples are there twice. Truth: pictures that are written down.
#include <QtTest/QtTest>

#include "core/data/stored_examples.h"
#include "core/session/doubles.h"

using namespace vitrine;

namespace {

/// Pictures of two pixels; further columns are labels, and do not count.
ExampleSet pictures(const std::vector<uint8_t>& pixels) {
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers<uint8_t>(pixels, 2);
    std::vector<int32_t> labels(pixels.size() / 2);
    for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int32_t>(i % 2);
    stored->addNumbers<int32_t>(labels);
    return {std::ssize(labels), std::move(stored), 0};
}

Dataset dataset(bool hasImages = true) {
    Dataset data;
    data.columns = {{.name = "image", .dtype = DType::U8, .shape = {1, 1, 2}},
                    {.name = "label", .dtype = DType::I32, .classes = {"a", "b"}}};
    if (!hasImages) data.columns[0] = {.name = "numbers", .dtype = DType::U8, .shape = {2}};
    data.train = pictures({1, 2, 3, 4, 1, 2, 5, 6});
    data.test = pictures({3, 4, 7, 8, 2, 1, 1, 2});
    return data;
}

}  // namespace

class TestDoubles : public QObject {
    Q_OBJECT
  private slots:
    void everyExampleNamesTheFirstLikeIt_data() {
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << 1;
        QTest::newRow("three threads") << 3;
    }
    void everyExampleNamesTheFirstLikeIt() {
        QFETCH(int, threads);
        const auto doubles = doublesOf(dataset(), {.threads = threads});
        QVERIFY(doubles.ok());
        QCOMPARE(*doubles, (std::vector<int32_t>{0, 1, 0, -1, 1, -1, -1, 0}));
    }

    /// Train 2 and test 3 are pictures 1, 2 like train 0; one of them another's stand-in.
    void whatCannotBeReadIsAlone() {
        class Damaged : public StoredExamples {
          public:
            bool isUnread(int64_t index) const override { return index == 2; }
        };
        Dataset data = dataset();
        auto damaged = std::make_shared<Damaged>();
        damaged->addNumbers<uint8_t>(std::vector<uint8_t>{1, 2, 3, 4, 1, 2, 5, 6}, 2);
        data.train.source = damaged;
        QCOMPARE(*doublesOf(data), (std::vector<int32_t>{0, 1, -1, -1, 1, -1, -1, 0}));
    }

    void whatHasNoImagesHasNoDoubles() {
        QCOMPARE(*doublesOf(dataset(false)), std::vector<int32_t>(8, -1));
    }

    void itTellsHowFarItIsAndCanBeStopped() {
        int told = 0;
        std::stop_source stop;
        QVERIFY(doublesOf(dataset(), {.progress = [&](double) { ++told; }}).ok());
        QVERIFY(told > 0);
        stop.request_stop();
        QCOMPARE(doublesOf(dataset(), {.stop = stop.get_token()}).error().code,
                 std::string(stoppedCode));
    }
};

QTEST_APPLESS_MAIN(TestDoubles)
#include "tst_doubles.moc"
