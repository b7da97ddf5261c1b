// SPDX-License-Identifier: Apache-2.0
// Copies that training steps need not make: between planes and rows of channels, of slices, and
// between a product and what is done to it. Truth: the tapes themselves; that results stay the
// same is held by the tests on random graphs.
#include <QtTest/QtTest>

#include <algorithm>

#include "core/graph/graph_text.h"
#include "core/templates/template.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

Tape tapeOf(const Graph& graph, int64_t batch) {
    const Program program = test::trainingProgram(graph, batch);
    StateLayout states;
    states.add(program);
    return compileTape(program, states, {});
}

Tape tapeOfTemplate(std::string_view id, const char* size) {
    const TemplateDescriptor* const found = findTemplate(id);
    VITRINE_CHECK(found, "the template exists");
    Attrs attrs(found->fields);
    const int64_t extent = std::atoi(size);
    attrs.with("height", extent).with("width", extent);
    const Result<Graph> graph = found->build(attrs);
    VITRINE_CHECK(graph.ok(), "the template can be built");
    return tapeOf(*graph, 32);
}

LayoutKind layoutOf(const Tape& tape, ValueId v) { return tape.value(v).type.layout.kind; }

/// Copies of images by `op` from one layout to another.
int64_t copiesOf(const Tape& tape, std::string_view op, LayoutKind from, LayoutKind to) {
    return std::ranges::count_if(tape.entries, [&](const TapeEntry& entry) {
        return entry.kernel.run && entry.instr.op->id == op &&
               tape.value(entry.instr.out[0]).type.shape.rank() == 4 &&
               layoutOf(tape, entry.instr.in[0]) == from &&
               layoutOf(tape, entry.instr.out[0]) == to;
    });
}

}  // namespace

class TestLayoutCopies : public QObject {
    Q_OBJECT

  private slots:
    /// Each of 18 layers is joined to what came before; its gradient is cut in two.
    void slicesOfChannelsStayInLanes() {
        const Tape tape = tapeOfTemplate("bench_densenet", "16");
        QCOMPARE(copiesOf(tape, "reorder", LayoutKind::Lanes, LayoutKind::RowMajor), 0);
        QCOMPARE(copiesOf(tape, "channel_piece", LayoutKind::Lanes, LayoutKind::Lanes), 36);
    }

    /// Blocks normalise across channels, which lie side by side for that, and go back to planes.
    /// What they add to is a sum in rows of the first stage's gradients, and turned once for each.
    void planesBecomeRowsOfChannelsInOneCopy() {
        const Tape tape = tapeOfTemplate("bench_convnext", "16");
        const auto copies = [&](Phase phase) {
            return std::ranges::count_if(tape.entries, [&](const TapeEntry& entry) {
                return entry.kernel.run && entry.instr.op->id == "contiguous" &&
                       entry.instr.phase == phase &&
                       tape.value(entry.instr.out[0]).type.shape.rank() == 4;
            });
        };
        const auto forward = copies(Phase::Forward), backward = copies(Phase::Backward);
        QVERIFY2(forward <= 1, qPrintable(QString::number(forward)));
        QVERIFY2(backward <= 3, qPrintable(QString::number(backward)));
    }

    /// The slope is made and applied in one pass, though a reshape lies between.
    void chainsReadThroughReshapes() {
        const Result<Graph> graph = graphFromText(
            "x[16,8,8] -> convnext_block(kernel=3) -> flatten -> linear(out_features=10)"
            " -> cross_entropy(labels)");
        VITRINE_CHECK(graph.ok(), "the network of a test is right");
        const Tape tape = tapeOf(*graph, 8);
        const bool isAlone = std::ranges::any_of(tape.entries, [](const TapeEntry& entry) {
            return entry.kernel.run && entry.instr.op->id == "gelu_slope" &&
                   entry.instr.epilogue.empty();
        });
        QVERIFY(!isAlone);
    }
};

QTEST_APPLESS_MAIN(TestLayoutCopies)
#include "tst_layout_copies.moc"
