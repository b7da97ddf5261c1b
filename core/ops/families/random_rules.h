// SPDX-License-Identifier: Apache-2.0
// What operators that draw random numbers have in common: the key of the step, a stream of their
// own, and masks that are drawn again wherever they are needed instead of being kept.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::random {

/// The program's input for random numbers, made where no operator has asked for it yet.
ValueId key(Builder& b);
/// A number that follows from the path of the node's keys alone (FNV-1a), so that neither editing
/// another node nor another name changes its random numbers. An operator that draws more than once
/// says what for.
int64_t streamOf(const std::vector<std::string>& keys, std::string_view use = {});
/// x with a random share `rate` of its elements at zero and the others divided by 1 − rate.
ValueId drop(Builder& b, ValueId x, double rate, std::string_view use = {});
/// The same in training alone; else, and where the rate is zero, x.
ValueId dropInTraining(Builder& b, ValueId x, double rate, std::string_view use = {});
/// x with the first `axes` of its axes dropped as wholes: each of their places keeps or loses all
/// that lies behind it.
ValueId dropWholes(Builder& b, ValueId x, int axes, double rate, std::string_view use = {});

/// Normal numbers of mean 0 and variance 1 (Box and Muller 1958), at most 5.8 in size: they come of
/// two uniform ones of 23 bits.
ValueId normal(Builder& b, const ValueShape& like, std::string_view use = {});

constexpr FieldSpec rateField(double standard, std::string_view help) {
    return {.id = "rate",
            .title = "Rate",
            .type = FieldType::Real,
            .defaultNumber = standard,
            .minimum = 0,
            .maximum = 0.999,
            .help = help,
            .onNode = OnNode::Value};
}

}  // namespace vitrine::random
