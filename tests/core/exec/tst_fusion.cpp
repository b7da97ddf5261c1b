// SPDX-License-Identifier: Apache-2.0
// Which instructions become part of another, and what the tape says about its kernels. Truth: read
// off the networks' texts.
#include <QtTest/QtTest>

#include "core/exec/tape.h"
#include "core/exec/tape_places.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/opdef/descriptor.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

Tape tapeOf(std::string_view network, bool training, bool fuse = true) {
    const Result<Graph> graph = graphFromText(network);
    VITRINE_CHECK(graph.ok(), "the network of a test is right");
    Result<Program> program = lower(*graph, {.batch = 16, .training = training});
    VITRINE_CHECK(program.ok(), "the network of a test can run");
    StateLayout states;
    states.add(*program);
    return compileTape(std::move(program).value(), states, {.fuse = fuse});
}

/// `conv2d + add + relu` for each entry that is no view and no copy.
QStringList operatorsOf(const Tape& tape) {
    QStringList operators;
    for (const TapeEntry& entry : tape.entries) {
        const std::string_view id = entry.instr.op->id;
        if (entry.instr.op->isView() || id == "reorder" || id == "pack") continue;
        QString text = QString::fromLatin1(id.data(), id.size());
        for (const FusedOp& fused : entry.instr.epilogue)
            text += QStringLiteral(" + ") +
                    QString::fromLatin1(fused.op->id.data(), fused.op->id.size());
        operators << text;
    }
    return operators;
}

/// Where the gradient of a max pool is made: in an entry, or in the loads of some.
const Instr* findBackward(const Tape& tape) {
    const auto isIt = [](const Instr& instr) { return instr.op->id == "max_pool_backward"; };
    for (const TapeEntry& entry : tape.entries)
        if (isIt(entry.instr)) return &entry.instr;
    const auto loaded = std::ranges::find_if(tape.loaded, isIt);
    return loaded == tape.loaded.end() ? nullptr : &*loaded;
}

constexpr auto head = " -> flatten -> linear(out_features=10) as fc -> cross_entropy(labels)";

std::string withHead(std::string_view body) { return std::string(body) + head; }

}  // namespace

class TestFusion : public QObject {
    Q_OBJECT

