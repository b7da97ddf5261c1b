// SPDX-License-Identifier: Apache-2.0
// Lists of transforms in front of a network: what all transforms keep, whatever they draw, and what
// a list does with columns. Truth: the rules in core/data/transform.h.
#include <QtTest/QtTest>

#include <cmath>
#include <numeric>
#include <set>
#include <thread>

#include "core/data/transform.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

constexpr int64_t height = 20, width = 21, count = 40;
const std::vector<std::string> kinds{"cat", "dog", "emu"};

uint8_t made(int64_t i, int64_t salt) {
    return static_cast<uint8_t>(
        philox({static_cast<uint32_t>(i), 0, 0, 0}, {static_cast<uint32_t>(salt), 9})[0]);
}

/// Columns `image` [channels, H, W], `mask` [1, H, W] with the numbers of `image`'s first channel
/// below 8, and `label`.
Dataset pictures(int64_t channels, bool hasMask = true) {
    const int64_t plane = height * width;
    std::vector<uint8_t> images, masks;
    std::vector<int32_t> labels;
    for (int64_t n = 0; n < count; ++n) {
        labels.push_back(static_cast<int32_t>(n % 3));
        for (int64_t i = 0; i < channels * plane; ++i)
            images.push_back(static_cast<uint8_t>(made(i, n) % (hasMask && i < plane ? 8 : 256)));
        masks.insert(masks.end(), images.end() - channels * plane,
                     images.end() - (channels - 1) * plane);
    }
    Dataset data;
    data.columns = {{"image", DType::U8, {channels, height, width}}};
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers(std::span<const uint8_t>(images), channels * plane);
    if (hasMask) {
        data.columns.push_back({"mask", DType::U8, {1, height, width}, {}});
        for (int i = 0; i < 8; ++i) data.columns.back().classes.push_back(std::to_string(i));
        stored->addNumbers(std::span<const uint8_t>(masks), plane);
    }
    data.columns.push_back({"label", DType::I32, {}, kinds});
    stored->addNumbers(std::span<const int32_t>(labels));
    data.train = {count, stored, 0};
    data.test = data.train;
    return data;
}

Transform transform(std::string_view id,
                    std::vector<std::pair<std::string, FieldValue>> fields = {}) {
    const TransformDescriptor* kind = findTransform(id);
    if (!kind) qFatal("no transform %s", std::string(id).c_str());
    Transform made{kind, Attrs(kind->fields)};
    for (auto& [field, value] : fields) made.attrs.with(field, value);
    return made;
}

/// All columns of an example as networks take it, one behind the other.
std::vector<std::byte> written(const Dataset& data, int64_t index, int64_t epoch,
                               uint64_t seed = 3) {
    std::vector<std::vector<std::byte>> bytes;
    std::vector<std::span<std::byte>> places;
    for (const Column& column : data.columns)
        bytes.emplace_back(static_cast<size_t>(column.bytes()));
    for (auto& each : bytes) places.emplace_back(each);
    data.train.write(index, {seed, epoch}, places);
    std::vector<std::byte> all;
    for (const auto& each : bytes) all.insert(all.end(), each.begin(), each.end());
    return all;
}

void addAll(std::string_view except = {}) {
    QTest::addColumn<QString>("id");
    for (const TransformDescriptor* kind : allTransforms())
        if (kind->id != except)
            QTest::addRow("%s", std::string(kind->id).c_str())
                << QString::fromStdString(std::string(kind->id));
}

/// The transform with defaults that fit small images.
Transform usual(const QString& id) {
    Transform one = transform(id.toStdString());
    for (const char* side : {"height", "width"})
        if (one.attrs.has(side)) one.attrs.with(side, int64_t{9});
    if (one.attrs.has("chance")) one.attrs.with("chance", 0.7);
    return one;
}

QString codeOf(const auto& result) {
    return result ? QString() : QString::fromStdString(result.error().code);
}

}  // namespace

class TransformTest : public QObject {
    Q_OBJECT

  private slots:
    void eachIsAFunctionOfSeedEpochAndExample_data() { addAll(); }
    void eachIsAFunctionOfSeedEpochAndExample() {
        QFETCH(QString, id);
        const auto data = prepared(pictures(3, id != "mixup"), {usual(id)}, {usual(id)});
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        std::vector<std::vector<std::byte>> forwards(count), backwards(count);
        for (int64_t i = 0; i < count; ++i) forwards[static_cast<size_t>(i)] = written(*data, i, 2);
        std::thread([&] {
            for (int64_t i = count; i-- > 0;)
                backwards[static_cast<size_t>(i)] = written(*data, i, 2);
        }).join();
        QVERIFY(forwards == backwards);
        int64_t otherEpoch = 0, otherSeed = 0;
        for (int64_t i = 0; i < count; ++i) {
            otherEpoch += written(*data, i, 3) != forwards[static_cast<size_t>(i)];
            otherSeed += written(*data, i, 2, 4) != forwards[static_cast<size_t>(i)];
        }
        const bool draws = findTransform(id.toStdString())->draws;
        QCOMPARE(otherEpoch > 0, draws);
        QCOMPARE(otherSeed > 0, draws);
    }

