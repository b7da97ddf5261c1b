// SPDX-License-Identifier: Apache-2.0
// Patterns are matched from left to right; a star tries short texts first.
#include "core/session/weight_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/file.h"

namespace vitrine {

namespace {

constexpr size_t mostStars = 4, mostRules = 10'000;

/// What stars and braces of a rule's left side stand for.
struct Captured {
    std::vector<std::string_view> stars;
    std::map<std::string_view, int64_t, std::less<>> numbers;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes a number from the front of `name`. Zeros in front are letters of another name.
std::optional<int64_t> takeNumber(std::string_view& name) {
    size_t digits = 0;
    while (digits < name.size() && digits < 9 && isDigit(name[digits])) ++digits;
    if (digits == 0 || (digits > 1 && name[0] == '0')) return {};
    int64_t number = 0;
    std::from_chars(name.data(), name.data() + digits, number);
    name.remove_prefix(digits);
    return number;
}

bool matches(std::string_view pattern, std::string_view name, Captured& captured) {
    while (!pattern.empty()) {
        if (pattern[0] == '*') {
            for (size_t length = 0; length <= name.size(); ++length) {
                Captured tried = captured;
                tried.stars.push_back(name.substr(0, length));
                if (!matches(pattern.substr(1), name.substr(length), tried)) continue;
                captured = std::move(tried);
                return true;
            }
            return false;
        }
        if (pattern[0] == '{') {
            const size_t end = pattern.find('}');
            const auto number = takeNumber(name);
            if (!number) return false;
            const auto [place, isNew] =
                captured.numbers.try_emplace(pattern.substr(1, end - 1), *number);
            if (!isNew && place->second != *number) return false;
            pattern.remove_prefix(end + 1);
            continue;
        }
        if (name.empty() || name[0] != pattern[0]) return false;
        pattern.remove_prefix(1);
        name.remove_prefix(1);
    }
    return name.empty();
}

/// `b+1` → the name and what is added to it.
struct Term {
    std::string_view name;
    int64_t added = 0;
};
std::optional<Term> termOf(std::string_view text) {
    const size_t sign = text.find_first_of("+-");
    Term term{text.substr(0, sign)};
    const bool isName = !term.name.empty() && std::ranges::all_of(term.name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
    if (!isName) return {};
    if (sign == std::string_view::npos) return term;
    const std::string_view digits = text.substr(sign + 1);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), term.added);
    if (failure != std::errc() || end != digits.data() + digits.size() || term.added < 0) return {};
    if (text[sign] == '-') term.added = -term.added;
    return term;
}

std::optional<std::string> filled(std::string_view ours, const Captured& captured) {
    std::string name;
    size_t star = 0;
    while (!ours.empty()) {
        if (ours[0] == '*') {
            name += captured.stars[star++];
            ours.remove_prefix(1);
        } else if (ours[0] == '{') {
            const size_t end = ours.find('}');
            const Term term = *termOf(ours.substr(1, end - 1));
            const int64_t number = captured.numbers.find(term.name)->second + term.added;
            if (number < 0) return {};
            name += std::to_string(number);
            ours.remove_prefix(end + 1);
        } else {
            name += ours[0];
            ours.remove_prefix(1);
        }
    }
    return name;
}

/// Names in braces, or nothing where a brace is not closed or holds something else.
std::optional<std::vector<Term>> termsOf(std::string_view pattern) {
    std::vector<Term> terms;
    for (size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at)) {
        const size_t end = pattern.find('}', at);
        if (end == std::string_view::npos) return {};
        const auto term = termOf(pattern.substr(at + 1, end - at - 1));
        if (!term) return {};
        terms.push_back(*term);
        at = end;
    }
    return terms;
}

std::string whyNot(const WeightRule& rule) {
    if (rule.theirs.empty()) return "nothing stands before the arrow";
    const auto stars = std::ranges::count(rule.theirs, '*');
    if (stars > std::ptrdiff_t{mostStars}) return "it has more than four stars";
    if (std::ranges::count(rule.ours, '*') > stars) return "it has more stars behind the arrow";
    const auto theirs = termsOf(rule.theirs), ours = termsOf(rule.ours);
    if (!theirs || !ours) return "braces hold a name, and behind the arrow +1 or -1 after it";
    for (const Term& term : *theirs)
        if (term.added != 0) return "numbers are changed behind the arrow only";
    for (const Term& term : *ours)
        if (std::ranges::find(*theirs, term.name, &Term::name) == theirs->end())
            return fmt::format("'{}' does not stand before the arrow", printable(term.name, 40));
    return {};
}

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Error badRule(const std::string& title, int line, std::string_view why) {
    Error error{"W15",
                fmt::format("'{}', line {}: {}", printable(title), line, why),
                {},
                "Nothing was loaded.",
                "A rule reads: theirs.{n}.weight -> ours{n+1}.weight"};
    error.place.file = title;
    error.place.line = line;
    return error;
}

}  // namespace

Result<std::vector<WeightRule>> parseWeightRules(const std::string& title, std::string_view text) {
    std::vector<WeightRule> rules;
    for (int number = 1; !text.empty(); ++number) {
        const size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line[0] == '#') continue;
        constexpr std::string_view plain = "->", drawn = "→";
        const size_t at = std::min(line.find(plain), line.find(drawn));
        if (at == std::string_view::npos) return badRule(title, number, "it has no arrow ->");
        const size_t width = line.substr(at).starts_with(plain) ? plain.size() : drawn.size();
        WeightRule rule{std::string(trimmed(line.substr(0, at))),
                        std::string(trimmed(line.substr(at + width)))};
        if (const std::string why = whyNot(rule); !why.empty()) return badRule(title, number, why);
        if (rules.size() == mostRules) return badRule(title, number, "10,000 rules are before it");
        rules.push_back(std::move(rule));
    }
    return rules;
}

std::optional<std::string> renamed(const WeightRule& rule, std::string_view name) {
    Captured captured;
    if (!matches(rule.theirs, name, captured)) return {};
    return filled(rule.ours, captured);
}

std::optional<std::string> renamed(std::span<const WeightRule> rules, std::string_view name) {
    for (const WeightRule& rule : rules)
        if (auto found = renamed(rule, name)) return found;
    return {};
}

}  // namespace vitrine
