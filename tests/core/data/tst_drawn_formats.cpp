// SPDX-License-Identifier: Apache-2.0
// What every format promises whose examples are drawn, and what columns the single ones have.
// Truth: the promises of the headers, and the functions that draw.
#include <QtTest/QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>

#include "core/base/check.h"
#include "core/data/dataset.h"
#include "core/data/shapes/grating_image.h"
#include "core/data/shapes/shape_image.h"
#include "core/data/strokes/digit_pair.h"
#include "core/data/strokes/pointer_image.h"
#include "core/data/strokes/scribble_image.h"

using namespace vitrine;

namespace {

const DataFormatDescriptor& formatNamed(const char* id) {
    const DataFormatDescriptor* format = findDataFormat(id);
    VITRINE_CHECK(format, "the format is there");
    return *format;
}

Result<Dataset> generate(const DataFormatDescriptor& format, int64_t train, int64_t test,
                         const DataRequest& request = {.seed = 7}) {
    Attrs attrs(format.fields);
    attrs.with("train", train).with("test", test);
    return format.open(attrs, request);
}

using Bytes = std::vector<std::byte>;

Bytes exampleOf(const Dataset& data, const ExampleSet& set, int64_t index) {
    Bytes bytes;
    for (size_t column = 0; column < data.columns.size(); ++column) {
        const auto value = set.value(column, index);
        bytes.insert(bytes.end(), value.begin(), value.end());
    }
    return bytes;
}

/// The last example first.
std::vector<Bytes> examplesOf(const Dataset& data, const ExampleSet& set) {
    std::vector<Bytes> examples(static_cast<size_t>(set.count));
    for (int64_t i = set.count; i-- > 0;)
        examples[static_cast<size_t>(i)] = exampleOf(data, set, i);
    return examples;
}

template <class T>
std::vector<T> numbersOf(std::span<const std::byte> value) {
    std::vector<T> numbers(value.size() / sizeof(T));
    std::memcpy(numbers.data(), value.data(), value.size());
    return numbers;
}

template <size_t count>
bool same(const std::array<uint8_t, count>& pixels, std::span<const std::byte> value) {
    return std::ranges::equal(std::as_bytes(std::span(pixels)), value);
}

}  // namespace

class DrawnFormatsTest : public QObject {
    Q_OBJECT

  private slots:
    void hasTheColumnsItTellsOf_data() { formats(); }
    void hasTheColumnsItTellsOf() {
        QFETCH(QByteArray, id);
        const DataFormatDescriptor& format = formatNamed(id.constData());
        QVERIFY(!format.needsFolder);
        const auto data = generate(format, 3, 2);
        QVERIFY(data.ok());
        QCOMPARE(data->columns.size(), format.columns.size());
        for (size_t i = 0; i < format.columns.size(); ++i) {
            const Column& column = data->columns[i];
            QCOMPARE(column.name, std::string(format.columns[i].name));
            QCOMPARE(column.dtype, format.columns[i].dtype);
            QCOMPARE(std::ssize(data->train.value(i, 2)), column.bytes());
            QCOMPARE(std::ssize(data->test.value(i, 1)), column.bytes());
        }
        QCOMPARE(data->train.count, int64_t{3});
        QCOMPARE(data->test.count, int64_t{2});
    }

    void givesTheSameWithAnyNumberOfThreads_data() { formats(); }
    void givesTheSameWithAnyNumberOfThreads() {
        QFETCH(QByteArray, id);
        const DataFormatDescriptor& format = formatNamed(id.constData());
        const auto one = generate(format, 500, 100, {.seed = 7, .threads = 1});
        const auto four = generate(format, 500, 100, {.seed = 7, .threads = 4});
        QVERIFY(one.ok() && four.ok());
        QVERIFY(examplesOf(*one, one->train) == examplesOf(*four, four->train));
        QVERIFY(examplesOf(*one, one->test) == examplesOf(*four, four->test));
    }

    void neitherCountChangesTheOthersPictures_data() { formats(); }
    void neitherCountChangesTheOthersPictures() {
        QFETCH(QByteArray, id);
        const DataFormatDescriptor& format = formatNamed(id.constData());
        const auto few = generate(format, 10, 5), many = generate(format, 40, 20);
        for (int64_t i = 0; i < 10; ++i)
            QVERIFY(exampleOf(*few, few->train, i) == exampleOf(*many, many->train, i));
        for (int64_t i = 0; i < 5; ++i)
            QVERIFY(exampleOf(*few, few->test, i) == exampleOf(*many, many->test, i));
        const auto other = generate(format, 10, 5, {.seed = 8});
        QVERIFY(examplesOf(*few, few->train) != examplesOf(*other, other->train));
    }