    void imagesHaveTheShapesThatColumnsTell_data() { addAll(); }
    void imagesHaveTheShapesThatColumnsTell() {
        QFETCH(QString, id);
        for (const int64_t channels : {1, 3}) {
            const Dataset raw = pictures(channels, id != "mixup");
            const std::vector<Transform> list{usual(id)};
            const auto behind = columnsBehind(raw.columns, list);
            QVERIFY(behind.ok());
            for (int64_t i = 0; i < count; ++i) {
                const auto stages = stagesOf(raw.train, raw.columns, list, i, {1, 1});
                QCOMPARE(stages.size(), size_t{2});
                for (size_t image = 0; image < stages[1].images.size(); ++image) {
                    const WorkedImage& worked = stages[1].images[image];
                    QVERIFY(worked.shape == (*behind)[image].shape);
                    QCOMPARE(std::ssize(worked.pixels), worked.shape.elements());
                }
            }
        }
    }

    /// A mask that is the same as the image stays the same as it in whatever moves both; what
    /// colours leave of it is the mask.
    void masksMoveWithImagesAndHaveNoColours_data() { addAll("mixup"); }
    void masksMoveWithImagesAndHaveNoColours() {
        QFETCH(QString, id);
        Transform one = usual(id);
        const bool moves = one.kind->group == TransformGroup::Geometry ||
                           one.kind->group == TransformGroup::Size || id == "cutmix";
        if (one.attrs.has("between")) one.attrs.with("between", std::string("nearest"));
        if (one.attrs.has("method")) one.attrs.with("method", std::string("nearest"));
        const Dataset raw = pictures(1);
        const std::vector<Transform> list{one};
        for (int64_t i = 0; i < count; ++i) {
            const auto stages = stagesOf(raw.train, raw.columns, list, i, {1, 1});
            const WorkedImage& mask = stages[1].images[1];
            QVERIFY(mask.isMask);
            if (moves) QVERIFY(mask.pixels == stages[1].images[0].pixels);
            if (!moves && id != "random_augment")
                QVERIFY(mask.pixels == stages[0].images[1].pixels);
            QVERIFY(std::ranges::all_of(mask.pixels, [](uint8_t x) { return x < 8; }));
        }
    }

    void eachFieldIsExplainedAndHoldsItsDefault_data() { addAll(); }
    void eachFieldIsExplainedAndHoldsItsDefault() {
        QFETCH(QString, id);
        const TransformDescriptor& kind = *findTransform(id.toStdString());
        QVERIFY(!kind.title.empty() && kind.summary.ends_with("."));
        Attrs attrs(kind.fields);
        for (const FieldSpec& field : kind.fields) {
            QVERIFY2(!field.help.empty() && field.help.ends_with("."), field.id.data());
            QVERIFY2(attrs.set(field.id, attrs.get(field.id)).ok(), field.id.data());
        }
    }

    void aListIsDoneInItsOrder() {
        const Dataset raw = pictures(3, false);
        const std::vector<Transform> list{
            transform("center_crop", {{"height", int64_t{4}}, {"width", int64_t{6}}}),
            transform("grey"),
            transform("resize", {{"height", int64_t{8}}, {"width", int64_t{2}}})};
        const auto stages = stagesOf(raw.train, raw.columns, list, 0, {});
        std::vector<std::string> shapes;
        for (const WorkedExample& stage : stages) shapes.push_back(stage.images[0].shape.text());
        QCOMPARE(shapes,
                 (std::vector<std::string>{"[3, 20, 21]", "[3, 4, 6]", "[1, 4, 6]", "[1, 8, 2]"}));
        const auto behind = columnsBehind(raw.columns, list);
        QCOMPARE(behind->front().shape.text(), std::string("[1, 8, 2]"));
    }

