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

/// Colours of classes over the picture; the ground, class 0, stays clear.
void layOver(QImage& picture, const Bytes& bytes, const PictureLook& look) {
    const ImageExtent extent = extentOf(*bytes.maskColumn);
    if (extent.width != picture.width() || extent.height != picture.height()) return;
    const auto mix = [&](int below, int above) {
        return static_cast<int>(std::lround(below + look.maskShare * (above - below)));
    };
    size_t at = 0;
    for (int y = 0; y < extent.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
        for (int x = 0; x < extent.width; ++x, ++at) {
            const auto number = static_cast<size_t>(bytes.mask[at]);
            if (number == 0) continue;
            const QRgb colour = look.maskColours[number % look.maskColours.size()];
            line[x] = qRgb(mix(qRed(line[x]), qRed(colour)), mix(qGreen(line[x]), qGreen(colour)),
                           mix(qBlue(line[x]), qBlue(colour)));
        }
    }
}

QImage normalisedPicture(const Bytes& bytes, const PictureLook& look) {
    const std::span<const uint8_t> pixels = pixelsOf(bytes.image);
    const auto [mean, std] = std::pair(look.normalisation.mean, look.normalisation.std);
    std::vector<float> numbers(pixels.size());
    std::ranges::transform(pixels, numbers.begin(), [&](uint8_t byte) {
        return static_cast<float>((byte / 255.0 - mean) / std);
    });
    const auto [lowest, highest] = look.range();
    return imageOf(numbers, extentOf(*bytes.imageColumn), lowest, highest);
}

}  // namespace

bool PictureLook::isCheap(const SampleTable& table, int64_t place) const {
    if (goesThroughTransforms()) return false;
    const ExampleSource& source = *table.examplesOf(place).source;
    return source.isAtHand(static_cast<size_t>(image)) &&
           (mask < 0 || source.isAtHand(static_cast<size_t>(mask)));
}

std::pair<double, double> PictureLook::range() const {
    if (!isSeen) return {0, 255};
    const double largest =
        std::max(std::abs(normalisation.mean), std::abs(1 - normalisation.mean)) /
        normalisation.std;
    return {-largest, largest};
}

QImage pictureOf(const PictureLook& look, const SampleTable& table, int64_t place) {
    if (look.image < 0 || !look.stored) return {};
    const Bytes bytes = look.goesThroughTransforms()
                            ? seenBytes(look, table.partOf(place), table.indexOf(place))
                            : storedBytes(look, table.examplesOf(place), table.indexOf(place));
    if (!bytes.imageColumn->isImage()) return {};
    QImage picture = look.isSeen ? normalisedPicture(bytes, look)
                                 : imageOf(pixelsOf(bytes.image), extentOf(*bytes.imageColumn));
    if (look.mask >= 0 && !look.maskColours.empty()) layOver(picture, bytes, look);
    return picture;
}

}  // namespace vitrine::gui
