// SPDX-License-Identifier: Apache-2.0
// Factors of the learning-rate schedules: at steps where the formulas give round numbers, and at
// each of 200 steps against PyTorch (tests/golden/schedules.safetensors, whose note says which
// version made it).
#include <QtTest/QtTest>
#include <cmath>
#include <numbers>

#include "core/io/safetensors.h"
#include "core/optim/optimizer.h"
#include "core/tensor/element.h"

using namespace vitrine;

namespace {

using Fields = std::vector<std::pair<const char*, FieldValue>>;
using Wanted = std::vector<double>;
constexpr int64_t one = 1;
/// PyTorch works most schedules out from step to step, which rounds at each; ours at each step
/// anew.
constexpr double goldenTolerance = 1e-12;

/// `every=3&gamma=0.5`
Attrs attrsFrom(const ScheduleDescriptor& schedule, const QString& text) {
    Attrs attrs(schedule.fields);
    for (const QString& part : text.split('&', Qt::SkipEmptyParts)) {
        const std::string id = part.section('=', 0, 0).toStdString();
        for (const FieldSpec& spec : schedule.fields)
            if (spec.id == id)
                attrs.with(id, fieldFromText(spec, part.section('=', 1).toStdString()).value());
    }
    return attrs;
}

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
        row("warm-up of one step", "constant", warm, {0, 5, 1}, 1);
        row("warm-up from a third", "constant", {{"warmup_epochs", one}, {"warmup_start", 0.4}},
            {0, 9, 4}, 0.55);
        row("warm-up rises to the schedule's start", "piecewise",
            {{"warmup_epochs", one}, {"points", std::string("0:0.5, 1:1")}}, {4, 20, 10}, 0.25);
        row("drops count from the warm-up's end", "step",
            {{"warmup_epochs", 2 * one}, {"every", one}, {"gamma", 0.5}}, {29, 50, 10}, 1);

        row("polynomial: last", "polynomial", {{"power", 2.0}}, {9, 10, 1}, 0.01);
        row("polynomial: behind the end", "polynomial", {{"end_factor", 0.2}}, {15, 10, 1}, 0.2);
        const Fields restarts{{"period", one}, {"growth", 2 * one}};
        row("restarts: at the second restart", "cosine_restarts", restarts, {30, 100, 10}, 1);
        row("restarts: half of the second period", "cosine_restarts", restarts, {20, 99, 10}, 0.5);
        row("restarts: after a million epochs", "cosine_restarts", {{"period", one}},
            {10'000'005, 10'000'010, 10}, 0.5);
        const auto points = [](const char* text) { return Fields{{"points", std::string(text)}}; };
        row("points: before the first", "piecewise", points("2:0.5,4:1"), {5, 100, 10}, 0.5);
        row("points: behind the last", "piecewise", points("2:0.5,4:1"), {77, 100, 10}, 1);
        row("points: one", "piecewise", points("2:0.5"), {77, 100, 10}, 0.5);
        row("sequence: a part ends", "sequence", {{"parts", std::string("2 cosine;constant")}},
            {20, 50, 10}, 1);
        row("sequence: behind its end", "sequence",
            {{"parts", std::string("1 step every=1 gamma=0.5")}}, {35, 50, 10}, 0.125);

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

    void agreesWithPyTorch_data() {
        auto file = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/schedules.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        QTest::addColumn<QString>("text");
        QTest::addColumn<Wanted>("wanted");
        for (const auto& [key, text] : file->metadata) {
            const TensorView& tensor = *file->find(key);
            Wanted wanted;
            for (int64_t i = 0; i < tensor.shape.elements(); ++i)
                wanted.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
            QTest::newRow((key + " " + text).c_str()) << QString::fromStdString(text) << wanted;
        }
        QVERIFY(file->metadata.size() >= 29);
    }
    void agreesWithPyTorch() {
        QFETCH(QString, text);
        QFETCH(Wanted, wanted);
        const QStringList parts = text.split('|');
        const ScheduleDescriptor* schedule = findSchedule(parts[0].toStdString());
        QVERIFY(schedule);
        const Attrs attrs = attrsFrom(*schedule, parts[1]);
        QVERIFY(checkFields(*schedule, attrs).ok());
        ScheduleContext at{0, static_cast<int64_t>(wanted.size()), parts[2].toLongLong()};
        QCOMPARE(at.totalSteps, 200);
        for (; at.step < at.totalSteps; ++at.step) {
            const double got = schedule->factor(attrs, at);
            const double right = wanted[static_cast<size_t>(at.step)];
            QVERIFY2(std::abs(got - right) <= goldenTolerance,
                     fmt::format("step {}: {}, PyTorch has {}", at.step, got, right).c_str());
        }
    }

    void refusesTextThatIsNoSchedule_data() {
        QTest::addColumn<std::string>("id");
        QTest::addColumn<Fields>("fields");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* id, const char* field, const char* text,
                            const char* words) {
            QTest::newRow(fmt::format("{} '{}'", id, text).c_str())
                << std::string(id) << Fields{{field, std::string(text)}} << QString(words);
        };
        const char* point = "wanted an epoch of 0 or more, later than the one before";
        for (const char* text : {"", "0", "0:", ":1", "0:1,0:0.5", "5:1,3:1", "-1:1", "0:-1",
                                 "0:nan", "0:1 2:1", "0;1", "0:1001", "2e6:1"})
            row("piecewise", "points", text, point);
        row("sequence", "parts", "", "the id of a schedule that is no sequence");
        row("sequence", "parts", "5 sequence", "the id of a schedule that is no sequence");
        row("sequence", "parts", "cosine; constant", "epochs in front of all parts but the last");
        row("sequence", "parts", "0 cosine", "epochs as a whole number from 1");
        row("sequence", "parts", "1.5 cosine", "epochs as a whole number from 1");
        row("sequence", "parts", "3 step every", "wanted field=value of step");
        row("sequence", "parts", "3 step size=3", "wanted field=value of step");
        row("sequence", "parts", "3 step every=0", "field 'every' is '0'");
        row("sequence", "parts", "3 step every=x", "field 'every' is 'x'");
        row("sequence", "parts", "3 piecewise points=x", point);
    }
    void refusesTextThatIsNoSchedule() {
        QFETCH(std::string, id);
        QFETCH(Fields, fields);
        QFETCH(QString, words);
        const ScheduleDescriptor* schedule = findSchedule(id);
        Attrs attrs(schedule->fields);
        for (const auto& [field, value] : fields) attrs.with(field, value);
        const auto checked = checkFields(*schedule, attrs);
        QVERIFY(!checked.ok());
        QVERIFY2(QString::fromStdString(checked.error().message).contains(words),
                 checked.error().message.c_str());
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
            QVERIFY(checkFields(*schedule, Attrs(schedule->fields)).ok());
            for (const FieldSpec& field : schedule->fields) QVERIFY(field.help.ends_with('.'));
        }
    }
};

QTEST_APPLESS_MAIN(SchedulesTest)
#include "tst_schedules.moc"