    void whatCannotBeDoneIsNamedWithItsPlace() {
        const Dataset masked = pictures(3);
        std::vector<Transform> list{transform("flip"),
                                    transform("random_crop", {{"padding", int64_t{2}}})};
        auto behind = columnsBehind(masked.columns, list);
        QCOMPARE(codeOf(behind), QString("U28"));
        QCOMPARE(QString::fromStdString(behind.error().message),
                 QString("transform 2, 'Random crop': a piece of 32 × 32 does not fit into an "
                         "image of 20 × 21 with 2 pixels of padding on each side"));
        QCOMPARE(codeOf(columnsBehind(masked.columns, std::vector{transform("mixup")})),
                 QString("U28"));
        QVERIFY(columnsBehind(masked.columns, std::vector{transform("cutmix")}).ok());
        const std::vector<Column> numbers{{"x", DType::F32, {4}}, {"label", DType::I32, {}, kinds}};
        QCOMPARE(codeOf(columnsBehind(numbers, std::vector{transform("flip")})), QString("U28"));
        const std::vector<Column> noClasses{{"image", DType::U8, {3, 9, 9}}};
        QCOMPARE(codeOf(columnsBehind(noClasses, std::vector{transform("cutmix")})),
                 QString("U28"));
        QCOMPARE(codeOf(prepared(masked, {usual("resize")}, {})), QString("U28"));
    }

    /// As torchvision's RandomCrop(padding = 4): offsets 0 to 8 of the padded image, all as likely.
    void padCropIsAPieceOfThePaddedImage() {
        const Dataset raw = pictures(1, false);
        const auto data = prepared(raw, {transform("pad_crop")}, {});
        const std::span<const uint8_t> image = raw.train.pixels(0, 0);
        const auto padded = [&](int64_t y, int64_t x) {
            const bool isInside = y >= 4 && x >= 4 && y < height + 4 && x < width + 4;
            return isInside ? image[static_cast<size_t>((y - 4) * width + x - 4)] : uint8_t{0};
        };
        std::set<std::pair<int64_t, int64_t>> seen;
        for (int64_t epoch = 0; epoch < 300; ++epoch) {
            const auto bytes = written(*data, 0, epoch);
            const auto isPiece = [&](int64_t top, int64_t left) {
                for (int64_t i = 0; i < height * width; ++i)
                    if (std::to_integer<uint8_t>(bytes[static_cast<size_t>(i)]) !=
                        padded(top + i / width, left + i % width))
                        return false;
                return true;
            };
            int fits = 0;
            for (int64_t top = 0; top <= 8; ++top)
                for (int64_t left = 0; left <= 8; ++left)
                    if (isPiece(top, left)) ++fits, seen.emplace(top, left);
            QCOMPARE(fits, 1);
        }
        QVERIFY2(seen.size() > 70, fmt::format("{} of 81", seen.size()).c_str());
    }

    /// One draw for each example: of 40 some are mirrored, in every epoch others.
    void everyExampleIsMirroredForItself() {
        const Dataset raw = pictures(1, false);
        const auto data = prepared(raw, {transform("flip")}, {});
        int64_t mirrored = 0;
        for (int64_t epoch = 0; epoch < 50; ++epoch) {
            int64_t inEpoch = 0;
            for (int64_t i = 0; i < count; ++i) {
                const auto bytes = written(*data, i, epoch);
                const auto before = raw.train.pixels(0, i);
                inEpoch += !std::equal(
                    before.begin(), before.end(), bytes.begin(),
                    [](uint8_t a, std::byte b) { return a == std::to_integer<uint8_t>(b); });
            }
            QVERIFY(inEpoch > 0 && inEpoch < count);
            mirrored += inEpoch;
        }
        // 2,000 draws of ½: four standard deviations are 90.
        QVERIFY2(std::abs(mirrored - 1000) < 90, fmt::format("{}", mirrored).c_str());
    }

    /// 1 is all of it: own image and the other's, classes alike.
    void mirroredInTurnAreOthersEachEpoch() {
        const Dataset raw = pictures(1, false);
        const auto data =
            prepared(raw, {transform("flip", {{"in_turn", true}, {"chance", 0.25}})}, {});
        int mirroredFirst = 0;
        for (int64_t i = 0; i < count; ++i) {
            const auto stored = written(raw, i, 0), first = written(*data, i, 0);
            mirroredFirst += first != stored;
            QVERIFY((written(*data, i, 1) == stored) == (first != stored));
            QCOMPARE(written(*data, i, 2), first);
            QCOMPARE(written(*data, i, 7), written(*data, i, 1));
        }
        QVERIFY2(mirroredFirst >= 3 && mirroredFirst <= 18,
                 qPrintable(QString::number(mirroredFirst)));
    }

