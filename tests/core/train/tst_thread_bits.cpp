// SPDX-License-Identifier: Apache-2.0
// A training step of networks that have little in common gives the same bits on 1 to 16 threads:
// loss, norm of the gradient, every parameter and statistic. Truth: the step on one thread.
#include <QtTest/QtTest>
#include <cmath>
#include <set>

#include "core/graph/graph_text.h"
#include "tests/support/counts.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

struct Network {
    const char* name;
    const char* text;
};

constexpr const char* head = " -> flatten -> linear(out_features=10) -> cross_entropy(labels)";

// Sizes are such that kernels have more parts than threads, and no nice number of them.
constexpr Network networks[] = {
    {"groups and depthwise",
     "x[12,13,11] -> conv2d(out_channels=18 kernel=3 padding=1 groups=3) -> relu -> "
     "depthwise_conv2d(multiplier=2 kernel=3 stride=2 padding=1) -> silu -> "
     "separable_conv2d(out_channels=20 kernel=3 padding=1) -> standardized_conv2d(out_channels=16 "
     "kernel=3 groups=2) -> relu"},
    {"transposed",
     "x[6,7,5] -> conv_transpose2d(out_channels=9 kernel=3 stride=2 padding=1 output_padding=1) -> "
     "leaky_relu -> conv_transpose2d(out_channels=5 kernel=4 stride=2 padding=1 dilation=2) -> "
     "tanh -> conv2d(out_channels=3 kernel=3 stride=2)"},
    {"norms",
     "x[8,9,10] -> conv2d(out_channels=12 kernel=3) -> batch_norm2d -> relu -> group_norm(groups=3)"
     " -> conv2d(out_channels=12 kernel=3) -> instance_norm -> gelu -> layer_norm(axes=3) -> "
     "local_response_norm(size=4) -> rms_norm(axes=2) -> l2_normalize"},
    {"three axes",
     "x[3,7,8,9] -> conv3d(out_channels=6 kernel=3 padding=1) -> batch_norm3d -> relu -> "
     "max_pool3d(kernel=2 stride=2) -> conv3d(out_channels=7 kernel=2 groups=1) -> elu -> "
     "avg_pool3d(kernel=2 stride=1)"},
    {"one axis",
     "x[5,67] -> conv1d(out_channels=11 kernel=5 dilation=3 padding=6) -> batch_norm1d -> mish -> "
     "max_pool1d(kernel=3 stride=2) -> conv_transpose1d(out_channels=4 kernel=3 stride=2) -> "
     "hard_swish -> avg_pool1d(kernel=2 stride=2)"},
    {"attention",
     "x[9,12] -> multi_head_attention(heads=3) -> layer_norm(axes=1) -> "
     "transformer_encoder_layer(heads=2 feedforward=31) -> reduce_mean(axes=1 keep_axes=false)"},
    {"lstm", "x[11,7] -> lstm(hidden=13 bidirectional=true) -> tanh"},
    {"gru", "x[9,10] -> gru(hidden=17) -> layer_norm(axes=1) -> softsign"},
    {"resampling",
     "x[4,7,9] -> resize(size=13,15 mode=cubic) -> conv2d(out_channels=8 kernel=3) -> "
     "pixel_shuffle(factor=2) -> relu -> resize(size=9,7 mode=linear antialias=true) -> "
     "pad(pads=1,2,2,1 mode=reflect) -> adaptive_avg_pool(size=5,3)"},
    {"blocks",
     "x[8,9,9] -> inverted_residual(out_channels=8 middle_channels=24 squeeze=true "
     "squeeze_channels=6) -> squeeze_excite(squeeze_channels=3) -> convnext_block(kernel=5) -> "
     "conv2d(out_channels=16 kernel=3) -> glu -> global_avg_pool2d"},
    {"dropped",
     "x[10,11,9] -> conv2d(out_channels=14 kernel=3) -> selu -> alpha_dropout(rate=0.3) -> "
     "spatial_dropout(rate=0.25) -> conv2d(out_channels=14 kernel=3 padding=1) -> "
     "drop_path(rate=0.3) -> prelu -> dropout(rate=0.4) -> max_pool2d(kernel=2 stride=2)"},
    {"patches",
     "x[3,16,12] -> patch_embedding(patch=4 features=18) -> transformer_encoder_layer(heads=3 "
     "feedforward=40 norm_first=false activation=relu) -> reduce_max(axes=1 keep_axes=false) -> "
     "softmax"},
    {"wide", "x[311] -> linear(out_features=257) -> celu -> linear(out_features=129) -> softplus"},
    {"extremes",
     "x[6,10,11] -> conv2d(out_channels=10 kernel=3) -> adaptive_max_pool(size=5,4) -> "
     "cumsum(axis=2) -> top_k(axis=3 k=3) -> reduce_std(axes=2) -> log_softmax(axis=1)"},
    {"pools",
     "x[9,12,13] -> l2_pool2d(kernel=3 stride=2) -> conv2d(out_channels=17 kernel=2) -> "
     "avg_pool2d(kernel=3 stride=1 padding=1 count_include_pad=false) -> hard_sigmoid -> "
     "global_max_pool2d"},
};

/// What one step leaves behind.
struct Outcome {
    double loss = 0, gradNorm = 0;
    std::string states;  ///< all of their bytes

    /// The same bits; NaN would not be.
    bool operator==(const Outcome&) const = default;
};

Outcome stepOn(int threads, const Program& program, const StateLayout& states, uint64_t seed) {
    const PreparedStep step = prepareStep(program, states, {}, seed, threads);
    step.executor->runAll();
    const auto* start = reinterpret_cast<const char*>(step.memory->host());
    return {step.executor->scalar("loss"), step.executor->scalar("grad_norm"),
            std::string(start, static_cast<size_t>(states.sizeBytes()))};
}

}  // namespace

class ThreadBitsTest : public QObject {
    Q_OBJECT

  private slots:
    void threadsChangeNoBit_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("seed");
        for (const Network& network : networks)
            for (int seed : {1, 2, 3})
                QTest::addRow("%s, seed %d", network.name, seed)
                    << QString(network.text) + head << seed;
    }
    void threadsChangeNoBit() {
        QFETCH(QString, network);
        QFETCH(int, seed);
        const auto graph = graphFromText(network.toStdString());
        QVERIFY2(graph.ok(), graph ? "" : graph.error().text().c_str());
        const Program program = trainingProgram(*graph, 13);
        StateLayout states;
        states.add(program);
        const auto s = static_cast<uint64_t>(seed);
        const Outcome expected = stepOn(1, program, states, s);
        QVERIFY2(std::isfinite(expected.loss) && expected.gradNorm > 0,
                 "the step must compute something");
        for (int threads : {2, 3, 4, 8, 16}) {
            QVERIFY2(stepOn(threads, program, states, s) == expected,
                     fmt::format("{} threads", threads).c_str());
            ++m_compared;
        }
        m_networks.insert(network.toStdString());
    }

    void cleanupTestCase() {
        printCount(std::ssize(m_networks),
                   fmt::format("networks, the same bits on 1 to 16 threads in {} comparisons of a "
                               "training step (wanted: 12)",
                               m_compared));
    }

  private:
    std::set<std::string> m_networks;
    int m_compared = 0;
};

QTEST_APPLESS_MAIN(ThreadBitsTest)
#include "tst_thread_bits.moc"
