// SPDX-License-Identifier: Apache-2.0
// Reading of equations.
#include "core/ops/families/einsum_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/opdef/descriptor.h"

namespace vitrine::einsum {

namespace {

/// Labels of the axes that `...` stands for; the last axis has the first of them.
constexpr Label unnamed = 1000;
constexpr std::string_view dots = "...";

/// One operand or the result, with 0 for `...`.
Result<Labels> termOf(std::string_view text, std::string_view equation) {
    Labels labels;
    bool hasDots = false;
    while (!text.empty()) {
        const char letter = text.front();
        if (text.starts_with(dots) && !hasDots) {
            labels.push_back(0);
            hasDots = true;
            text.remove_prefix(dots.size());
            continue;
        }
        const bool isLetter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
        if (!isLetter && letter != ' ')
            return shapeError(fmt::format(
                "equation '{}' has '{}', wanted letters, ',', '->' and at most one '...' in a term",
                equation, letter));
        if (isLetter) labels.push_back(letter);
        text.remove_prefix(1);
    }
    return labels;
}

/// The labels of an operand of so many axes.
Result<Labels> spreadOver(const Labels& term, int rank, size_t place, std::string_view equation) {
    const bool hasDots = contains(term, 0);
    const int named = static_cast<int>(term.size()) - (hasDots ? 1 : 0);
    if (named > rank || (!hasDots && named != rank))
        return shapeError(fmt::format("equation '{}' names {} axes of x{}, it has {}", equation,
                                      named, place, rank));
    Labels labels;
    for (Label label : term) {
        if (label != 0) labels.push_back(label);
        for (int k = rank - named; label == 0 && k-- > 0;) labels.push_back(unnamed + k);
    }
    return labels;
}

std::vector<std::string_view> partsOf(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    for (size_t at; (at = text.find(separator)) != std::string_view::npos;) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    parts.push_back(text);
    return parts;
}

/// `...`, then by the alphabet what stands once.
Labels resultOf(const std::vector<Labels>& operands) {
    std::map<Label, int> times;
    for (const Labels& labels : operands)
        for (Label label : labels) ++times[label];
    Labels letters, result;
    for (const auto& [label, count] : times) {
        if (label >= unnamed)
            result.insert(result.begin(), label);
        else if (count == 1)
            letters.push_back(label);
    }
    result.insert(result.end(), letters.begin(), letters.end());
    return result;
}

Result<void> checkExtents(const Equation& equation, const std::vector<Shape>& shapes,
                          std::string_view text) {
    for (size_t k = 0; k < shapes.size(); ++k)
        for (size_t axis = 0; axis < equation.operands[k].size(); ++axis) {
            const Label label = equation.operands[k][axis];
            const int64_t own = shapes[k][static_cast<int>(axis)];
            const int64_t extent = extentOf(equation, shapes, label);
            const bool isDiagonal = std::ranges::count(equation.operands[k], label) > 1;
            if (own != extent && (own != 1 || isDiagonal))
                return shapeError(
                    fmt::format("axis {} of x{} has {} in equation '{}', others of "
                                "the same letter have {}",
                                axis, k, own, text, extent));
        }
    return {};
}

Result<Labels> writtenResult(std::string_view text, const std::vector<Labels>& operands,
                             std::string_view equation) {
    const auto term = termOf(text, equation);
    if (!term) return term.error();
    size_t most = 0;
    for (const Labels& labels : operands)
        most = std::max(most, static_cast<size_t>(std::ranges::count_if(
                                  labels, [](Label label) { return label >= unnamed; })));
    const size_t rank = term->size() + (contains(*term, 0) ? most - 1 : 0);
    auto labels = spreadOver(*term, static_cast<int>(rank), 0, equation);
    for (size_t i = 0; labels.ok() && i < labels->size(); ++i) {
        const Label label = (*labels)[i];
        const bool isKnown =
            std::ranges::any_of(operands, [&](const Labels& own) { return contains(own, label); });
        if (!isKnown || std::ranges::count(*labels, label) > 1)
            return shapeError(
                fmt::format("equation '{}' needs each letter of its result once, and "
                            "in an operand",
                            equation));
    }
    return labels;
}

}  // namespace

bool contains(const Labels& labels, Label label) { return std::ranges::count(labels, label) > 0; }

int64_t extentOf(const Equation& equation, const std::vector<Shape>& shapes, Label label) {
    int64_t extent = 1;
    for (size_t k = 0; k < shapes.size(); ++k)
        for (size_t axis = 0; axis < equation.operands[k].size(); ++axis)
            if (equation.operands[k][axis] == label)
                extent = std::max(extent, shapes[k][static_cast<int>(axis)]);
    return extent;
}

Result<Equation> read(std::string_view text, const std::vector<Shape>& shapes) {
    const std::vector<std::string_view> sides = partsOf(text, "->");
    const std::vector<std::string_view> terms = partsOf(sides[0], ",");
    if (sides.size() > 2 || terms.size() != shapes.size())
        return shapeError(fmt::format("equation '{}' is of {} operands, got {}", text, terms.size(),
                                      shapes.size()));
    Equation equation;
    for (size_t k = 0; k < terms.size(); ++k) {
        const auto term = termOf(terms[k], text);
        if (!term) return term.error();
        auto labels = spreadOver(*term, shapes[k].rank(), k, text);
        if (!labels) return labels.error();
        equation.operands.push_back(std::move(*labels));
    }
    VITRINE_TRY(checkExtents(equation, shapes, text));
    if (sides.size() == 1) {
        equation.result = resultOf(equation.operands);
        return equation;
    }
    auto result = writtenResult(sides[1], equation.operands, text);
    if (!result) return result.error();
    equation.result = std::move(*result);
    return equation;
}

}  // namespace vitrine::einsum
