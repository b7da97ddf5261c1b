// SPDX-License-Identifier: Apache-2.0
// Means and deviations of channels. Truth: two passes over the pixels in double, written out here,
// and numbers worked out by hand.
#include <QtTest/QtTest>

#include <cmath>

#include "core/data/transform.h"
#include "core/session/channel_statistics.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

constexpr int64_t channels = 3, side = 7, count = 301;

std::vector<uint8_t> pixels() {
    std::vector<uint8_t> all(static_cast<size_t>(count * channels * side * side));
    Rng rng(4, RngStream::Test);
    for (size_t i = 0; i < all.size(); ++i) {
        const size_t channel = i / (side * side) % channels;
        all[i] = static_cast<uint8_t>(rng.below(static_cast<uint32_t>(60 + 90 * channel)));
    }
    return all;
}

Dataset dataOf(const std::vector<uint8_t>& all, const Shape& shape) {
    const std::vector<int32_t> labels(all.size() / static_cast<size_t>(shape.elements()));
    Dataset data;
    data.columns = test::imageColumns(shape, 2);
    data.train = test::labelledImages(all, labels);
    return data;
}

}  // namespace

class ChannelStatisticsTest : public QObject {
    Q_OBJECT

  private slots:
    void areThoseOfTwoPassesOnAnyThreads() {
        const std::vector<uint8_t> all = pixels();
        const Dataset data = dataOf(all, {channels, side, side});
        for (const int threads : {1, 3}) {
            double last = -1;
            const auto found =
                measuredNormalisation(data, {}, {.threads = threads, .progress = [&](double share) {
                                                     QVERIFY(share >= last);
                                                     last = share;
                                                 }});
            QVERIFY2(found.ok(), found ? "" : found.error().text().c_str());
            QCOMPARE(last, 1.0);
            for (int64_t c = 0; c < channels; ++c) {
                double sum = 0, squares = 0, n = 0;
                const auto each = [&](auto add) {
                    for (size_t i = 0; i < all.size(); ++i)
                        if (static_cast<int64_t>(i) / (side * side) % channels == c)
                            add(all[i] / 255.0);
                };
                each([&](double x) { sum += x, n += 1; });
                each([&](double x) { squares += (x - sum / n) * (x - sum / n); });
                QVERIFY(std::abs(found->mean.at(c) - sum / n) < 1e-13);
                QVERIFY(std::abs(found->std.at(c) - std::sqrt(squares / n)) < 1e-13);
            }
        }
    }

    /// 0, 0, 255, 255: mean ½, deviation ½; one channel is one number.
    void oneChannelIsOneNumber() {
        const auto found = measuredNormalisation(dataOf({0, 0, 255, 255}, {1, 2, 2}), {});
        QVERIFY(found.ok());
        QVERIFY(*found == (Normalisation{0.5, 0.5}));
    }

    void imagesAreAsForEvaluation() {
        DataSettings settings;
        const TransformDescriptor* middle = findTransform("center_crop");
        settings.evaluationTransforms = {
            {"center_crop",
             Attrs(middle->fields).with("height", int64_t{1}).with("width", int64_t{2})}};
        const auto found =
            measuredNormalisation(dataOf({9, 0, 255, 9, 9, 9, 9, 9}, {1, 2, 4}), settings);
        QVERIFY2(found.ok(), found ? "" : found.error().text().c_str());
        QVERIFY(*found == (Normalisation{0.5, 0.5}));
    }

    void whatCannotBeMeasuredIsNamed() {
        const auto flat = measuredNormalisation(dataOf({7, 9, 7, 7}, {2, 1, 2}), {});
        QVERIFY(!flat.ok());
        QCOMPARE(QString::fromStdString(flat.error().message),
                 QString("all pixels of channel 2 are 7: there is no deviation to divide by"));
        const Dataset data = dataOf({7, 9}, {1, 1, 2});
        QCOMPARE(measuredNormalisation(data, {}, {.column = "photo"}).error().code,
                 std::string("U20"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(measuredNormalisation(data, {}, {.stop = stop.get_token()}).error().code,
                 stoppedError().code);
    }

    void roundedIsWithFourDecimals() {
        const Normalisation found{PerChannel({0.49139968, 0.48215841}), PerChannel(0.00001)};
        QCOMPARE(rounded(found).mean.text(), std::string("0.4914, 0.4822"));
        QCOMPARE(rounded(found).std.at(0), 1e-4);
    }
};

QTEST_APPLESS_MAIN(ChannelStatisticsTest)
#include "tst_channel_statistics.moc"