    void testsOnNothingItTrainsOn_data() { formats(); }
    void testsOnNothingItTrainsOn() {
        QFETCH(QByteArray, id);
        const auto data = generate(formatNamed(id.constData()), 400, 400);
        std::set<QByteArray> pictures;  // of the first column
        const auto note = [&](std::span<const std::byte> value) {
            pictures.insert(
                QByteArray(reinterpret_cast<const char*>(value.data()), std::ssize(value)));
        };
        for (int64_t i = 0; i < 400; ++i) {
            note(data->train.value(0, i));
            note(data->test.value(0, i));
        }
        QCOMPARE(pictures.size(), size_t{800});
    }

    void aFingerprintTellsDataApart_data() { formats(); }
    void aFingerprintTellsDataApart() {
        QFETCH(QByteArray, id);
        const DataFormatDescriptor& format = formatNamed(id.constData());
        const std::string first = generate(format, 100, 10)->fingerprint;
        QVERIFY2(first.starts_with(id.toStdString() + " 100+10"), first.c_str());
        QCOMPARE(generate(format, 100, 10, {.seed = 7, .threads = 2})->fingerprint, first);
        QVERIFY(generate(format, 100, 10, {.seed = 8})->fingerprint != first);
        QVERIFY(generate(format, 101, 10)->fingerprint != first);
        Attrs attrs(format.fields);
        attrs.with("train", int64_t{100}).with("test", int64_t{10}).with("noise", 0.5);
        QVERIFY(format.open(attrs, {.seed = 7})->fingerprint != first);
    }

    void givesNothingWhereItWasStoppedBefore_data() { formats(); }
    void givesNothingWhereItWasStoppedBefore() {
        QFETCH(QByteArray, id);
        std::stop_source source;
        source.request_stop();
        const auto data =
            generate(formatNamed(id.constData()), 10, 10, {.stop = source.get_token()});
        QVERIFY(!data.ok());
        QCOMPARE(data.error().code, std::string(stoppedCode));
    }

