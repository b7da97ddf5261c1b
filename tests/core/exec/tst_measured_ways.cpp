// SPDX-License-Identifier: Apache-2.0
// Kernels are chosen by what was measured where that is known. Truth: tables that are made up, in
// which one way is far quicker than it can be.
#include <QtTest/QtTest>

#include <fmt/format.h>

#include <algorithm>

#include "core/exec/open_questions.h"
#include "core/graph/graph_text.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

constexpr const char* network =
    "x[16,16,16] -> conv2d(out_channels=16 kernel=3 padding=1) as c1 -> relu as r1\n"
    "-> conv2d(out_channels=32 kernel=3 padding=1) as c2 -> relu -> global_avg_pool2d -> flatten\n"
    "-> linear(out_features=10) -> cross_entropy(labels)";

Tape tapeOf(const Program& program, std::shared_ptr<const MeasuredWays> measured) {
    StateLayout states;
    states.add(program);
    return compileTape(program, states, {.math = Math::Fast, .measured = std::move(measured)});
}

/// A table in which `way` takes a moment and all others of the question an hour.
std::shared_ptr<const MeasuredWays> preferring(const OpenQuestion& question, const std::string& way,
                                               int threads = 1) {
    MeasuredWays table{.threads = threads};
    for (const KernelWays::Way& other : question.ways)
        table.questions[question.text][other.name] = other.name == way ? 1.5e-3 : 3600;
    return std::make_shared<const MeasuredWays>(std::move(table));
}

std::vector<OpenQuestion> convolutionsOf(const Program& program) {
    std::vector<OpenQuestion> found;
    for (OpenQuestion& question : openQuestions(program, Math::Fast))
        if (question.text.starts_with("conv")) found.push_back(std::move(question));
    return found;
}

}  // namespace

class MeasuredWaysTest : public QObject {
    Q_OBJECT

  private slots:
    void everyWayThatIsMeasuredTheQuickestIsTaken() {
        const Program program = test::trainingProgram(network, 8);
        const std::vector<OpenQuestion> questions = convolutionsOf(program);
        QVERIFY(questions.size() >= 5);  // two forward, one for data, two for weights
        for (const OpenQuestion& question : questions)
            for (const KernelWays::Way& way : question.ways) {
                const Tape tape = tapeOf(program, preferring(question, way.name));
                const auto isTaken = [&](const TapeEntry& entry) {
                    return entry.instr.op == question.instr.op && entry.reasons.isMeasured() &&
                           entry.reasons.ways->offered[entry.reasons.taken].name == way.name;
                };
                QVERIFY2(std::ranges::any_of(tape.entries, isTaken),
                         fmt::format("{}: {}", question.text, way.name).c_str());
            }
    }

    void reasonsSayWhatWasMeasured() {
        const Program program = test::trainingProgram(network, 8);
        const OpenQuestion question = convolutionsOf(program).front();
        for (const int threads : {1, 2}) {
            const Tape tape =
                tapeOf(program, preferring(question, question.ways.back().name, threads));
            const auto entry = std::ranges::find_if(
                tape.entries, [](const TapeEntry& one) { return one.reasons.isMeasured(); });
            QVERIFY(entry != tape.entries.end());
            const std::string wanted = fmt::format(
                "{}: measured 1.5 ms on this machine{}, the least together with what "
                "lies around it",
                question.ways.back().name, threads == 1 ? "" : " with 2 threads");
            QCOMPARE(QString::fromStdString(entry->reasons.whyTaken()),
                     QString::fromStdString(wanted));
            QCOMPARE(entry->seconds, 1.5e-3 * threads);
        }
    }

    void whatWasNotMeasuredKeepsItsDistance() {
        std::vector<kernels::Offer> offers(3);
        for (const auto& [at, name, seconds] :
             {std::tuple(0, "row-major", 8.0), {1, "lanes", 2.0}, {2, "blocked", 1.0}}) {
            offers[static_cast<size_t>(at)].name = name;
            offers[static_cast<size_t>(at)].seconds = seconds;
        }
        takeMeasured({{"lanes", 0.5}, {"row-major", 9.0}}, 2, offers);
        QCOMPARE(offers[0].seconds, 18.0);
        QCOMPARE(offers[1].seconds, 1.0);
        QCOMPARE(offers[2].seconds, 0.5);  // half of lanes, as it was
        const std::vector<kernels::Offer> before = offers;
        takeMeasured({{"another", 1.0}}, 1, offers);
        for (size_t i = 0; i < offers.size(); ++i) QCOMPARE(offers[i].seconds, before[i].seconds);
    }

    void aTableOfAnotherNetworkChangesNothing() {
        const Program program = test::trainingProgram(network, 8);
        MeasuredWays other;
        other.questions["conv2d of somebody: f32 [1] -> f32 [1]"]["lanes direct"] = 1;
        const Tape plain = tapeOf(program, nullptr),
                   tape = tapeOf(program, std::make_shared<const MeasuredWays>(other));
        QCOMPARE(tape.entries.size(), plain.entries.size());
        for (size_t i = 0; i < tape.entries.size(); ++i) {
            QCOMPARE(tape.entries[i].kernel.name, plain.entries[i].kernel.name);
            QVERIFY(!tape.entries[i].reasons.isMeasured());
        }
    }

    void questionsAreThoseOfTheChoice() {
        const Program program = test::trainingProgram(network, 8);
        for (const OpenQuestion& question : openQuestions(program, Math::Fast)) {
            QVERIFY(question.ways.size() >= 2);
            const Program alone = programOf(question);
            const std::vector<OpenQuestion> again = openQuestions(alone, Math::Fast);
            QCOMPARE(again.size(), size_t{1});
            QCOMPARE(again[0].text, question.text);
            QVERIFY(std::ranges::equal(again[0].ways, question.ways, {}, &KernelWays::Way::name,
                                       &KernelWays::Way::name));
        }
    }
};

QTEST_APPLESS_MAIN(MeasuredWaysTest)
#include "tst_measured_ways.moc"
