// SPDX-License-Identifier: Apache-2.0
// Colours: what mixes channels or looks at the whole image.
#include "core/data/pixels/colour.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vitrine {

namespace {

constexpr std::array<std::array<uint32_t, 3>, 3> weightsOf{
    {{19595, 38470, 7471}, {13933, 46871, 4732}, {21845, 21846, 21845}}};

uint8_t byteOf(double value) { return static_cast<uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); }

bool hasColours(const WorkedImage& image) { return !image.isMask && image.shape[0] == 3; }

/// A pixel of three channels in place.
struct Rgb {
    uint8_t &red, &green, &blue;
    uint8_t grey() const { return greyOf(red, green, blue); }
};

template <class Work>
void eachColour(WorkedImage& image, const Work& work) {
    const auto plane = static_cast<size_t>(image.shape[1] * image.shape[2]);
    uint8_t* pixels = image.pixels.data();
    for (size_t i = 0; i < plane; ++i)
        work(Rgb{pixels[i], pixels[plane + i], pixels[2 * plane + i]});
}

double meanGrey(WorkedImage& image) {
    uint64_t sum = 0;
    if (hasColours(image))
        eachColour(image, [&](const Rgb& pixel) { sum += pixel.grey(); });
    else
        for (const uint8_t pixel : image.pixels) sum += pixel;
    const auto count = image.pixels.size() / (hasColours(image) ? 3 : 1);
    return static_cast<double>(sum) / static_cast<double>(count);
}

/// Hue in sixths of the circle from 0 to 6, where there is one.
double hueOf(const Rgb& pixel, double most, double range) {
    const double red = pixel.red, green = pixel.green, blue = pixel.blue;
    if (most == red) return std::fmod((green - blue) / range + 6, 6);
    return most == green ? (blue - red) / range + 2 : (red - green) / range + 4;
}

void turnHueOf(const Rgb& pixel, double sixths) {
    const double most = std::max({pixel.red, pixel.green, pixel.blue});
    const double least = std::min({pixel.red, pixel.green, pixel.blue});
    const double range = most - least;
    if (range == 0) return;
    const double hue = hueOf(pixel, most, range) + sixths;
    // A channel is full for two sixths, falls over one, is empty for two, rises over one.
    const auto channel = [&](double from) {
        double at = std::fmod(hue - from, 6);
        if (at < 0) at += 6;
        return byteOf(least + range * std::clamp(std::abs(at - 3) - 1, 0.0, 1.0));
    };
    pixel.red = channel(0);
    pixel.green = channel(2);
    pixel.blue = channel(4);
}

}  // namespace

GreyWeights greyWeightsNamed(std::string_view name) {
    return static_cast<GreyWeights>(std::ranges::find(greyWeights, name) - greyWeights);
}

uint8_t greyOf(uint8_t red, uint8_t green, uint8_t blue, GreyWeights weights) {
    const auto& [r, g, b] = weightsOf[static_cast<size_t>(weights)];
    return static_cast<uint8_t>((red * r + green * g + blue * b + 0x8000) >> 16);
}

void makeGrey(WorkedImage& image, GreyWeights weights, int64_t channels) {
    if (image.isMask) return;
    const auto plane = static_cast<size_t>(image.shape[1] * image.shape[2]);
    if (image.shape[0] == 3)
        eachColour(image, [&](const Rgb& pixel) {
            pixel.red = greyOf(pixel.red, pixel.green, pixel.blue, weights);
        });
    image.pixels.resize(plane * static_cast<size_t>(channels));
    for (size_t c = 1; c < static_cast<size_t>(channels); ++c)
        std::copy_n(image.pixels.begin(), plane,
                    image.pixels.begin() + static_cast<std::ptrdiff_t>(c * plane));
    image.shape = {channels, image.shape[1], image.shape[2]};
}

void changeContrast(WorkedImage& image, double factor) {
    if (image.isMask) return;
    const double mean = meanGrey(image);
    for (uint8_t& pixel : image.pixels) pixel = byteOf(mean + factor * (pixel - mean));
}

void saturate(WorkedImage& image, double factor) {
    if (!hasColours(image)) return;
    eachColour(image, [&](const Rgb& pixel) {
        const double grey = pixel.grey();
        for (uint8_t* channel : {&pixel.red, &pixel.green, &pixel.blue})
            *channel = byteOf(grey + factor * (*channel - grey));
    });
}

void turnHue(WorkedImage& image, double turns) {
    if (!hasColours(image)) return;
    eachColour(image, [&](const Rgb& pixel) { turnHueOf(pixel, 6 * turns); });
}

void sharpen(WorkedImage& image, double factor) {
    const int64_t height = image.shape[1], width = image.shape[2];
    if (image.isMask || height < 3 || width < 3) return;
    image.spare = image.pixels;
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (int64_t y = 1; y < height - 1; ++y)
            for (int64_t x = 1; x < width - 1; ++x) {
                const int64_t at = (c * height + y) * width + x;
                const uint8_t* from = image.pixels.data() + at;
                int sum = 4 * from[0];
                for (const int64_t row : {-width, int64_t{0}, width})
                    sum += from[row - 1] + from[row] + from[row + 1];
                const double smooth = static_cast<double>((2 * sum + 13) / 26);
                image.spare[static_cast<size_t>(at)] = byteOf(smooth + factor * (*from - smooth));
            }
    image.pixels.swap(image.spare);
}

}  // namespace vitrine
