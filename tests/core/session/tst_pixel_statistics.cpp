// SPDX-License-Identifier: Apache-2.0
// Mean and deviation of training images. Truth: the two formulas over numbers written here.
#include <QtTest>

#include <cmath>

#include "core/data/stored_examples.h"
#include "core/session/pixel_statistics.h"

using namespace vitrine;

class TestPixelStatistics : public QObject {
    Q_OBJECT

    static Dataset dataOf(const std::vector<int>& bytes, int64_t count) {
        std::vector<std::byte> pixels;
        for (const int byte : bytes) pixels.push_back(static_cast<std::byte>(byte));
        Dataset data;
        const auto each = static_cast<int64_t>(pixels.size()) / std::max<int64_t>(count, 1);
        data.columns = {{.name = "image", .dtype = DType::U8, .shape = {1, 1, each}}};
        auto stored = std::make_shared<StoredExamples>();
        stored->addColumn(std::move(pixels), each);
        data.train = {count, std::move(stored), 0};
        return data;
    }

  private Q_SLOTS:
    void isThatOfTheFormulas() {
        const auto measured = normalisationOf(dataOf({0, 255, 51, 102}, 2));
        QVERIFY(measured.ok());
        const double mean = (0 + 1 + 0.2 + 0.4) / 4;
        double squares = 0;
        for (const double x : {0.0, 1.0, 0.2, 0.4}) squares += (x - mean) * (x - mean);
        QVERIFY(std::abs(measured->mean - mean) < 1e-15);
        QVERIFY(std::abs(measured->std - std::sqrt(squares / 4)) < 1e-15);
    }

    void oneColourHasDeviationOne() {
        const auto measured = normalisationOf(dataOf({51, 51}, 1));
        QVERIFY(measured.ok());
        QCOMPARE(measured->std, 1.0);
    }

    void canBeStopped() {
        std::stop_source stop;
        stop.request_stop();
        const auto measured = normalisationOf(dataOf({1, 2}, 2), {}, stop.get_token());
        QVERIFY(!measured.ok());
        QCOMPARE(measured.error().code, std::string(stoppedCode));
    }

    void withoutImagesItSaysSo() {
        QCOMPARE(normalisationOf(dataOf({}, 0)).error().code, std::string("U04"));
        Dataset data = dataOf({1, 2}, 2);
        data.columns[0].shape = {2};
        QCOMPARE(normalisationOf(data).error().code, std::string("U04"));
    }
};

QTEST_GUILESS_MAIN(TestPixelStatistics)
#include "tst_pixel_statistics.moc"
