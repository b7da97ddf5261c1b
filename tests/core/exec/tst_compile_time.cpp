// SPDX-License-Identifier: Apache-2.0
// From graph to tape takes time in proportion to the number of nodes: layout search, memory plan
// and all the passes between. Counted in processor time of this thread, the best of several
// rounds in which the two sizes take turns.
#include <QtTest/QtTest>
#include <algorithm>
#include <ctime>

#include "core/graph/graph_text.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

/// `blocks` residual blocks of four nodes on 16 channels.
std::string chainOf(int blocks) {
    std::string text = "x[16,8,8]", end = "x";
    for (int i = 0; i < blocks; ++i) {
        const std::string number = std::to_string(i);
        text += "\n" + end + " -> conv2d(out_channels=16 kernel=3 padding=1) as c" + number;
        text += "\nc" + number + " -> batch_norm2d as b" + number;
        text += "\nb" + number + " -> relu as r" + number;
        text += "\nr" + number + " -> add(" + end + ") as a" + number;
        end = "a" + number;
    }
    return text + "\n" + end +
           " -> global_avg_pool2d -> flatten -> linear(out_features=10) -> cross_entropy(labels)";
}

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Graph graphOf(int blocks) {
    auto graph = graphFromText(chainOf(blocks));
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

double secondsToCompile(const Graph& graph) {
    const double start = threadSeconds();
    Program program = test::trainingProgram(graph, 16);
    StateLayout states;
    states.add(program);
    const Tape tape = compileTape(std::move(program), states, {});
    const double seconds = threadSeconds() - start;
    if (tape.entries.size() < 2 * graph.nodes().size()) qFatal("the chain is missing");
    return seconds;
}

}  // namespace

class TestCompileTime : public QObject {
    Q_OBJECT

  private slots:
    /// Eight times the nodes would take 64 times as long if anything were quadratic.
    void growsWithTheNumberOfNodes() {
        const Graph small = graphOf(100), large = graphOf(800);
        double few = 1e9, many = 1e9;
        for (int i = 0; i < 5; ++i) {
            few = std::min(few, secondsToCompile(small));
            many = std::min(many, secondsToCompile(large));
        }
        qInfo("406 nodes %.1f ms, 3206 nodes %.1f ms", 1e3 * few, 1e3 * many);
        QVERIFY2(many < 20 * few, "compiling is not near linear");
    }
};

QTEST_APPLESS_MAIN(TestCompileTime)
#include "tst_compile_time.moc"