    void refusesMoreThanThereIsMemoryFor_data() { formats(); }
    void refusesMoreThanThereIsMemoryFor() {
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, examples);
        const auto data =
            generate(formatNamed(id.constData()), 10'000'000, 100, {.memoryBytes = 100'000'000});
        QVERIFY(!data.ok());
        QCOMPARE(data.error().code, std::string("H02"));
        QVERIFY2(data.error().message.starts_with(
                     QByteArray("10,000,100 " + examples + " need").toStdString()),
                 data.error().message.c_str());
    }

    void pointersComeWithTheirDirections() {
        const auto data = generate(formatNamed("pointers"), 30, 3);
        QCOMPARE(data->columns[0].shape, (Shape{1, 28, 28}));
        QCOMPARE(data->columns[1].shape, (Shape{2}));
        std::array<uint8_t, strokes::pixelCount> pixels{};
        for (int64_t i = 0; i < 30; ++i) {
            const auto [cos, sin] =
                strokes::drawPointerImage(7, static_cast<uint64_t>(i), {}, pixels);
            QVERIFY(same(pixels, data->train.value(0, i)));
            QCOMPARE(numbersOf<float>(data->train.value(1, i)), (std::vector{cos, sin}));
        }
    }

    void scribblesComeWithTheirMasks() {
        const auto data = generate(formatNamed("scribbles"), 30, 3);
        QCOMPARE(data->columns[0].shape, (Shape{1, 32, 32}));
        QCOMPARE(data->columns[1].shape, (Shape{1, 32, 32}));
        std::array<uint8_t, strokes::scribblePixels> pixels{}, mask{};
        for (int64_t i = 0; i < 30; ++i) {
            strokes::drawScribbleImage(7, static_cast<uint64_t>(i), {}, pixels, mask);
            QVERIFY(same(pixels, data->train.value(0, i)) && same(mask, data->train.value(1, i)));
        }
    }

    void shapesComeWithTheirClasses() {
        const auto data = generate(formatNamed("shapes"), 300, 3);
        QCOMPARE(data->columns[0].shape, (Shape{3, 32, 32}));
        QCOMPARE(data->columns[1].classes.size(), size_t{6});
        std::array<uint8_t, shapes::imagePixels> pixels{};
        std::array<int, 6> counts{};
        for (int64_t i = 0; i < 300; ++i) {
            const int32_t shape = shapes::drawShapeImage(7, static_cast<uint64_t>(i), {}, pixels);
            QVERIFY(same(pixels, data->train.value(0, i)));
            QCOMPARE(data->train.number(1, i), shape);
            ++counts[static_cast<size_t>(shape)];
        }
        for (const int count : counts) QVERIFY(count > 25 && count < 80);
    }

    /// Without variety and noise: how many of the pixels a shape covers, against the areas of
    /// geometry for radius 9.
    void shapesHaveTheAreasOfGeometry() {
        constexpr double r = 9, pi = 3.14159265358979;
        constexpr std::array<double, 6> areas{pi * r * r,
                                              2.56 * r * r,
                                              1.299038 * r * r,
                                              0.75 * pi * r * r,
                                              (2 * 1.9 * 0.6 - 0.36) * r * r,
                                              5 * 0.45 * 0.587785 * r * r};
        std::array<bool, 6> seen{};
        std::array<uint8_t, shapes::imagePixels> pixels{};
        for (uint64_t i = 0; i < 60; ++i) {
            const auto shape = static_cast<size_t>(shapes::drawShapeImage(1, i, {0, 0}, pixels));
            // The ground in the corner; ink where the red plane differs most from it.
            const double ground = pixels[0];
            double ink = ground;
            for (const uint8_t value : std::span(pixels).first<1024>())
                if (std::abs(value - ground) > std::abs(ink - ground)) ink = value;
            if (std::abs(ink - ground) < 40) continue;
            double covered = 0;
            for (const uint8_t value : std::span(pixels).first<1024>())
                covered += (value - ground) / (ink - ground);
            QVERIFY2(
                std::abs(covered - areas[shape]) < 0.04 * areas[shape] + 3,
                qPrintable(QString("%1: %2, not %3").arg(shape).arg(covered).arg(areas[shape])));
            seen[shape] = true;
        }
        QVERIFY(std::ranges::all_of(seen, std::identity()));
    }

    void gratingsComeWithTheirDirections() {
        const auto data = generate(formatNamed("gratings"), 60, 3);
        QCOMPARE(data->columns[1].classes[1], std::string("22.5°"));
        for (int64_t i = 0; i < 60; ++i) {
            const double twice = data->train.number(1, i) * 3.14159265358979 / 4;
            const auto numbers = numbersOf<float>(data->train.value(2, i));
            QVERIFY(std::abs(numbers[0] - std::cos(twice)) < 1e-6);
            QVERIFY(std::abs(numbers[1] - std::sin(twice)) < 1e-6);
        }
    }

    /// Stripes of class 0 run along the rows, those of class 4 along the columns.
    void gratingsRunWhereTheySay() {
        std::array<uint8_t, shapes::gratingPixels> pixels{};
        for (uint64_t i = 0; i < 100; ++i) {
            const auto grating = shapes::drawGratingImage(3, i, {0, 0}, pixels);
            const auto differ = [&](size_t step) {
                double sum = 0;
                for (size_t at = 0; at + step < pixels.size(); ++at)
                    if (step > 1 || at % 32 != 31) sum += std::abs(pixels[at + step] - pixels[at]);
                return sum;
            };
            if (grating.direction == 0) QVERIFY(differ(1) == 0 && differ(32) > 1000);
            if (grating.direction == 4) QVERIFY(differ(32) == 0 && differ(1) > 1000);
            // 45°: the same along the diagonal that rises to the right.
            if (grating.direction == 2) QVERIFY(differ(31) < 0.15 * differ(33));
        }
    }

    void moonsLieOnHalfCircles() {
        Attrs attrs(formatNamed("two_moons").fields);
        attrs.with("noise", 0.0);
        const auto data = formatNamed("two_moons").open(attrs, {.seed = 7});
        for (int64_t i = 0; i < data->train.count; ++i) {
            const auto at = numbersOf<float>(data->train.value(0, i));
            const bool isLower = data->train.number(1, i) == 1;
            const double x = isLower ? at[0] - 1 : at[0], y = isLower ? 0.5 - at[1] : at[1];
            QVERIFY(std::abs(std::hypot(x, y) - 1) < 1e-6 && y >= 0);
        }
    }

    void pairsSayWhetherTheyAreAlike() {
        const auto data = generate(formatNamed("digit_pairs"), 30, 3);
        QCOMPARE(data->columns[2].classes, (std::vector<std::string>{"different", "same"}));
        std::array<uint8_t, strokes::pixelCount> first{}, second{};
        int alike = 0;
        for (int64_t i = 0; i < 30; ++i) {
            const int32_t isSame =
                strokes::drawDigitPair(7, static_cast<uint64_t>(i), {}, first, second);
            QVERIFY(same(first, data->train.value(0, i)) && same(second, data->train.value(1, i)));
            QCOMPARE(data->train.number(2, i), isSame);
            alike += isSame;
        }
        QVERIFY(alike > 0 && alike < 30);
    }

  private:
    static void formats() {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("examples");
        for (const char* id : {"strokes", "pointers", "scribbles", "shapes", "gratings"})
            QTest::newRow(id) << QByteArray(id) << QByteArray("images");
        QTest::newRow("two_moons") << QByteArray("two_moons") << QByteArray("points");
        QTest::newRow("digit_pairs") << QByteArray("digit_pairs") << QByteArray("pairs");
    }
};

QTEST_APPLESS_MAIN(DrawnFormatsTest)
#include "tst_drawn_formats.moc"
