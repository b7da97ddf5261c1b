// SPDX-License-Identifier: Apache-2.0
// Reads `field=value …` by the fields' descriptions.
#include "core/session/chosen_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/optim/families/schedule_text.h"

namespace vitrine {

namespace {

using schedules::takeUntil;

/// `field=value`.
Result<void> setField(Attrs& attrs, std::string_view option, std::string_view word) {
    const size_t equals = word.find('=');
    const auto spec = std::ranges::find(attrs.specs(), word.substr(0, equals), &FieldSpec::id);
    if (equals == std::string_view::npos || spec == attrs.specs().end()) {
        std::vector<std::string_view> known;
        for (const FieldSpec& field : attrs.specs()) known.push_back(field.id);
        return Error{"P11",
                     fmt::format("--{} has '{}', wanted field=value with one of {}", option,
                                 printable(word, 60), fmt::join(known, ", ")),
                     {},
                     "Nothing was started.",
                     {}};
    }
    std::string text(word.substr(equals + 1));
    if (spec->type == FieldType::IntList) std::erase(text, ' ');
    Result<FieldValue> value = fieldFromText(*spec, text);
    if (!value) return value.error();
    return attrs.set(spec->id, std::move(value).value());
}

/// The field that a word sets; null: none.
const FieldSpec* fieldOf(std::string_view word, std::span<const FieldSpec> fields) {
    const auto found = std::ranges::find_if(fields, [&](const FieldSpec& field) {
        return word.starts_with(field.id) && word.substr(field.id.size()).starts_with('=');
    });
    return found == fields.end() ? nullptr : &*found;
}

/// `a=1 b=2; 3`: a value that is a text or a list goes on over blanks, up to the next field.
std::vector<std::string_view> assignments(std::string_view text,
                                          std::span<const FieldSpec> fields) {
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const std::string_view word = takeUntil(text, ' ');
        if (word.empty()) continue;
        const FieldSpec* last = found.empty() ? nullptr : fieldOf(found.back(), fields);
        const bool hasBlanks =
            last && (last->type == FieldType::Text || last->type == FieldType::IntList);
        if (hasBlanks && !fieldOf(word, fields))
            found.back() = {found.back().data(), word.data() + word.size()};
        else
            found.push_back(word);
    }
    return found;
}

}  // namespace

Error unknownChoice(std::string_view option, std::string_view found,
                    const std::vector<std::string_view>& known) {
    return {"P11",
            fmt::format("--{} is '{}', wanted one of {}", option, printable(found, 60),
                        fmt::join(known, ", ")),
            {},
            "Nothing was started.",
            "Where it has fields, they can follow as field=value."};
}

Result<void> setFieldsFromText(Attrs& attrs, std::string_view option, std::string_view text) {
    for (const std::string_view word : assignments(text, attrs.specs())) {
        const Result<void> set = setField(attrs, option, word);
        if (set) continue;
        Error error = set.error();
        if (error.next.empty()) error.next = "Give fields as field=value, each in its range.";
        return error;
    }
    return {};
}

}  // namespace vitrine
