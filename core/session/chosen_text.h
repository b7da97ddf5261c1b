// SPDX-License-Identifier: Apache-2.0
// Things with fields as a command's words say them: `adam beta1=0.8`.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/project.h"

namespace vitrine {

/// "P11": `--option` is `found`, and may be one of `known`.
Error unknownChoice(std::string_view option, std::string_view found,
                    const std::vector<std::string_view>& known);

/// Sets what `field=value field=value …` says; a value that is a text or a list goes on over
/// blanks, up to the next field. Errors: "P11" with the word and what it may be.
Result<void> setFieldsFromText(Attrs& attrs, std::string_view option, std::string_view text);

/// `id field=value …` of a registry. Errors: as above.
template <class Descriptor>
Result<ChosenThing> chosenFromText(std::string_view option, std::string_view text,
                                   std::span<const Descriptor* const> all) {
    const size_t blank = std::min(text.find(' '), text.size());
    const std::string_view id = text.substr(0, blank);
    const auto found = std::ranges::find(all, id, [](const Descriptor* d) { return d->id; });
    if (found == all.end()) {
        std::vector<std::string_view> known;
        for (const Descriptor* descriptor : all) known.push_back(descriptor->id);
        return unknownChoice(option, id, known);
    }
    ChosenThing thing{std::string(id), Attrs((*found)->fields)};
    VITRINE_TRY(setFieldsFromText(thing.attrs, option, text.substr(blank)));
    if constexpr (requires { (*found)->check; }) VITRINE_TRY(checkFields(**found, thing.attrs));
    return thing;
}

}  // namespace vitrine
