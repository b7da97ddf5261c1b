// SPDX-License-Identifier: Apache-2.0
// Data format "two_moons": points in the plane on two half circles that reach into each other.
// Needs no files.
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "core/base/rng.h"
#include "core/data/drawn_dataset.h"

namespace vitrine::formats::two_moons {

namespace {

constexpr FieldSpec fields[] = {
    trainCountField("Training points", 1000),
    testCountField("Test points", 1000),
    {.id = "noise",
     .title = "Noise",
     .type = FieldType::Real,
     .defaultNumber = 0.1,
     .minimum = 0,
     .maximum = 2,
     .help = "Standard deviation of each point in both directions; the half circles have radius "
             "1."},
};

constexpr ColumnSpec columns[] = {
    {.name = "point", .dtype = DType::F32, .help = "Its place in the plane, x and y."},
    {.name = "label", .dtype = DType::I32, .help = "Which of the moons it belongs to."}};

struct Point {
    std::array<float, 2> at{};
    int32_t moon = 0;
};

/// (cos t, sin t) on the upper moon, (1 − cos t, ½ − sin t) on the lower one, 0 ≤ t < π.
Point drawPoint(uint64_t seed, uint64_t index, double noise) {
    Rng rng(seed, RngStream::Synthetic, index);
    const auto moon = static_cast<int32_t>(rng.below(2));
    const double t = rng.uniform(0, std::numbers::pi);
    const double x = moon == 0 ? std::cos(t) : 1 - std::cos(t);
    const double y = moon == 0 ? std::sin(t) : 0.5 - std::sin(t);
    const double dx = noise * rng.normal(), dy = noise * rng.normal();
    return {{static_cast<float>(x + dx), static_cast<float>(y + dy)}, moon};
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    DrawnFormat format{.id = "two_moons", .examples = "points"};
    format.columns = {{.name = "point", .dtype = DType::F32, .shape = {2}},
                      {.name = "label", .dtype = DType::I32, .classes = {"upper", "lower"}}};
    format.draw = [noise = attrs.real("noise"), seed = request.seed](uint64_t index,
                                                                     std::span<std::byte> record) {
        const Point point = drawPoint(seed, index, noise);
        std::memcpy(record.data(), point.at.data(), sizeof point.at);
        std::memcpy(&record[sizeof point.at], &point.moon, sizeof point.moon);
    };
    return openDrawn(std::move(format), attrs, request);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "two_moons",
    .title = "Two moons",
    .summary = "Points on two half circles that reach into each other, generated; no files needed.",
    .columns = columns,
    .fields = fields,
    .needsFolder = false,
    .open = open,
};

}  // namespace vitrine::formats::two_moons
