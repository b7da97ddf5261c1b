// SPDX-License-Identifier: Apache-2.0
// Appending instructions to a Program. Truth: what builder.h and program.h promise, written out.
#include <QtTest/QtTest>

#include "core/opdef/program_text.h"
#include "core/opdef/registry.h"

using namespace vitrine;

class TestBuilder : public QObject {
    Q_OBJECT
  private slots:
    void infersShapesAndKeepsOrder() {
        Program program;
        Builder b(program, {});
        const ValueId x = b.addInput("x", {2, 3, 4, 4}, DType::F32);
        b.setName("pool");
        b.setOrigins({"stage/pool"});
        b.setPhase(Phase::Backward);
        const auto out = b.emitAll("max_pool2d", {}, {&x, 1});
        QCOMPARE(out.size(), size_t{2});
        QVERIFY(b.shape(out[0]) == (Shape{2, 3, 2, 2}));
        QVERIFY(b.dtype(out[1]) == DType::I32);
        QCOMPARE(program.instrs.size(), size_t{1});
        const Instr& instr = program.instrs.front();
        QVERIFY(instr.op == findOperator("max_pool2d"));
        QCOMPARE(instr.in, (std::vector<ValueId>{x}));
        QCOMPARE(instr.out, out);
        QCOMPARE(instr.origins, (std::vector<std::string>{"stage/pool"}));
        QVERIFY(instr.phase == Phase::Backward);
        QCOMPARE(program.value(out[0]).definedBy, 0);
        QCOMPARE(program.value(x).definedBy, -1);
    }

    void numbersNamesThatAreTaken() {
        Program program;
        Builder b(program, {});
        const ValueId x = b.addInput("h", {2, 3, 4, 4}, DType::F32);
        b.setName("h");
        const ValueId first = b.add(x, x), second = b.add(x, first);
        const auto pooled = b.emitAll("max_pool2d", {}, {&second, 1});
        QCOMPARE(program.value(first).name, std::string("h.2"));
        QCOMPARE(program.value(second).name, std::string("h.3"));
        QCOMPARE(program.value(pooled[0]).name, std::string("h.4"));
        QCOMPARE(program.value(pooled[1]).name, std::string("h.index"));
        Builder later(program, {});
        later.setName("h.index");
        QCOMPARE(program.value(later.add(x, x)).name, std::string("h.index.2"));
    }

    void leavesValuesWithoutANameAlone() {
        Program program;
        Builder b(program, {});
        const ValueId x = b.addInput("x", {3}, DType::F32);
        QCOMPARE(program.value(b.add(x, x)).name, std::string());
        QCOMPARE(program.value(b.add(x, x)).name, std::string());
    }

    void compositesAppendTheirParts() {
        Program program;
        Builder b(program, {});
        const ValueId x = b.addInput("x", {2, 3, 4, 5}, DType::F32);
        const ValueId y = b.emit("global_avg_pool2d", {x});
        QVERIFY(b.shape(y) == (Shape{2, 3, 1, 1}));
        QCOMPARE(program.instrs.size(), size_t{1});
        QCOMPARE(std::string(program.instrs.front().op->id), std::string("avg_pool2d"));
        QCOMPARE(program.instrs.front().attrs.list("kernel"), (std::vector<int64_t>{4, 5}));
    }

    /// A program's values move when there are more of them.
    void aShapeOutlivesWhatIsAppended() {
        Program program;
        Builder b(program, {});
        static_assert(!std::is_reference_v<decltype(b.shape(noValue))>);
        const ValueId x = b.addInput("x", {2, 3}, DType::F32);
        const auto& shape = b.shape(x);
        for (int i = 0; i < 1000; ++i) b.add(x, x);
        QCOMPARE(shape, (Shape{2, 3}));
    }

    void reshapeToTheSameShapeAppendsNothing() {
        Program program;
        Builder b(program, {});
        const ValueId x = b.addInput("x", {2, 3}, DType::F32);
        QCOMPARE(b.reshape(x, {2, 3}), x);
        QVERIFY(program.instrs.empty());
        QVERIFY(b.shape(b.reshape(x, {6})) == (Shape{6}));
    }

    void constantsHaveTheAskedType() {
        Program program;
        Builder b(program, {});
        const ValueId c = b.constant({2, 3}, DType::F64, -0.5);
        QVERIFY(program.shapeOf(c) == (ValueShape{{2, 3}, DType::F64}));
        QCOMPARE(program.instrs.front().attrs.real("value"), -0.5);
        QVERIFY(b.shape(b.constant({}, DType::F32, 1)) == Shape{});
    }

    void bindsStatesInputsAndOutputs() {
        Program program;
        Builder b(program, {});
        const Init init{InitKind::XavierNormal, 3, 4};
        const ValueId w = b.addState("fc.weight", StateKind::Parameter, {4, 3}, DType::F32, init);
        const ValueId lr = b.addInput("lr", {}, DType::F32);
        const ValueId next = b.scale(w, 0.5);
        b.updateState(w, next);
        b.addOutput("loss", next);
        const StateBinding* state = program.state("fc.weight");
        QVERIFY(state != nullptr);
        QCOMPARE(state->in, w);
        QCOMPARE(state->out, next);
        QVERIFY(state->init.kind == InitKind::XavierNormal);
        QCOMPARE(program.input("lr"), lr);
        QCOMPARE(program.output("loss"), next);
        QCOMPARE(program.output("accuracy"), noValue);
        QVERIFY(program.state("fc.bias") == nullptr);
    }

    void readsAsOneLineForEachInstruction() {
        Program program;
        Builder b(program, {});
        const ValueId x = b.addInput("x", {2, 3}, DType::F32);
        b.setName("h");
        const ValueId h = b.scale(x, 2);
        b.setName({});
        b.add(h, x);
        QCOMPARE(programText(program), std::string("h = scale(x) factor=2 : f32 [2, 3]\n"
                                                   "%2 = add(h, x) : f32 [2, 3]\n"));
    }
};

QTEST_APPLESS_MAIN(TestBuilder)
#include "tst_builder.moc"
