// SPDX-License-Identifier: Apache-2.0
// A learning rate through points that a person names.
#include <fmt/format.h>

#include "core/base/file.h"
#include "core/optim/families/schedule_text.h"
#include "core/optim/families/warmup.h"

namespace vitrine::schedules::piecewise {

namespace {

constexpr double mostEpochs = 1e6, mostFactor = 1000;

struct Point {
    double epoch = 0, factor = 0;
};

/// `10:0.5`
std::optional<Point> pointIn(std::string_view text) {
    const std::optional<double> epoch = numberIn(takeUntil(text, ':'));
    const std::optional<double> factor = numberIn(trimmed(text));
    if (!epoch || !factor) return std::nullopt;
    return Point{*epoch, *factor};
}

Result<void> check(const Attrs& attrs) {
    std::string_view text = attrs.text("points");
    double last = -1;
    do {
        const std::string_view word = takeUntil(text, ',');
        const std::optional<Point> point = pointIn(word);
        if (point && point->epoch > last && point->epoch >= 0 && point->epoch <= mostEpochs &&
            point->factor >= 0 && point->factor <= mostFactor) {
            last = point->epoch;
            continue;
        }
        Error error{"P11",
                    fmt::format("field 'points' has '{}', wanted an epoch of 0 or more, later than "
                                "the one before, a colon and a factor from 0 to {}",
                                printable(word, 60), mostFactor),
                    {},
                    {},
                    "An example: 0:1, 10:0.5, 20:0.1."};
        error.place.field = "points";
        return error;
    } while (!text.empty());
    return {};
}

/// Before the first point its factor, behind the last one that one's. The step at a point has the
/// point's factor. A text that check refuses counts as far as it can be read, and as 1 where it
/// cannot.
double factor(const Attrs& attrs, const ScheduleContext& c) {
    const double epoch = static_cast<double>(c.step) / static_cast<double>(c.stepsPerEpoch);
    const bool isLinear = attrs.text("between") == "line";
    std::string_view text = attrs.text("points");
    std::optional<Point> before = pointIn(takeUntil(text, ','));
    if (!before) return 1;
    while (!text.empty() && epoch > before->epoch) {
        const std::optional<Point> next = pointIn(takeUntil(text, ','));
        if (!next) break;
        if (epoch < next->epoch) {
            const double t = (epoch - before->epoch) / (next->epoch - before->epoch);
            return before->factor + (isLinear ? t * (next->factor - before->factor) : 0);
        }
        before = next;
    }
    return before->factor;
}

constexpr std::string_view ways[] = {"line", "stairs"};
constexpr FieldSpec fields[] = {
    {.id = "points",
     .title = "Points",
     .type = FieldType::Text,
     .defaultText = "0:1, 10:0.5, 20:0.1",
     .help = "Epochs, which may lie between whole ones, and the factor that the learning rate has "
             "there: 0:1, 10:0.5, 20:0.1."},
    {.id = "between",
     .title = "Between",
     .type = FieldType::Choice,
     .defaultText = "line",
     .help = "How it goes from point to point: along a line, or in stairs, where each factor stays "
             "until the next point.",
     .choices = ways},
    addition(warmupEpochs),
    warmupStart};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "piecewise",
    .title = "Through points",
    .summary = "The learning rate goes through points that you name.",
    .fields = fields,
    .factor = afterWarmup<factor>,
    .check = check,
};

}  // namespace vitrine::schedules::piecewise