    void mixedClassesAreSharesOfTheImages() {
        const Dataset raw = pictures(3, false);
        for (const char* id : {"mixup", "cutmix"}) {
            const auto data = prepared(raw, {transform(id, {{"alpha", 1.0}})}, {});
            QVERIFY(data.ok());
            const Column& label = data->columns[2];
            QCOMPARE(label.name, sharesColumn("label"));
            QVERIFY(label.dtype == DType::F32 && label.shape == Shape{3});
            QVERIFY(data->columns[1] == raw.columns[1]);
            std::set<float> seen;
            for (int64_t i = 0; i < count; ++i) {
                const auto bytes = written(*data, i, 1);
                const auto shares = test::numbersIn<float>(
                    std::span(bytes).last(static_cast<size_t>(label.bytes())));
                const float sum = std::accumulate(shares.begin(), shares.end(), 0.0F);
                QVERIFY(std::abs(sum - 1) < 1e-6F);
                QVERIFY(std::ranges::all_of(shares, [](float x) { return x >= 0 && x <= 1; }));
                seen.insert(shares[static_cast<size_t>(i % 3)]);
            }
            QVERIFY(seen.size() > 10);
        }
    }

    /// Of a set of black examples of class 0 and white ones of class 1, brightness is the share.
    void sharesAreThoseOfThePixels() {
        std::vector<uint8_t> pixels(size_t{2} * 100, 0);
        std::fill(pixels.begin() + 100, pixels.end(), uint8_t{255});
        const std::vector<int32_t> labels{0, 1};
        Dataset raw;
        raw.columns = test::imageColumns({1, 10, 10}, 2);
        raw.train = test::labelledImages(pixels, labels);
        for (const char* id : {"mixup", "cutmix"}) {
            const auto data = prepared(raw, {transform(id, {{"alpha", 1.0}})}, {});
            for (int64_t epoch = 0; epoch < 50; ++epoch) {
                const auto bytes = written(*data, epoch % 2, epoch);
                const auto shares = test::numbersIn<float>(std::span(bytes).last(8));
                double sum = 0;
                for (size_t i = 0; i < 100; ++i) sum += static_cast<double>(bytes[i]);
                QVERIFY(std::abs(sum / 25500 - static_cast<double>(shares[1])) < 0.5 / 255 + 1e-6);
            }
        }
    }

    /// Classes that are shares in the data already are mixed as such, and kept where nobody mixes.
    void sharesOfTheDataAreMixed() {
        auto stored = std::make_shared<StoredExamples>();
        const std::vector<uint8_t> pixels{0, 255};
        const std::vector<float> shares{1, 0, 0.5F, 0.5F};
        stored->addNumbers(std::span<const uint8_t>(pixels), 1);
        stored->addNumbers(std::span<const float>(shares), 2);
        Dataset raw;
        raw.columns = {{"image", DType::U8, {1, 1, 1}}, {"label", DType::F32, {2}, {"a", "b"}}};
        raw.train = {2, stored, 0};
        const auto data = prepared(raw, {transform("mixup", {{"alpha", 1.0}})}, {});
        QVERIFY(data.ok());
        for (int64_t epoch = 0; epoch < 30; ++epoch) {
            const auto bytes = written(*data, 0, epoch);
            const auto mixed = test::numbersIn<float>(std::span(bytes).last(8));
            const double white = static_cast<double>(bytes[0]) / 255;
            QVERIFY(std::abs(static_cast<double>(mixed[1]) - white / 2) < 0.5 / 255 + 1e-6);
            QVERIFY(std::abs(mixed[0] + mixed[1] - 1) < 1e-6F);
        }
        const auto kept = prepared(raw, {transform("invert")}, {});
        const auto bytes = written(*kept, 1, 0);
        QVERIFY(test::numbersIn<float>(std::span(bytes).last(8)) == (std::vector{0.5F, 0.5F}));
    }

    /// One is enough to be told apart: no step of a training may allocate once it goes.
    void flipAndPadCropAllocateNothing() {
        if (!test::allocationCounterWorks()) QSKIP("the allocation counter does not work here");
        const auto data = prepared(pictures(3, false), {usual("flip"), usual("pad_crop")}, {});
        std::vector<std::byte> image(static_cast<size_t>(data->columns[0].bytes())), label(4);
        const std::vector<std::span<std::byte>> places{image, label};
        const auto writeAll = [&] {
            for (int64_t i = 0; i < count; ++i) data->train.write(i, {1, 1}, places);
        };
        writeAll();
        test::armAllocationCounter();
        writeAll();
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations(), int64_t{0});
    }
};

QTEST_APPLESS_MAIN(TransformTest)
#include "tst_transform.moc"
