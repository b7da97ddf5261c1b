// SPDX-License-Identifier: Apache-2.0
// Einsum: sums of products along the axes that letters name, pair by pair as products of matrices.
#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::einsum {

namespace {

/// Letters, and numbers from `ellipsis` on for the axes that three dots stand for, counted from
/// behind.
constexpr int ellipsis = 256;
using Letters = std::vector<int>;

struct Term {
    Letters letters;
    Value x;
};

bool holds(const Letters& letters, int letter) {
    return std::ranges::find(letters, letter) != letters.end();
}

/// `dots`: how many axes three dots stand for.
Letters lettersOf(const Context& c, std::string_view text, int dots) {
    Letters letters;
    for (size_t k = 0; k < text.size(); ++k) {
        if (text.substr(k, 3) == "...") {
            for (int axis = dots; axis > 0; --axis) letters.push_back(ellipsis + axis);
            k += 2;
        } else if ((text[k] >= 'a' && text[k] <= 'z') || (text[k] >= 'A' && text[k] <= 'Z')) {
            letters.push_back(text[k]);
        } else {
            c.refuseAttribute("equation", "letters, commas, three dots and one arrow");
        }
    }
    return letters;
}

std::vector<std::string> partsOf(const std::string& text) {
    std::vector<std::string> parts(1);
    for (char letter : text)
        if (letter == ',')
            parts.emplace_back();
        else
            parts.back() += letter;
    return parts;
}

int dotsOf(const std::string& part, int rank) {
    if (part.find("...") == std::string::npos) return 0;
    return rank - static_cast<int>(part.size()) + 3;
}

/// The diagonal of the two axes of a letter that a term has twice.
void takeDiagonals(Context& c, Term& term) {
    for (size_t a = 0; a < term.letters.size(); ++a) {
        const auto twin = std::find(term.letters.begin() + static_cast<std::ptrdiff_t>(a) + 1,
                                    term.letters.end(), term.letters[a]);
        if (twin == term.letters.end()) continue;
        const auto b = static_cast<size_t>(twin - term.letters.begin());
        const Shape shape = c.shapeOf(term.x);
        std::vector<int64_t> order, extents;
        for (size_t k = 0; k < term.letters.size(); ++k)
            if (k != a && k != b) order.push_back(static_cast<int64_t>(k));
        for (int64_t k : order) extents.push_back(shape[static_cast<int>(k)]);
        order.push_back(static_cast<int64_t>(a));
        order.push_back(static_cast<int64_t>(b));
        const int64_t side = shape[static_cast<int>(a)];
        extents.push_back(side * side);
        const Value flat = c.reshape(c.transpose(term.x, order), extents);
        term.x = c.slice(flat, std::ssize(extents) - 1, 0, side, side + 1);
        const int letter = term.letters[a];
        std::erase(term.letters, letter);
        term.letters.push_back(letter);
        return takeDiagonals(c, term);
    }
}

/// Sums over the letters that nothing else has.
void sumAlone(Context& c, Term& term, const Letters& others) {
    std::vector<int64_t> axes;
    Letters left;
    for (size_t k = 0; k < term.letters.size(); ++k)
        if (holds(others, term.letters[k]))
            left.push_back(term.letters[k]);
        else
            axes.push_back(static_cast<int64_t>(k));
    if (axes.empty()) return;
    const Attrs attrs = c.attrs("reduce_sum").with("axes", axes).with("keep_axes", false);
    term.x = c.emit("reduce_sum", attrs, {term.x});
    term.letters = left;
}

/// In the order of `letters`, with extent 1 where a term has not got one.
Value arranged(Context& c, const Term& term, const Letters& letters) {
    std::vector<int64_t> order, extents;
    const Shape shape = c.shapeOf(term.x);
    for (int letter : letters) {
        const auto found = std::ranges::find(term.letters, letter);
        if (found == term.letters.end()) {
            extents.push_back(1);
            continue;
        }
        order.push_back(found - term.letters.begin());
        extents.push_back(shape[static_cast<int>(order.back())]);
    }
    return c.reshape(c.transpose(term.x, order), extents);
}

int64_t elementsOf(const std::vector<int64_t>& extents) {
    return std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies<>());
}