  private slots:
    void gradientsPassMaximaAndReluTogether_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<bool>("isPooled");
        QTest::newRow("a half of both sides")
            << "x[3,8,8] -> conv2d(out_channels=4) -> relu as r -> max_pool2d as p" << true;
        QTest::newRow("overlapping windows") << "x[3,9,9] -> conv2d(out_channels=4) -> relu as r"
                                                " -> max_pool2d(kernel=3 stride=2) as p"
                                             << true;
        QTest::newRow("along one axis")
            << "x[3,12] -> conv1d(out_channels=4) -> relu as r -> max_pool1d as p" << true;
        QTest::newRow("as many maxima as pixels")
            << "x[3,8,8] -> conv2d(out_channels=4) -> relu as r"
               " -> max_pool2d(kernel=3 stride=1 padding=1) as p"
            << false;
    }
    // What the gate reads: the maxima where they are fewer, which frees the other before.
    void gradientsPassMaximaAndReluTogether() {
        QFETCH(QString, network);
        QFETCH(bool, isPooled);
        const Program program = test::trainingProgram(withHead(network.toStdString()), 16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        const Instr* const backward = findBackward(tape);
        QVERIFY(backward);
        QCOMPARE(backward->epilogue.size(), size_t{1});
        const std::string& gate = tape.value(backward->in[2]).name;
        QCOMPARE(QString::fromStdString(gate), QString(isPooled ? "p" : "r"));
    }

    /// What alone reads the gradient of the first layer's image, weights and bias, reads those of
    /// the maxima: neither the image nor its gradient is kept.
    void nothingBeforeAPoolIsKept() {
        const Program program = test::trainingProgram(
            withHead("x[3,8,8] -> conv2d(out_channels=4) as c -> relu as r -> max_pool2d as p"),
            16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        QVERIFY(operatorsOf(tape).contains("conv2d + relu + max_pool2d"));
        const Instr* const backward = findBackward(tape);
        QVERIFY(backward && &tape.loaded[0] == backward);
        QCOMPARE(tape.value(backward->out[0]).storage, -1);
        QCOMPARE(tape.value(backward->out[0]).type.shape, (Shape{16, 4, 6, 6}));
        for (const char* id : {"conv_weights", "channel_sum"}) {
            const auto reader = std::ranges::find_if(tape.entries, [=](const TapeEntry& entry) {
                return entry.instr.op->id == id && !entry.instr.loads.empty();
            });
            QVERIFY(reader != tape.entries.end());
            QCOMPARE(reader->instr.in[0], backward->in[0]);
        }
        using Names = std::vector<std::string>;
        const auto forward = std::ranges::find_if(
            tape.entries, [](const TapeEntry& entry) { return entry.instr.out.size() == 2; });
        QCOMPARE(forward->instr.origins, (Names{"c", "r", "p"}));
        QCOMPARE(originsOf(tape, forward->instr.epilogue[0].hidden), Names{"c"});
        QCOMPARE(originsOf(tape, forward->instr.epilogue[1].hidden), Names{"r"});
        for (ValueId result : forward->instr.out) QCOMPARE(originsOf(tape, result), Names{"p"});
    }

    /// Where the gradient of the maxima comes from a convolution, that applies the gate and sums
    /// what the bias wants, and the gradient of the pool has none left.
    void gatesStandInFrontOfPools() {
        const Program program = test::trainingProgram(
            withHead("x[3,16,16] -> conv2d(out_channels=4) -> relu -> max_pool2d"
                     " -> conv2d(out_channels=4)"),
            16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        const Instr* const backward = findBackward(tape);
        QVERIFY(backward && &tape.loaded[0] == backward);
        QVERIFY(backward->epilogue.empty());
        const auto maker = std::ranges::find_if(tape.entries, [&](const TapeEntry& entry) {
            return std::ranges::find(entry.instr.out, backward->in[0]) != entry.instr.out.end();
        });
        QVERIFY(maker != tape.entries.end());
        QVERIFY(operatorsOf(tape).contains("conv_data + relu_gate"));
        QCOMPARE(maker->instr.op->id, "conv_data");
        QCOMPARE(maker->instr.sums.size(), size_t{1});
        QCOMPARE(maker->instr.sums[0].op->id, "channel_sum");
    }

    /// Data gradients read the image's too, sums in parts are what a bias adds then, and a name may
    /// ask for it.
    void gradientsThatOthersReadAreKept_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<bool>("inParts");
        QTest::newRow("of a second layer")
            << "x[3,12,12] -> conv2d(out_channels=4) -> conv2d(out_channels=4) -> relu"
               " -> max_pool2d"
            << true;
        QTest::newRow("of sums one after the other")
            << "x[3,8,8] -> conv2d(out_channels=4) -> relu -> max_pool2d" << false;
    }
    void gradientsThatOthersReadAreKept() {
        QFETCH(QString, network);
        QFETCH(bool, inParts);
        const Program program = test::trainingProgram(withHead(network.toStdString()), 16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {.sumsInParts = inParts});
        const Instr* const backward = findBackward(tape);
        QVERIFY(backward && tape.value(backward->out[0]).storage >= 0);
    }

    void fuses_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* what, std::string_view body, const char* expected) {
            QTest::newRow(what) << QString::fromStdString(withHead(body))
                                << QString::fromUtf8(expected);
        };
        row("an activation", "x[3,8,8] -> conv2d(out_channels=4) -> relu", "conv2d + relu");
        row("a residual sum and its activation",
            "x[3,8,8] -> conv2d(out_channels=3 kernel=3 padding=1) -> batch_norm2d -> add(x)"
            " -> relu",
            "conv2d + channel_normalize + add + relu");
        row("a normalisation and its activation",
            "x[3,8,8] -> conv2d(out_channels=20 kernel=3 padding=1) -> batch_norm2d -> relu",
            "conv2d + channel_normalize + relu");
        row("a factor for each channel of an image",
            "x[3,8,8] -> conv2d(out_channels=20 kernel=3 padding=1) as c -> global_avg_pool2d"
            " -> sigmoid -> mul(c) -> relu",
            "mul + relu");
        row("a composed activation", "x[3,8,8] -> conv2d(out_channels=4) -> silu", "sigmoid + mul");
        row("a chain of its own", "x[3,8,8] -> tanh -> sigmoid -> leaky_relu",
            "tanh + sigmoid + leaky_relu");
        row("a square", "x[3,8,8] -> avg_pool2d(kernel=2 stride=2) as p -> mul(p)",
            "avg_pool2d + mul");
        row("a max pool", "x[3,8,8] -> conv2d(out_channels=4) -> relu -> max_pool2d",
            "conv2d + relu + max_pool2d");
        row("a max pool alone", "x[3,8,8] -> conv2d(out_channels=4) -> max_pool2d -> relu",
            "conv2d + max_pool2d");
        row("no windows that touch others",
            "x[3,9,9] -> conv2d(out_channels=4) -> relu -> max_pool2d(kernel=3 stride=2)",
            "conv2d + relu");
        row("no dropout", "x[3,8,8] -> conv2d(out_channels=4) -> max_pool2d -> relu", "relu");
    }
    void fuses() {
        QFETCH(QString, network);
        QFETCH(QString, expected);
        const QStringList operators = operatorsOf(tapeOf(network.toStdString(), false));
        QVERIFY2(operators.contains(expected), qPrintable(operators.join(QLatin1String(", "))));
    }

    void readsWhatRepeatsAsItLies() {
        const Tape tape =
            tapeOf(withHead("x[3,8,8] -> conv2d(out_channels=20 kernel=3 padding=1) as c"
                            " -> global_avg_pool2d -> sigmoid -> mul(c)"),
                   false);
        int products = 0;
        for (const TapeEntry& entry : tape.entries) {
            QVERIFY(entry.instr.op->id != "expand");
            if (entry.instr.op->id != "mul") continue;
            ++products;
            const TensorType& factor = tape.value(entry.instr.in[0]).type;
            QCOMPARE(factor.shape, (Shape{16, 20, 1, 1}));
            QVERIFY(factor.layout.kind != LayoutKind::RowMajor);
            QCOMPARE(factor.layout.kind, tape.value(entry.instr.out[0]).type.layout.kind);
        }
        QVERIFY(products > 0);
        // A node of its own that expands stays: people look at its value.
        const Tape apart =
            tapeOf(withHead("x[3,8,8] -> avg_pool2d(kernel=8) -> expand(shape=16,3,8,8) -> add(x)"),
                   false);
        QVERIFY(operatorsOf(apart).contains("add"));
        QVERIFY(std::ranges::any_of(
            apart.entries, [](const TapeEntry& entry) { return entry.instr.op->id == "expand"; }));
    }

    void countsTheOperationsOfAllItsParts() {
        const std::string network = withHead(
            "x[3,8,8] -> conv2d(out_channels=20 kernel=1) as other\n"
            "x -> conv2d(out_channels=20 kernel=3 padding=1) -> batch_norm2d"
            " -> mul(other) -> relu");
        const auto flops = [](const Tape& tape) {
            double sum = 0;
            for (const TapeEntry& entry : tape.entries) sum += entry.flops;
            return sum;
        };
        const std::string pooled =
            withHead("x[3,8,8] -> conv2d(out_channels=4) -> relu -> max_pool2d");
        for (const std::string& text : {network, pooled}) {
            const Tape fused = tapeOf(text, false), apart = tapeOf(text, false, false);
            QVERIFY(fused.entries.size() < apart.entries.size());
            QCOMPARE(flops(fused), flops(apart));
        }
    }

    void leavesAloneWhatOthersRead() {
        // The sum needs the convolution's result itself.
        const Tape tape =
            tapeOf(withHead("x[3,8,8] -> conv2d(out_channels=3) as c -> relu -> add(c)"), false);
        QVERIFY(operatorsOf(tape).contains("conv2d"));
        QVERIFY(operatorsOf(tape).contains("relu + add"));
    }

    void everyStepKnowsItsNode() {
        const Tape tape = tapeOf(withHead("x[3,8,8] -> conv2d(out_channels=3 kernel=1) as c"
                                          " -> batch_norm2d as bn -> add(x) as sum -> tanh as t"),
                                 false);
        const auto fused = std::ranges::find_if(
            tape.entries, [](const TapeEntry& e) { return e.instr.epilogue.size() == 3; });
        QVERIFY(fused != tape.entries.end());
        using Names = std::vector<std::string>;
        QCOMPARE(originsOf(tape, fused->instr.epilogue[0].hidden), Names{"c"});
        QCOMPARE(originsOf(tape, fused->instr.epilogue[1].hidden), Names{"bn"});
        QCOMPARE(originsOf(tape, fused->instr.epilogue[2].hidden), Names{"sum"});
        QCOMPARE(originsOf(tape, fused->instr.out[0]), Names{"t"});
        QCOMPARE(fused->instr.origins, (Names{"c", "bn", "sum", "t"}));
    }

    /// Chains read a piece of every operand before they write it.
    void aChainWritesOverWhatItReadsAgain() {
        const Tape tape = tapeOf(
            withHead("x[3,8,8] -> conv2d(out_channels=3 kernel=1) as c -> batch_norm2d -> add(c)"),
            false);
        const auto fused = std::ranges::find_if(
            tape.entries, [](const TapeEntry& e) { return e.instr.op->id == "channel_normalize"; });
        QVERIFY(fused != tape.entries.end());
        QCOMPARE(fused->instr.epilogue.size(), size_t{1});
        QCOMPARE(fused->instr.epilogue.front().reads, (std::vector{FusedOp::soFar, 0}));
        QCOMPARE(tape.value(fused->instr.in.front()).storage,
                 tape.value(fused->instr.out[0]).storage);
    }

    void changesNoLayout() {
        const std::string network = withHead(
            "x[3,16,16] -> conv2d(out_channels=20 kernel=3 padding=1) as c"
            " -> batch_norm2d -> add(c) -> relu -> max_pool2d -> silu");
        const Tape fused = tapeOf(network, true), apart = tapeOf(network, true, false);
        QVERIFY(fused.entries.size() < apart.entries.size());
        for (size_t v = 0; v < std::min(fused.values.size(), apart.values.size()); ++v)
            if (fused.values[v].storage >= 0 && apart.values[v].storage >= 0 &&
                fused.values[v].name == apart.values[v].name)
                QCOMPARE(fused.values[v].type.layout.kind, apart.values[v].type.layout.kind);
    }

    void everyEntrySaysWhyItsKernelWasTaken() {
        const Tape tape = tapeOf(
            withHead("x[3,8,8] -> conv2d(out_channels=20) -> batch_norm2d -> relu -> max_pool2d"),
            false);
        int compared = 0;
        for (const TapeEntry& entry : tape.entries) {
            const std::string why = entry.reasons.whyTaken();
            if (entry.instr.op->isView()) continue;
            QVERIFY2(!why.empty(), entry.kernel.name.c_str());
            const KernelReasons& reasons = entry.reasons;
            const std::vector<KernelWays::Way>& offered = reasons.ways->offered;
            QCOMPARE(reasons.whyNotOthers().size(),
                     offered.size() - 1 + reasons.ways->refused.size());
            if (offered.size() < 2) continue;
            QVERIFY2(why.starts_with(offered[reasons.taken].name + ": about "), why.c_str());
            ++compared;
        }
        QVERIFY(compared >= 4);
    }
};

QTEST_GUILESS_MAIN(TestFusion)
#include "tst_fusion.moc"
