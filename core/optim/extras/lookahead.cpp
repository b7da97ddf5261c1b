// SPDX-License-Identifier: Apache-2.0
// Lookahead (Zhang et al. 2019): k steps forward, one step back.
#include "core/optim/extra.h"

namespace vitrine::extras::lookahead {

namespace {

constexpr std::string_view numbers[] = {"begins", "goes_on", "back", "stays"};

/// Whether a round of k steps begins with this one, and whether it ends; each with its opposite.
double numberAt(const Attrs& attrs, const ScheduleContext& c, size_t number) {
    const int64_t k = attrs.integer("steps");
    const bool begins = c.step % k == 0, ends = (c.step + 1) % k == 0;
    const bool is[] = {begins, !begins, ends, !ends};
    return is[number] ? 1 : 0;
}

/// A round begins where the slow weights are: they are taken from there, so that none need to be
/// there at the start. At its end slow' = slow + alpha · (fast − slow), and fast is the same.
ExtraResult behind(Builder& b, const Attrs& attrs, const ExtraContext& c) {
    const auto either = [&](ValueId a, ValueId isA, ValueId other, ValueId isOther) {
        return b.add(b.mul(a, isA), b.mul(other, isOther));
    };
    const ValueId slow = either(c.before, c.numbers[0], c.slot, c.numbers[1]);
    const ValueId way = b.scale(b.sub(c.after, slow), attrs.real("alpha"));
    const ValueId next = either(b.add(slow, way), c.numbers[2], slow, c.numbers[3]);
    return {either(next, c.numbers[2], c.after, c.numbers[3]), next};
}

constexpr FieldSpec fields[] = {
    {.id = "steps",
     .title = "Steps",
     .type = FieldType::Int,
     .defaultNumber = 5,
     .minimum = 1,
     .maximum = 1e6,
     .unit = "steps",
     .help = "Steps that the fast weights go before the slow ones follow."},
    {.id = "alpha",
     .title = "Alpha",
     .type = FieldType::Real,
     .defaultNumber = 0.5,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of the way that the slow weights follow; the fast ones go back to there."}};

}  // namespace

extern const ExtraDescriptor descriptor;
constinit const ExtraDescriptor descriptor = {
    .id = "lookahead",
    .title = "Lookahead",
    .summary = "Every few steps the weights go back part of the way to where they were.",
    .fields = fields,
    .numbers = numbers,
    .numberAt = numberAt,
    .slot = "slow",
    .behind = behind,
};

}  // namespace vitrine::extras::lookahead
