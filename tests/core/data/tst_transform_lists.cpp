// SPDX-License-Identifier: Apache-2.0
// Lists of transforms in front of data: what networks are given, what stays stored, and that
// nothing but seed, epoch and example decides it. Truth: the transforms' definitions, by hand.
#include <QtTest/QtTest>

#include <set>

#include "core/data/loader.h"
#include "core/data/transform.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

/// Image i of 1 × 2 × 3: 10 i + 0 … 5.
Dataset numbered(int64_t count) {
    Dataset data;
    data.columns = test::imageColumns({1, 2, 3}, 2);
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    for (int i = 0; i < count; ++i) {
        for (int p = 0; p < 6; ++p) pixels.push_back(static_cast<uint8_t>(10 * i + p));
        labels.push_back(i % 2);
    }
    data.train = data.test = test::labelledImages(pixels, labels);
    return data;
}

Transform transform(std::string_view id) {
    const TransformDescriptor* kind = findTransform(id);
    return {kind, Attrs(kind->fields)};
}
Transform flip(double chance, const char* way = "sideways") {
    Transform one = transform("flip");
    one.attrs.with("chance", chance).with("way", std::string(way));
    return one;
}
Transform padCrop(int64_t padding) {
    Transform one = transform("pad_crop");
    one.attrs.with("padding", padding);
    return one;
}

std::vector<uint8_t> written(const ExampleSet& set, int64_t index, const Occasion& occasion,
                             size_t bytes = 6) {
    std::vector<uint8_t> pixels(bytes);
    const std::vector<std::span<std::byte>> to{std::as_writable_bytes(std::span(pixels)), {}};
    set.write(index, occasion, to);
    return pixels;
}

std::string bytesOf(const std::vector<uint8_t>& pixels) { return {pixels.begin(), pixels.end()}; }

}  // namespace

class TestTransformLists : public QObject {
    Q_OBJECT

  private slots:
    void mirrors() {
        const Dataset sideways = prepared(numbered(2), {flip(1)}, {}).value();
        QCOMPARE(written(sideways.train, 1, {}), (std::vector<uint8_t>{12, 11, 10, 15, 14, 13}));
        const Dataset down = prepared(numbered(2), {flip(1, "upside_down")}, {}).value();
        QCOMPARE(written(down.train, 1, {}), (std::vector<uint8_t>{13, 14, 15, 10, 11, 12}));
    }

    void movesByAllOffsetsAndFillsWithBlack() {
        const Dataset data = prepared(numbered(1), {padCrop(1)}, {}).value();
        std::set<std::string> seen, wanted;  // pixels as bytes
        for (int64_t epoch = 0; epoch < 200; ++epoch)
            seen.insert(bytesOf(written(data.train, 0, {1, epoch})));
        for (int dy = -1; dy <= 1; ++dy)
            for (int dx = -1; dx <= 1; ++dx) {
                std::vector<uint8_t> moved;
                for (int y = 0; y < 2; ++y)
                    for (int x = 0; x < 3; ++x) {
                        const int fromY = y + dy, fromX = x + dx;
                        const bool isInside = fromY >= 0 && fromY < 2 && fromX >= 0 && fromX < 3;
                        moved.push_back(static_cast<uint8_t>(isInside ? 3 * fromY + fromX : 0));
                    }
                wanted.insert(bytesOf(moved));
            }
        QVERIFY(seen == wanted);
    }

    void leavesWhatIsStored() {
        const Dataset raw = numbered(3), data = prepared(raw, {flip(1)}, {}).value();
        QVERIFY(test::pixelsOf(data.train) == test::pixelsOf(raw.train));
        QVERIFY(data.storedColumns() == raw.columns);
        QCOMPARE(written(data.test, 2, {}), (std::vector<uint8_t>{20, 21, 22, 23, 24, 25}));
    }

    void dependsOnSeedEpochAndExampleOnly() {
        const Dataset data = prepared(numbered(20), {flip(0.5), padCrop(2)}, {}).value();
        const auto all = [&](const Occasion& occasion, bool backwards) {
            std::vector<std::vector<uint8_t>> images(20);
            for (int64_t i = 0; i < 20; ++i) {
                const int64_t index = backwards ? 19 - i : i;
                images[static_cast<size_t>(index)] = written(data.train, index, occasion);
            }
            return images;
        };
        QVERIFY(all({1, 0}, false) == all({1, 0}, true));
        QVERIFY(all({1, 0}, false) != all({1, 1}, false));
        QVERIFY(all({1, 0}, false) != all({2, 0}, false));
    }

    void flipsAboutHalf() {
        const Dataset data = prepared(numbered(1), {flip(0.5)}, {}).value();
        int flipped = 0;
        for (int64_t epoch = 0; epoch < 1000; ++epoch)
            flipped += written(data.train, 0, {7, epoch})[0] == 2;
        QVERIFY2(std::abs(flipped - 500) < 64, qPrintable(QString::number(flipped)));  // 4 sigma
    }

    void reachBatches() {
        const Dataset data = prepared(numbered(10), {padCrop(1), flip(0.5)}, {}).value();
        Loader loader(data.train, {6, 4}, {.batch = 4, .seed = 3});
        for (int64_t batch = 0; batch < 6; ++batch) {
            const Batch got = loader.next();
            const auto pixels = test::numbersIn<uint8_t>(got.columns[0]);
            for (int64_t i = 0; i < got.size; ++i) {
                const auto wanted =
                    written(data.train, got.indices[static_cast<size_t>(i)], {3, batch / 3});
                for (size_t p = 0; p < wanted.size(); ++p)
                    QCOMPARE(pixels[6 * static_cast<size_t>(i) + p], wanted[p]);
            }
        }
    }

    void showsEveryStage() {
        const Dataset raw = numbered(2);
        const std::vector<Transform> list{flip(1), flip(1, "upside_down")};
        const auto stages = stagesOf(raw.train, raw.columns, list, 1, {});
        QCOMPARE(stages.size(), size_t{3});
        QCOMPARE(stages[0].images[0].pixels, (std::vector<uint8_t>{10, 11, 12, 13, 14, 15}));
        QCOMPARE(stages[1].images[0].pixels, (std::vector<uint8_t>{12, 11, 10, 15, 14, 13}));
        QCOMPARE(stages[2].images[0].pixels, (std::vector<uint8_t>{15, 14, 13, 12, 11, 10}));
    }
};

QTEST_GUILESS_MAIN(TestTransformLists)
#include "tst_transform_lists.moc"
