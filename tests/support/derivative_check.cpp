// SPDX-License-Identifier: Apache-2.0
// Jacobians by rules and by differences.
#include "tests/support/derivative_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "tests/support/interpreter.h"

namespace vitrine::test {

namespace {

using Numbers = std::vector<double>;
constexpr size_t smallJacobian = 2048;  // elements
constexpr int directions = 4;

int64_t elementsOf(const Function& f, const std::vector<ValueId>& values) {
    int64_t total = 0;
    for (ValueId v : values) total += f.program.value(v).shape.elements();
    return total;
}

double dotProduct(const Numbers& a, const Numbers& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

bool close(double a, double b, double relative, double absolute) {
    return std::abs(a - b) <= absolute + relative * std::max(std::abs(a), std::abs(b));
}

/// A Function that can be evaluated again and again: numbers of several values as one flat list.
class Evaluator {
  public:
    explicit Evaluator(const Function& f) : m_function(f), m_interpreter(f.program) {
        for (const auto& [id, numbers] : f.numbers) m_interpreter.set(id, numbers);
    }

    void set(const std::vector<ValueId>& values, const Numbers& flat) {
        auto from = flat.begin();
        for (ValueId v : values) {
            const auto to = from + m_function.program.value(v).shape.elements();
            m_interpreter.set(v, {from, to});
            from = to;
        }
    }

    Result<Numbers> run(const std::vector<ValueId>& results) { return run(results, results); }

    /// noValue stands for as many zeros as the value of `like` at its place has elements.
    Result<Numbers> run(const std::vector<ValueId>& results, const std::vector<ValueId>& like) {
        VITRINE_TRY(m_interpreter.run());
        Numbers flat;
        for (size_t i = 0; i < results.size(); ++i) {
            const auto count =
                static_cast<size_t>(m_function.program.value(like[i]).shape.elements());
            const Numbers numbers =
                results[i] == noValue ? Numbers(count, 0.0) : m_interpreter.get(results[i]);
            flat.insert(flat.end(), numbers.begin(), numbers.end());
        }
        return flat;
    }

  private:
    const Function& m_function;
    Interpreter m_interpreter;
};

Numbers startOf(const Function& f) {
    Numbers flat;
    for (ValueId v : f.in) {
        const Numbers& numbers = f.numbers.at(v);
        flat.insert(flat.end(), numbers.begin(), numbers.end());
    }
    return flat;
}

/// (f(x + h v) − f(x − h v)) / 2h.
Result<Numbers> difference(Evaluator& at, const Function& f, const Numbers& x, const Numbers& v) {
    Numbers moved(x.size());
    const auto along = [&](double h) {
        std::ranges::transform(x, v, moved.begin(), [h](double a, double d) { return a + h * d; });
        at.set(f.in, moved);
        return at.run(f.out);
    };
    const Result<Numbers> after = along(differenceStep);
    if (!after) return after.error();
    Result<Numbers> before = along(-differenceStep);
    if (!before) return before.error();
    for (size_t i = 0; i < before->size(); ++i)
        (*before)[i] = ((*after)[i] - (*before)[i]) / (2 * differenceStep);
    return before;
}

/// Jᵀu by the rules, over all inputs.
Result<Numbers> pullBack(Evaluator& at, const Gradient& gradient, const Numbers& u) {
    at.set(gradient.cotangents, u);
    return at.run(gradient.byInput, gradient.function.in);
}

/// Jv by the rules, over all outputs.
Result<Numbers> pushForward(const Function& function, const Numbers& v) {
    Function forward = function;
    Builder builder(forward.program, forward.options);
    std::vector<ValueId> tangents;
    for (ValueId x : function.in) {
        const ValueShape type = forward.program.shapeOf(x);
        tangents.push_back(builder.addInput(fmt::format("v{}", x), type.shape, type.dtype));
    }
    const auto results = appendJvp(builder, function.in, tangents, function.out);
    if (!results) return results.error();
    Evaluator at(forward);
    at.set(tangents, v);
    return at.run(*results, function.out);
}

Error derivativeError(std::string message) {
    return {"derivative", std::move(message), {}, {}, {}};
}

Error disagreement(std::string_view where, double rule, double other) {
    return derivativeError(fmt::format("{}: rule {:.12g}, wanted {:.12g}", where, rule, other));
}

Result<void> checkWholeJacobian(const Function& f, const Gradient& gradient) {
    Evaluator values(f), gradients(gradient.function);
    const Numbers x = startOf(f);
    const auto rows = static_cast<size_t>(elementsOf(f, f.out));
    std::vector<Numbers> byRule;
    for (size_t row = 0; row < rows; ++row) {
        Numbers unit(rows, 0.0);
        unit[row] = 1;
        const Result<Numbers> line = pullBack(gradients, gradient, unit);
        if (!line) return line.error();
        byRule.push_back(*line);
    }
    for (size_t column = 0; column < x.size(); ++column) {
        Numbers unit(x.size(), 0.0);
        unit[column] = 1;
        const Result<Numbers> byDifference = difference(values, f, x, unit);
        if (!byDifference) return byDifference.error();
        for (size_t row = 0; row < rows; ++row)
            if (!close(byRule[row][column], (*byDifference)[row], differenceRelative,
                       differenceAbsolute))
                return disagreement(fmt::format("d out[{}] / d in[{}]", row, column),
                                    byRule[row][column], (*byDifference)[row]);
    }
    return {};
}

Result<void> checkDirections(const Function& f, const Gradient& gradient, uint64_t seed) {
    Evaluator values(f), gradients(gradient.function);
    const Numbers x = startOf(f);
    const auto rows = static_cast<size_t>(elementsOf(f, f.out));
    for (uint64_t i = 0; i < directions; ++i) {
        const Numbers u = distinctNumbers(rows, -1, 1, seed, 100 + i);
        const Numbers v = distinctNumbers(x.size(), -1, 1, seed, 200 + i);
        const Result<Numbers> back = pullBack(gradients, gradient, u);
        if (!back) return back.error();
        const Result<Numbers> byDifference = difference(values, f, x, v);
        if (!byDifference) return byDifference.error();
        const double rule = dotProduct(*back, v), other = dotProduct(u, *byDifference);
        if (!close(rule, other, differenceRelative, differenceAbsolute))
            return disagreement(fmt::format("direction {}", i), rule, other);
    }
    return {};
}

}  // namespace

Result<Gradient> gradientOf(const Function& function, uint64_t seed) {
    Gradient gradient{function, {}, {}};
    Function& f = gradient.function;
    Builder builder(f.program, f.options);
    for (ValueId v : function.out) {
        const ValueShape type = f.program.shapeOf(v);
        const ValueId u =
            builder.addInput(fmt::format("u{}", f.program.values.size()), type.shape, type.dtype);
        gradient.cotangents.push_back(u);
        f.numbers[u] = distinctNumbers(static_cast<size_t>(type.shape.elements()), -1, 1, seed,
                                       static_cast<uint64_t>(u));
    }
    auto gradients = appendVjp(builder, function.out, gradient.cotangents, function.in);
    if (!gradients) return gradients.error();
    gradient.byInput = std::move(*gradients);
    f.out.clear();
    for (size_t i = 0; i < gradient.byInput.size(); ++i) {
        const ValueId g = gradient.byInput[i];
        if (g == noValue) continue;
        f.out.push_back(g);
        const Shape &got = f.program.value(g).shape,
                    &wanted = f.program.value(function.in[i]).shape;
        if (got != wanted)
            return derivativeError(fmt::format("the gradient of input {} has shape {}, wanted {}",
                                               i, got.text(), wanted.text()));
    }
    f.in.insert(f.in.end(), gradient.cotangents.begin(), gradient.cotangents.end());
    return gradient;
}

Result<void> checkReverse(const Function& function, uint64_t seed) {
    const Result<Gradient> gradient = gradientOf(function, seed);
    if (!gradient) return gradient.error();
    const auto entries =
        static_cast<size_t>(elementsOf(function, function.in) * elementsOf(function, function.out));
    return entries <= smallJacobian ? checkWholeJacobian(function, *gradient)
                                    : checkDirections(function, *gradient, seed);
}

Result<void> checkForward(const Function& function, uint64_t seed) {
    const Result<Gradient> gradient = gradientOf(function, seed);
    if (!gradient) return gradient.error();
    const auto count = [&](const std::vector<ValueId>& values) {
        return static_cast<size_t>(elementsOf(function, values));
    };
    const Numbers v = distinctNumbers(count(function.in), -1, 1, seed, 300);
    const Numbers u = distinctNumbers(count(function.out), -1, 1, seed, 301);

    const Result<Numbers> tangent = pushForward(function, v);
    if (!tangent) return tangent.error();
    Evaluator pulls(gradient->function);
    const Result<Numbers> back = pullBack(pulls, *gradient, u);
    if (!back) return back.error();

    const double forwardSum = dotProduct(u, *tangent), reverseSum = dotProduct(*back, v);
    const double size = std::sqrt(dotProduct(u, u) * dotProduct(*tangent, *tangent));
    if (std::abs(forwardSum - reverseSum) <= modesRelative * (1 + size)) return {};
    return disagreement("u · (Jv) against (Jᵀu) · v", forwardSum, reverseSum);
}

}  // namespace vitrine::test
