// SPDX-License-Identifier: Apache-2.0
// Random programs over all operators and their gradients, run in four ways: fused in memory that is
// shared = fused with memory of its own for every value (the same bits) = not fused = plain loops
// in rows (within a tolerance). VITRINE_LONG=1: 20,000 of them.
#include <QtTest/QtTest>
#include <cmath>
#include <set>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"
#include "tests/support/counts.h"
#include "tests/support/random_program.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Share of the largest number of a result: seven operators and their gradients behind each other,
/// each of which may round otherwise.
constexpr double relative = 2e-3, absolute = 2e-5;

using Results = std::vector<std::vector<double>>;

/// `nudge`: share by which floats are moved, up and down in turns.
void fill(Executor& executor, const RandomProgram& random, uint64_t seed, double nudge) {
    const Tape& tape = executor.tape();
    Memory& memory = executor.memory();
    Rng rng(seed, RngStream::Test, 43);
    for (size_t k = 0; k < random.program.inputs.size(); ++k) {
        const ValueId value = tape.input(random.program.inputs[k].name);
        const TensorType& type = tape.value(value).type;
        const int64_t count = type.shape.elements(), below = random.below[k];
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type.dtype, count)));
        for (int64_t i = 0; i < count; ++i)
            writeElement(bytes.data(), type.dtype, i,
                         isFloat(type.dtype) ? rng.normal() * (1 + (i % 2 == 0 ? nudge : -nudge))
                         : below > 0         ? rng.below(static_cast<uint32_t>(below))
                                             : static_cast<double>(seed + k));
        if (!bytes.empty()) orThrow(memory.write(tape.offsetOf(value), bytes));
    }
}

Results run(const RandomProgram& random, const TapeOptions& options, uint64_t seed,
            double nudge = 0) {
    StateLayout states;
    states.add(random.program);
    const Tape tape = compileTape(random.program, states, options);
    const auto memory = std::move(HostMemory::allocate(tape.arenaBytes())).value();
    orThrow(memory->fill(0, memory->sizeBytes(), std::byte{0xff}));  // NaN where nobody has written
    initialiseStates(states, *memory, seed);
    Team team(1);
    HostExecutor executor(tape, *memory, team);
    fill(executor, random, seed, nudge);
    executor.runAll();
    Results results;
    for (const NamedValue& output : tape.outputs)
        results.push_back(executor.contents(output.value));
    return results;
}

bool isFinite(const Results& results) {
    return std::ranges::all_of(results, [](const auto& numbers) {
        return std::ranges::all_of(numbers, [](double x) { return std::isfinite(x); });
    });
}

bool sameBits(const Results& a, const Results& b) {
    const auto same = [](double x, double y) {
        return x == y ? std::signbit(x) == std::signbit(y) : std::isnan(x) && std::isnan(y);
    };
    return std::ranges::equal(
        a, b, [&](const auto& x, const auto& y) { return std::ranges::equal(x, y, same); });
}

/// Empty where all results agree.
std::string deviation(const Results& got, const Results& wanted, const Program& program) {
    for (size_t k = 0; k < wanted.size(); ++k) {
        double largest = 0;
        for (double x : wanted[k])
            if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
        for (size_t i = 0; i < wanted[k].size(); ++i) {
            const double a = got[k][i], b = wanted[k][i];
            const bool agree = std::isfinite(a) && std::isfinite(b)
                                   ? std::abs(a - b) <= absolute + relative * largest
                                   : a == b || (std::isnan(a) && std::isnan(b));
            if (!agree)
                return fmt::format("{}[{}]: {} against {} (largest {})", program.outputs[k].name, i,
                                   a, b, largest);
        }
    }
    return {};
}

/// Do the plain loops themselves come to something else where inputs are rounded otherwise? Batch
/// normalisation of a constant multiplies what should cancel by 1 / √ε.
bool amplifiesRounding(const RandomProgram& random, uint64_t seed) {
    const TapeOptions plain{.referenceKernels = true, .fuse = false};
    return !deviation(run(random, plain, seed, 1e-7), run(random, plain, seed), random.program)
                .empty();
}

}  // namespace

class RandomProgramsTest : public QObject {
    Q_OBJECT

  private slots:
    void everyWayGivesTheSame_data() {
        QTest::addColumn<int>("seed");
        const int count = qEnvironmentVariableIsSet("VITRINE_LONG") ? 20'000 : 500;
        for (int seed = 1; seed <= count; ++seed) QTest::addRow("seed %d", seed) << seed;
    }
    void everyWayGivesTheSame() {
        QFETCH(int, seed);
        const RandomProgram random = randomProgram(static_cast<uint64_t>(seed));
        // A rounding, a comparison or a maximum at a near tie may fall the other way in other
        // rounding; a wrong kernel is wrong on every input. So two more inputs decide.
        std::string found;
        for (uint64_t draw = 0; draw < 3; ++draw) {
            const uint64_t s = static_cast<uint64_t>(seed) + 1'000'000 * draw;
            const Results fused = run(random, {}, s);
            if (draw == 0 && !fused.empty() && isFinite(fused)) ++m_finite;
            QVERIFY2(sameBits(fused, run(random, {.shareMemory = false}, s)),
                     ("sharing memory changed bits\n" + random.text).c_str());
            found = deviation(fused, run(random, {.fuse = false}, s), random.program);
            if (!found.empty()) found = "not fused: " + found;
            if (found.empty()) {
                found = deviation(fused, run(random, {.referenceKernels = true, .fuse = false}, s),
                                  random.program);
                if (!found.empty()) found = "plain loops: " + found;
            }
            if (found.empty()) break;
            if (amplifiesRounding(random, s)) QSKIP("it makes much of how numbers were rounded");
        }
        QVERIFY2(found.empty(), (found + "\n" + random.text).c_str());
        ++m_passed;
        m_operators.insert(random.operators.begin(), random.operators.end());
    }

    void cleanupTestCase() {
        printCount(m_passed, fmt::format("random graphs of {} operators, {} with no NaN: planned = "
                                         "unplanned = fused = unfused (wanted: 300)",
                                         m_operators.size(), m_finite));
    }

  private:
    int m_passed = 0, m_finite = 0;
    std::set<std::string_view> m_operators;
};

QTEST_GUILESS_MAIN(RandomProgramsTest)
#include "tst_random_programs.moc"
