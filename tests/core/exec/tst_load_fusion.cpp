// SPDX-License-Identifier: Apache-2.0
// Pointwise instructions that run in the loads of their readers. Truth: a step on a tape without
// them, bit for bit; of memory, what PyTorch 2.15 saves for its backward pass (channels_last,
// saved-tensor hooks, each storage once).
#include "core/exec/load_fusion.h"

#include <cstring>

#include "core/exec/fused_value.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/opdef/registry.h"
#include "core/templates/template.h"
#include "core/tensor/element.h"
#include "tests/support/prepared_step.h"
#include "tests/support/random_graph.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

constexpr auto residual =
    "x[3,12,12] -> conv2d(out_channels=20 kernel=3 padding=1) -> batch_norm2d -> relu as a"
    " -> conv2d(out_channels=20 kernel=3 padding=1) -> batch_norm2d -> relu6"
    " -> conv2d(out_channels=20 kernel=3 padding=1) -> batch_norm2d -> add(a) -> relu as b"
    " -> conv2d(out_channels=20 kernel=3 padding=1) -> batch_norm2d -> add(b) -> relu"
    " -> max_pool2d -> conv2d(out_channels=24 kernel=1) -> batch_norm2d -> relu"
    " -> global_avg_pool2d -> flatten -> linear(out_features=10) as fc -> cross_entropy(labels)";

/// So many rows that products go over them as they lie, and make what a GELU gives of what they
/// load.
constexpr auto rows =
    "x[24] -> linear(out_features=40) -> gelu -> linear(out_features=30) -> gelu"
    " -> linear(out_features=20) -> gelu(approximation=tanh) -> linear(out_features=10) as fc"
    " -> cross_entropy(labels)";
constexpr int manyRows = 1300;

std::vector<double> elementsOf(const TensorType& type, const std::byte* storage) {
    std::vector<double> elements(static_cast<size_t>(type.shape.elements()));
    for (size_t i = 0; i < elements.size(); ++i)
        elements[i] =
            readElement(storage, type.dtype, physicalIndexOf(type, static_cast<int64_t>(i)));
    return elements;
}

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Those that a step would keep if nothing ran in loads.
std::vector<ValueId> hiddenInLoads(const Tape& tape) {
    std::vector<ValueId> hidden;
    for (const Instr& loaded : tape.loaded) {
        hidden.push_back(loaded.out[0]);
        for (const FusedOp& step : loaded.epilogue) hidden.push_back(step.hidden);
    }
    return hidden;
}

Program programOf(const char* id, int64_t batch) {
    const TemplateDescriptor* const network = findTemplate(id);
    VITRINE_CHECK(network, "the network of a test is there");
    Result<Graph> graph = network->build(Attrs(network->fields));
    VITRINE_CHECK(graph.ok(), "the network of a test is right");
    return test::trainingProgram(*graph, batch);
}

}  // namespace

class TestLoadFusion : public QObject {
    Q_OBJECT

