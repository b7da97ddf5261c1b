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

    Result<Numbers> run(const std::vector<ValueId>& results) {
        VITRINE_TRY(m_interpreter.run());
        Numbers flat;
        for (ValueId v : results) {
            const Numbers numbers = m_interpreter.get(v);
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

/// Jᵀu by the rules, over all inputs; zeros where a rule gives no gradient.
Result<Numbers> pullBack(Evaluator& at, const Gradient& gradient, const Numbers& u) {
    at.set(gradient.cotangents, u);
    Numbers flat;
    const Result<Numbers> all = at.run(gradient.function.out);
    if (!all) return all.error();
    std::vector<size_t> starts{0};
    for (ValueId v : gradient.function.out)
        starts.push_back(starts.back() +
                         static_cast<size_t>(gradient.function.program.value(v).shape.elements()));
    for (size_t i = 0; i < gradient.gradientOf.size(); ++i) {
        const int place = gradient.gradientOf[i];
        const auto count = static_cast<size_t>(
            gradient.function.program.value(gradient.function.in[i]).shape.elements());
        if (place < 0)
            flat.insert(flat.end(), count, 0.0);
        else
            flat.insert(
                flat.end(), all->begin() + static_cast<int64_t>(starts[static_cast<size_t>(place)]),
                all->begin() + static_cast<int64_t>(starts[static_cast<size_t>(place)] + count));
    }
    return flat;
}

Error disagreement(std::string_view where, double rule, double other) {
    return {"derivative",
            fmt::format("{}: rule {:.12g}, wanted {:.12g}", where, rule, other),
            {},
            {},
            {}};
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
    const auto gradients = appendVjp(builder, function.out, gradient.cotangents, function.in);
    if (!gradients) return gradients.error();
    f.out.clear();
    for (size_t i = 0; i < gradients->size(); ++i) {
        const ValueId g = (*gradients)[i];
        gradient.gradientOf.push_back(g == noValue ? -1 : static_cast<int>(f.out.size()));
        if (g == noValue) continue;
        f.out.push_back(g);
        if (f.program.shapeOf(g) != f.program.shapeOf(function.in[i]))
            return Error{"derivative",
                         fmt::format("the gradient of input {} has shape {}, wanted {}", i,
                                     f.program.value(g).shape.text(),
                                     f.program.value(function.in[i]).shape.text()),
                         {},
                         {},
                         {}};
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

    Function forward = function;
    Builder builder(forward.program, forward.options);
    std::vector<ValueId> tangents;
    for (ValueId v : function.in) {
        const ValueShape type = forward.program.shapeOf(v);
        tangents.push_back(builder.addInput(fmt::format("v{}", v), type.shape, type.dtype));
    }
    const auto results = appendJvp(builder, function.in, tangents, function.out);
    if (!results) return results.error();

    Evaluator pushes(forward), pulls(gradient->function);
    const Numbers v =
        distinctNumbers(static_cast<size_t>(elementsOf(function, function.in)), -1, 1, seed, 300);
    const Numbers u =
        distinctNumbers(static_cast<size_t>(elementsOf(function, function.out)), -1, 1, seed, 301);
    pushes.set(tangents, v);
    const Result<Numbers> ran = pushes.run({});
    if (!ran) return ran.error();
    double forwardSum = 0, size = 0;
    auto weight = u.begin();
    for (size_t k = 0; k < function.out.size(); ++k) {
        const auto count = forward.program.value(function.out[k]).shape.elements();
        if ((*results)[k] != noValue) {
            const Result<Numbers> tangent = pushes.run({(*results)[k]});
            if (!tangent) return tangent.error();
            for (int64_t i = 0; i < count; ++i) {
                const double term = weight[i] * (*tangent)[static_cast<size_t>(i)];
                forwardSum += term;
                size += std::abs(term);
            }
        }
        weight += count;
    }
    const Result<Numbers> back = pullBack(pulls, *gradient, u);
    if (!back) return back.error();
    const double reverseSum = dotProduct(*back, v);
    if (std::abs(forwardSum - reverseSum) <= modesRelative * (1 + size)) return {};
    return disagreement("u · (Jv) against (Jᵀu) · v", forwardSum, reverseSum);
}

}  // namespace vitrine::test
