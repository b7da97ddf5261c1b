// SPDX-License-Identifier: Apache-2.0
// Bytes of values in every layout that images and views have. Truth: Executor::contents, which
// finds each element by itself.
#include "core/exec/value_bytes.h"

#include <QtTest/QtTest>

#include <set>

#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/tensor/element.h"

using namespace vitrine;

class TestValueBytes : public QObject {
    Q_OBJECT

  private slots:
    void areTheElementsInEveryLayout();
};

void TestValueBytes::areTheElementsInEveryLayout() {
    const auto graph = graphFromText(
        "x[3,9,7] -> conv2d(out_channels=20 kernel=3 padding=1) as a -> relu as r\n"
        "    -> conv2d(out_channels=5 kernel=3 stride=2) as b -> output as image\n"
        "r -> transpose(permutation=0,2,3,1) -> output as turned\n"
        "b -> flatten -> linear(out_features=6) as fc -> output as row\n");
    QVERIFY2(graph.ok(), graph.ok() ? "" : graph.error().text().c_str());
    std::set<LayoutKind> layouts;
    for (const int64_t batch : {1, 3, 16, 33}) {
        auto program = lower(*graph, {.batch = batch, .training = false, .withLoss = false});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
        StateLayout states;
        states.add(*program);
        TapeOptions options{.fuse = false};
        for (const Value& value : program->values)
            if (!value.name.empty()) options.pinned.push_back(value.name);
        const Tape tape = compileTape(std::move(program).value(), states, options);
        auto memory = HostMemory::allocate(tape.arenaBytes()).value();
        initialiseStates(states, *memory, 5);
        std::vector<float> pixels;
        for (int64_t i = 0; i < batch * 3 * 9 * 7; ++i)
            pixels.push_back(static_cast<float>(i % 17) - 8);
        QVERIFY(
            memory->write(tape.offsetOf(tape.input("x")), std::as_bytes(std::span(pixels))).ok());
        Team team(1);
        HostExecutor executor(tape, *memory, team);
        executor.runAll();
        for (size_t v = 0; v < tape.values.size(); ++v) {
            const auto value = static_cast<ValueId>(v);
            const TensorType& type = tape.value(value).type;
            if (tape.value(value).storage < 0 || type.layout.kind == LayoutKind::Packed) continue;
            layouts.insert(type.layout.kind);
            const std::vector<std::byte> bytes = bytesOfValue(tape, *memory, value);
            const std::vector<double> wanted = executor.contents(value);
            QCOMPARE(bytes.size(), wanted.size() * static_cast<size_t>(sizeOf(type.dtype)));
            for (size_t i = 0; i < wanted.size(); ++i)
                QCOMPARE(readElement(bytes.data(), type.dtype, static_cast<int64_t>(i)), wanted[i]);
        }
    }
    QVERIFY2(layouts.size() >= 2, "other layouts than rows are met on the way");
}

QTEST_GUILESS_MAIN(TestValueBytes)
#include "tst_value_bytes.moc"
