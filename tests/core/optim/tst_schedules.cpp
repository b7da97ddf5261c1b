// SPDX-License-Identifier: Apache-2.0
// Factors of the learning-rate schedules at steps where the formulas give round numbers.
#include <QtTest/QtTest>
#include <cmath>
#include <numbers>

#include "core/optim/optimizer.h"

using namespace vitrine;

namespace {

using Fields = std::vector<std::pair<const char*, FieldValue>>;
constexpr int64_t one = 1;

}  // namespace

class SchedulesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesTheFactorOfItsFormula_data() {
        QTest::addColumn<std::string>("id");
        QTest::addColumn<Fields>("fields");
        QTest::addColumn<ScheduleContext>("at");
        QTest::addColumn<double>("wanted");
        const auto row = [](const char* name, const char* id, const Fields& fields,
                            ScheduleContext at, double wanted) {
            QTest::newRow(name) << std::string(id) << fields << at << wanted;
        };

        row("constant", "constant", {}, {77, 100, 10}, 1);

        const Fields halves{{"every", 2 * one}, {"gamma", 0.5}};
        row("step: last of the first stair", "step", halves, {19, 100, 10}, 1);
        row("step: first of the second stair", "step", halves, {20, 100, 10}, 0.5);
        row("step: third stair", "step", halves, {59, 100, 10}, 0.25);

        row("cosine: start", "cosine", {}, {0, 100, 10}, 1);
        row("cosine: quarter", "cosine", {}, {25, 100, 10}, 0.5 + std::sqrt(0.125));
        row("cosine: half", "cosine", {}, {50, 100, 10}, 0.5);
        // As in PyTorch, the least rate comes one step after the last.
        row("cosine: last", "cosine", {}, {99, 100, 10},
            0.5 + 0.5 * std::cos(std::numbers::pi * 0.99));
        row("cosine: half, not to zero", "cosine", {{"min_factor", 0.1}}, {50, 100, 10}, 0.55);
        const Fields warm{{"warmup_epochs", one}};
        row("cosine: first of the warm-up", "cosine", warm, {0, 110, 10}, 0.1);
        row("cosine: last of the warm-up", "cosine", warm, {9, 110, 10}, 1);
        row("cosine: after the warm-up", "cosine", warm, {10, 110, 10}, 1);
        row("cosine: half after the warm-up", "cosine", warm, {60, 110, 10}, 0.5);
        row("cosine: run shorter than its warm-up", "cosine", warm, {4, 5, 10}, 0.5);

        // 25 steps, up until step 0.6 · 25 − 1 = 14, down until step 24.
        const Fields cycle{{"warmup_share", 0.6}};
        row("one cycle: first", "one_cycle", cycle, {0, 25, 5}, 0.04);
        row("one cycle: half up", "one_cycle", cycle, {7, 25, 5}, 0.52);
        row("one cycle: peak", "one_cycle", cycle, {14, 25, 5}, 1);
        row("one cycle: half down", "one_cycle", cycle, {19, 25, 5}, 0.500002);
        row("one cycle: last", "one_cycle", cycle, {24, 25, 5}, 4e-6);
        // The peak lies between the last two of 10 steps, 0.95 · 10 − 1 = 8.5: no step is at it.
        const Fields late{{"warmup_share", 0.95}};
        row("one cycle: before a late peak", "one_cycle", late, {8, 10, 5},
            0.52 - 0.48 * std::cos(std::numbers::pi * 8 / 8.5));
        row("one cycle: last after a late peak", "one_cycle", late, {9, 10, 5}, 4e-6);
        row("one cycle: last of two", "one_cycle", {{"warmup_share", 0.7}}, {1, 2, 1}, 4e-6);
        row("one cycle: one step only", "one_cycle", {}, {0, 1, 1}, 4e-6);
        row("one cycle: no way up", "one_cycle", {{"warmup_share", 0.0}}, {0, 25, 5}, 1);
        row("one cycle: no way down", "one_cycle", {{"warmup_share", 1.0}}, {24, 25, 5}, 1);
    }
    void givesTheFactorOfItsFormula() {
        QFETCH(std::string, id);
        QFETCH(Fields, fields);
        QFETCH(ScheduleContext, at);
        QFETCH(double, wanted);
        const ScheduleDescriptor* schedule = findSchedule(id);
        QVERIFY(schedule);
        Attrs attrs(schedule->fields);
        for (const auto& [field, value] : fields) attrs.with(field, value);
        const double got = schedule->factor(attrs, at);
        QVERIFY2(std::abs(got - wanted) <= 1e-12,
                 fmt::format("{}, wanted {}", got, wanted).c_str());
    }

    void oneCycleEndsAtItsFinalRate_data() {
        QTest::addColumn<double>("share");
        for (const double share : {0.0, 0.1, 0.3, 0.5, 0.95, 0.999})
            QTest::addRow("%g", share) << share;
    }
    /// Exactly, in runs of every length.
    void oneCycleEndsAtItsFinalRate() {
        QFETCH(double, share);
        const ScheduleDescriptor* schedule = findSchedule("one_cycle");
        Attrs attrs(schedule->fields);
        attrs.with("warmup_share", share).with("start_divisor", 4.0).with("final_divisor", 2.0);
        for (int64_t steps = 1; steps <= 300; ++steps)
            QCOMPARE(schedule->factor(attrs, {steps - 1, steps, 1}), 0.125);
    }

    void everyScheduleHasWords() {
        for (const ScheduleDescriptor* schedule : allSchedules()) {
            QVERIFY(!schedule->title.empty() && schedule->summary.ends_with('.'));
            for (const FieldSpec& field : schedule->fields) QVERIFY(field.help.ends_with('.'));
        }
    }
};

QTEST_APPLESS_MAIN(SchedulesTest)
#include "tst_schedules.moc"