/// What letters of two terms are for.
struct Roles {
    Letters both, left, summed, right;
};
Roles rolesOf(const Term& a, const Term& b, const Letters& kept) {
    Roles roles;
    for (int letter : a.letters)
        if (!holds(b.letters, letter))
            roles.left.push_back(letter);
        else
            (holds(kept, letter) ? roles.both : roles.summed).push_back(letter);
    for (int letter : b.letters)
        if (!holds(a.letters, letter)) roles.right.push_back(letter);
    return roles;
}

/// The product of two terms, summed over what both have and nobody needs any more.
Term product(Context& c, const Term& a, const Term& b, const Letters& kept,
             const std::map<int, int64_t>& sizes) {
    const Roles roles = rolesOf(a, b, kept);
    const auto extentsOf = [&](const Letters& letters) {
        std::vector<int64_t> extents;
        for (int letter : letters) extents.push_back(sizes.at(letter));
        return extents;
    };
    const auto laidOut = [&](const Term& term, const Letters& second, const Letters& third) {
        Letters letters = roles.both;
        letters.insert(letters.end(), second.begin(), second.end());
        letters.insert(letters.end(), third.begin(), third.end());
        const Value x = c.expand(arranged(c, term, letters), Shape(extentsOf(letters)));
        return c.reshape(x, {elementsOf(extentsOf(roles.both)), elementsOf(extentsOf(second)),
                             elementsOf(extentsOf(third))});
    };
    Letters letters = roles.both;
    letters.insert(letters.end(), roles.left.begin(), roles.left.end());
    letters.insert(letters.end(), roles.right.begin(), roles.right.end());
    const Value y = c.emit(
        "matmul", {laidOut(a, roles.left, roles.summed), laidOut(b, roles.summed, roles.right)});
    return {letters, c.reshape(y, extentsOf(letters))};
}

struct Equation {
    std::vector<Term> terms = {};
    Letters result = {};
    std::map<int, int64_t> sizes = {};
};

Equation equationOf(const Context& c) {
    std::string text = c.text("equation", "");
    std::erase(text, ' ');
    const size_t arrow = text.find("->");
    const std::vector<std::string> parts = partsOf(text.substr(0, arrow));
    if (parts.size() != c.inputs())
        c.refuseAttribute("equation", fmt::format("{} terms", c.inputs()));
    Equation equation;
    int dots = 0;
    for (size_t k = 0; k < parts.size(); ++k) {
        const int own = dotsOf(parts[k], c.rank(k));
        dots = std::max(dots, own);
        equation.terms.push_back({lettersOf(c, parts[k], own), c.in(k)});
        const Letters& letters = equation.terms.back().letters;
        if (std::ssize(letters) != c.rank(k))
            c.refuseAttribute("equation", fmt::format("{} axes in term {}", c.rank(k), k + 1));
        for (size_t axis = 0; axis < letters.size(); ++axis) {
            int64_t& size = equation.sizes[letters[axis]];
            size = std::max(size, c.shape(k)[static_cast<int>(axis)]);
        }
    }
    if (arrow != std::string::npos) {
        equation.result = lettersOf(c, text.substr(arrow + 2), dots);
        return equation;
    }
    std::map<int, int> times;
    for (const Term& term : equation.terms)
        for (int letter : term.letters) ++times[letter];
    for (int axis = dots; axis > 0; --axis) equation.result.push_back(ellipsis + axis);
    for (const auto& [letter, count] : times)
        if (letter < ellipsis && count == 1) equation.result.push_back(letter);
    return equation;
}

/// Letters that terms from the second on, or the result, have.
Letters neededBehind(const std::vector<Term>& terms, const Letters& result, size_t from) {
    Letters needed = result;
    for (size_t k = from; k < terms.size(); ++k)
        needed.insert(needed.end(), terms[k].letters.begin(), terms[k].letters.end());
    return needed;
}

void read(Context& c) {
    Equation equation = equationOf(c);
    std::vector<Term>& terms = equation.terms;
    for (Term& term : terms) takeDiagonals(c, term);
    Term all = terms.front();
    for (size_t k = 1; k < terms.size(); ++k) {
        Letters others = neededBehind(terms, equation.result, k);
        sumAlone(c, all, others);
        others = neededBehind(terms, equation.result, k + 1);
        others.insert(others.end(), all.letters.begin(), all.letters.end());
        sumAlone(c, terms[k], others);
        all =
            product(c, all, terms[k], neededBehind(terms, equation.result, k + 1), equation.sizes);
    }
    sumAlone(c, all, equation.result);
    c.give(0, arranged(c, all, equation.result));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Einsum", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::einsum