  private slots:
    void changesNoBit_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("math");
        for (const Math math : {Math::Direct, Math::Fast}) {
            const char* const name = math == Math::Fast ? "fast" : "direct";
            for (int batch : {3, 16, 21})
                QTest::addRow("residual, batch %d, %s", batch, name)
                    << residual << batch << static_cast<int>(math);
            QTest::addRow("rows, %s", name) << rows << manyRows << static_cast<int>(math);
            for (uint64_t seed = 1; seed <= 100; ++seed) {
                const test::RandomGraph random = test::randomGraph(seed);
                QTest::addRow("random graph %d, %s", static_cast<int>(seed), name)
                    << QString::fromStdString(random.text) << static_cast<int>(random.batch)
                    << static_cast<int>(math);
            }
        }
    }
    void changesNoBit() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        QFETCH(int, math);
        const Program program = test::trainingProgram(network.toStdString(), batch);
        StateLayout states;
        states.add(program);
        const TapeOptions options{.math = static_cast<Math>(math)};
        TapeOptions apart = options;
        apart.loads = false;
        const auto kept = test::prepareStep(program, states, apart, 1);
        kept.executor->runAll();
        for (int threads : {1, 2, 8}) {
            const auto step = test::prepareStep(program, states, options, 1, threads);
            step.executor->runAll();
            for (size_t i = 0; i < step.tape->states.size(); ++i)
                QVERIFY2(sameBits(step.executor->contents(step.tape->states[i].in),
                                  kept.executor->contents(kept.tape->states[i].in)),
                         step.tape->states[i].name.c_str());
            for (size_t i = 0; i < step.tape->outputs.size(); ++i)
                QVERIFY2(sameBits(step.executor->contents(step.tape->outputs[i].value),
                                  kept.executor->contents(kept.tape->outputs[i].value)),
                         step.tape->outputs[i].name.c_str());
        }
    }

    /// From when the first reader has run until what they are made of is given on.
    void whatLoadsHideCanBeLookedAt_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("least");
        QTest::addRow("planes") << residual << 5 << 6;
        QTest::addRow("rows") << rows << manyRows << 3;
    }
    void whatLoadsHideCanBeLookedAt() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        QFETCH(int, least);
        const Program program = test::trainingProgram(network.toStdString(), batch);
        StateLayout states;
        states.add(program);
        const auto step = test::prepareStep(program, states, {}, 1);
        const auto apart =
            test::prepareStep(program, states, {.shareMemory = false, .loads = false}, 1);
        const Tape& tape = *step.tape;
        const std::vector<ValueId> hidden = hiddenInLoads(tape);
        QVERIFY(hidden.size() >= static_cast<size_t>(least));
        apart.executor->runAll();
        Team team(2);
        size_t looked = 0;
        for (int entry = 0; entry <= step.executor->entries(); ++entry) {
            for (const ValueId value : hidden) {
                std::string why;
                QVERIFY(!isAlive(tape, value, entry, &why));
                QVERIFY2(why.find("while it loads") != std::string::npos ||
                             why.find("fused") != std::string::npos,
                         why.c_str());
                const int reader = fusingEntry(tape, value);
                if (reader < 0) continue;
                QVERIFY(!originsOf(tape, value).empty());
                QVERIFY(reader < entry || !canRecompute(tape, value, entry));
                QVERIFY(reader + 1 != entry || canRecompute(tape, value, entry));
                if (!canRecompute(tape, value, entry) || apart.tape->value(value).storage < 0)
                    continue;
                const auto computed = recomputeFused(tape, *step.memory, value, entry, team);
                QVERIFY(computed.ok());
                QVERIFY2(sameBits(elementsOf(tape.value(value).type, computed->storage()),
                                  apart.executor->contents(value)),
                         tape.value(value).name.c_str());
                ++looked;
            }
            if (entry < step.executor->entries()) step.executor->runEntry(entry);
        }
        QVERIFY(looked > 20);
    }

    /// Gates read what they need from what the normalisation was given.
    void nothingOfANormalisationIsKept() {
        const Program program = programOf("resnet20", 16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {.math = Math::Fast});
        QVERIFY(tape.loaded.size() >= 25);
        for (const TapeEntry& entry : tape.entries)
            QVERIFY2(entry.instr.phase != Phase::Forward || entry.instr.loads.empty() ||
                         entry.kernel.phases <= 2,
                     entry.kernel.name.c_str());
    }

    /// Of the gradients that it sums, each is read once, and the sum alone is written: also where
    /// one comes from a concatenation.
    void gradientOfABatchNormIsOnePass_data() {
        QTest::addColumn<QString>("network");
        for (const char* const network : {"bench_densenet", "bench_mobilenet", "bench_resnet20"})
            QTest::newRow(network) << network;
    }
    void gradientOfABatchNormIsOnePass() {
        QFETCH(QString, network);
        const Program program = programOf(qPrintable(network), 16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        const auto count = [&](std::string_view op, Phase phase) {
            return std::ranges::count_if(tape.entries, [&](const TapeEntry& entry) {
                return entry.instr.op->id == op && entry.instr.phase == phase;
            });
        };
        const auto norms = count("rsqrt", Phase::Forward);  // of each one's variance
        QVERIFY(norms > 0);
        QVERIFY(count("channel_normalize", Phase::Backward) <= norms);
    }

    void planTakesAShareOfWhatPyTorchSaves_data() {
        QTest::addColumn<QByteArray>("network");
        QTest::addColumn<int>("batch");
        QTest::addColumn<double>("saved");
        QTest::addColumn<double>("share");
        QTest::newRow("ResNet-20") << QByteArray("resnet20") << 128 << 200.9 << 0.60;
        QTest::newRow("VGG-small") << QByteArray("bench_vgg") << 64 << 140.3 << 0.72;
        QTest::newRow("ConvNeXt-small") << QByteArray("bench_convnext") << 64 << 167.0 << 0.78;
        // No figure of the peer: 728 MB before.
        QTest::newRow("MobileNetV2-small") << QByteArray("bench_mobilenet") << 64 << 728.0 << 0.36;
    }
    void planTakesAShareOfWhatPyTorchSaves() {
        QFETCH(QByteArray, network);
        QFETCH(int, batch);
        QFETCH(double, saved);
        QFETCH(double, share);
        const Program program = programOf(network.constData(), batch);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {.math = Math::Fast});
        const double megabytes = static_cast<double>(tape.extent.peakBytes) / 1e6;
        QVERIFY2(megabytes <= share * saved, std::to_string(megabytes).c_str());
        const double least = static_cast<double>(tape.extent.lowerBoundBytes) / 1e6;
        QVERIFY2(megabytes <= 1.05 * least, std::to_string(least).c_str());
    }
};

QTEST_APPLESS_MAIN(TestLoadFusion)
#include "tst_load_fusion.moc"
