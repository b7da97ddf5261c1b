// SPDX-License-Identifier: Apache-2.0
// Splits graph text into words, each with its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

struct TextToken {
    enum class Kind : uint8_t {
        Word,  ///< names, numbers, lists of numbers: letters, digits, `_`, `.`, `,`, `-`, `+`, `/`
        Quoted,  ///< `"…"`, without the quotation marks
        Arrow,   ///< `->`
        Sign,    ///< one of ( ) [ ] < = @
        Break,   ///< the end of a statement: `;`, or a line that does not go on with `->`
        End
    };
    Kind kind = Kind::End;
    std::string text;
    int line = 1, column = 1;

    bool is(Kind wanted) const { return kind == wanted; }
    bool isSign(char sign) const { return kind == Kind::Sign && text[0] == sign; }
};

/// The whole text; the last token is End. Errors: "S01".
Result<std::vector<TextToken>> scanGraphText(std::string_view text);

/// An Error that begins with the token's place: `line 2, column 7: `.
Error textError(const TextToken& at, std::string_view message, std::string code = "S01");

}  // namespace vitrine
