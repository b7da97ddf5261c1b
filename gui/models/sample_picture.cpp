// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of one example become a picture.
#include "gui/models/sample_picture.h"

#include <algorithm>
#include <cmath>

#include "gui/models/column_text.h"
#include "gui/models/image_of.h"

namespace vitrine::gui {

namespace {

/// Values of the columns that a picture needs.
struct Bytes {
    std::vector<std::byte> image, mask;
    const Column *imageColumn = nullptr, *maskColumn = nullptr;
};

std::span<const uint8_t> pixelsOf(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

Bytes storedBytes(const PictureLook& look, const ExampleSet& examples, int64_t index) {
    Bytes bytes;
    const auto read = [&](int column, std::vector<std::byte>& into, const Column*& is) {
        const auto place = static_cast<size_t>(column);
        const auto value = examples.value(place, index);
        into.assign(value.begin(), value.end());
        is = &look.stored->storedColumns()[place];
    };
    read(look.image, bytes.image, bytes.imageColumn);
    if (look.mask >= 0) read(look.mask, bytes.mask, bytes.maskColumn);
    return bytes;
}

Bytes seenBytes(const PictureLook& look, DataPart part, int64_t index) {
    Bytes bytes;
    std::vector<std::span<std::byte>> to(look.seen->columns.size());
    const auto room = [&](int column, std::vector<std::byte>& into, const Column*& is) {
        const auto place = static_cast<size_t>(column);
        is = &look.seen->columns[place];
        into.resize(static_cast<size_t>(is->bytes()));
        to[place] = into;
    };
    room(look.image, bytes.image, bytes.imageColumn);
    if (look.mask >= 0) room(look.mask, bytes.mask, bytes.maskColumn);
    const ExampleSet& set = part == DataPart::Training ? look.seen->train : look.seen->test;
    const Occasion drawn{look.seed, look.epoch};
    set.write(index, part == DataPart::Training ? drawn : Occasion(), to);
    return bytes;
}

/// Colours over the picture: of classes, where class 0 stays clear, or of marks that are as strong
/// as their bytes.
void layOver(QImage& picture, const Bytes& bytes, const PictureLook& look) {
    const ImageExtent extent = extentOf(*bytes.maskColumn);
    if (extent.width != picture.width() || extent.height != picture.height()) return;
    const bool isOfClasses = bytes.maskColumn->hasClasses();
    size_t at = 0;
    for (int y = 0; y < extent.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
        for (int x = 0; x < extent.width; ++x, ++at) {
            const auto number = static_cast<size_t>(bytes.mask[at]);
            if (number == 0) continue;
            const QRgb colour =
                look.maskColours[isOfClasses ? (number - 1) % look.maskColours.size() : 0];
            const double share =
                look.maskShare * (isOfClasses ? 1 : static_cast<double>(number) / 255);
            const auto mix = [&](int below, int above) {
                return static_cast<int>(std::lround(below + share * (above - below)));
            };
            line[x] = qRgb(mix(qRed(line[x]), qRed(colour)), mix(qGreen(line[x]), qGreen(colour)),
                           mix(qBlue(line[x]), qBlue(colour)));
        }
    }
}

QImage normalisedPicture(const Bytes& bytes, const PictureLook& look) {
    const std::span<const uint8_t> pixels = pixelsOf(bytes.image);
    const ImageExtent extent = extentOf(*bytes.imageColumn);
    const auto& [mean, std] = look.normalisation;
    const bool fits = mean.fits(extent.channels) && std.fits(extent.channels);  // else none trains
    const size_t plane = pixels.size() / static_cast<size_t>(std::max(1, extent.channels));
    std::vector<float> numbers(pixels.size());
    for (size_t i = 0; i < pixels.size(); ++i) {
        const auto c = fits ? static_cast<int64_t>(i / plane) : 0;
        numbers[i] = static_cast<float>((pixels[i] / 255.0 - mean.at(c)) / std.at(c));
    }
    const auto [lowest, highest] = look.range();
    return imageOf(numbers, extent, lowest, highest);
}

}  // namespace

bool PictureLook::fits(const SampleTable& table) const {
    if (image < 0 || !stored || stored != table.data()) return false;
    const auto columns = std::ssize(stored->storedColumns());
    const bool isOfThese = !goesThroughTransforms() || (std::ssize(seen->columns) == columns &&
                                                        seen->train.count == stored->train.count &&
                                                        seen->test.count == stored->test.count);
    return image < columns && mask < columns && isOfThese;
}

bool PictureLook::isCheap(const SampleTable& table, int64_t place) const {
    if (goesThroughTransforms()) return false;
    const ExampleSource& source = *table.examplesOf(place).source;
    return source.isAtHand(static_cast<size_t>(image)) &&
           (mask < 0 || source.isAtHand(static_cast<size_t>(mask)));
}

std::pair<double, double> PictureLook::range() const {
    if (!isSeen) return {0, 255};
    const auto& [mean, std] = normalisation;
    // Lists of different lengths train nothing: what both have is looked at.
    const size_t lengths[] = {mean.numbers().size(), std.numbers().size()};
    const size_t channels = mean.isOne() || std.isOne() ? std::max(lengths[0], lengths[1])
                                                        : std::min(lengths[0], lengths[1]);
    double largest = 0;
    for (int64_t c = 0; c < static_cast<int64_t>(channels); ++c)
        largest =
            std::max(largest, std::max(std::abs(mean.at(c)), std::abs(1 - mean.at(c))) / std.at(c));
    return {-largest, largest};
}

QImage pictureOf(const PictureLook& look, const SampleTable& table, int64_t place) {
    if (!look.fits(table)) return {};
    const Bytes bytes = look.goesThroughTransforms()
                            ? seenBytes(look, table.partOf(place), table.indexOf(place))
                            : storedBytes(look, table.examplesOf(place), table.indexOf(place));
    if (!bytes.imageColumn->isImage()) return {};
    QImage picture = look.isSeen ? normalisedPicture(bytes, look)
                                 : imageOf(pixelsOf(bytes.image), extentOf(*bytes.imageColumn));
    if (look.mask >= 0 && !look.maskColours.empty()) layOver(picture, bytes, look);
    return picture;
}

std::optional<AveragePicture> averagePicture(const PictureLook& look, const SampleTable& table,
                                             const FoundSamples& of, std::stop_token stop) {
    constexpr int64_t most = 2000;
    if (look.image < 0 || !look.stored || of.count == 0) return {};
    const auto column = static_cast<size_t>(look.image);
    const ImageExtent extent = extentOf(look.stored->storedColumns()[column]);
    if (extent.elements() == 0) return {};
    AveragePicture average;
    std::vector<float> sums(static_cast<size_t>(extent.elements()));
    const int64_t step = (of.count + most - 1) / most;
    for (int64_t row = 0; row < of.count; row += step) {
        if (stop.stop_requested()) return {};
        const int64_t place = of.at(row);
        const auto pixels = table.examplesOf(place).pixels(column, table.indexOf(place));
        for (size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<float>(pixels[i]);
        ++average.count;
    }
    average.picture = imageOf(sums, extent, 0, 255.0 * static_cast<double>(average.count));
    return average;
}

}  // namespace vitrine::gui
