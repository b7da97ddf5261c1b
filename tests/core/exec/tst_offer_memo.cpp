// SPDX-License-Identifier: Apache-2.0
// Instructions that are alike get one answer, others get their own, and a tape is the same whatever
// was asked before it. Truth: what kernels say when they are asked anew, and tapes compiled alone.
#include <QtTest/QtTest>

#include "core/exec/kernel_call.h"
#include "core/exec/offer_memo.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/opdef/descriptor.h"
#include "core/opdef/registry.h"
#include "tests/support/prepared_step.h"
#include "tests/support/random_graph.h"

using namespace vitrine;

namespace {

/// An instruction in a program of its own.
struct Question {
    Program program;
    Instr instr;
    Allowed allowed = {.math = Math::Fast};

    ValueId add(const Shape& shape) {
        program.values.push_back({shape, DType::F32, {}, -1});
        return static_cast<ValueId>(program.values.size() - 1);
    }
    Value& valueOf(ValueId id) { return program.values[static_cast<size_t>(id)]; }
    std::shared_ptr<const AskedOffers> ask(OfferMemo& memo) const {
        return memo.ask(program, instr, allowed);
    }
};

Attrs fieldsOf(const char* op) { return Attrs(operatorNamed(op).fields); }

/// x ∗ weight + bias − other, by kernels of one tap.
Question convolution() {
    Question question;
    Instr& instr = question.instr;
    instr.op = &operatorNamed("conv2d");
    instr.attrs = fieldsOf("conv2d").with("out_channels", int64_t{8}).with("kernel", int64_t{1});
    const Shape result{4, 8, 6, 6};
    instr.in = {question.add({4, 3, 6, 6}), question.add({8, 3, 1, 1}), question.add({8}),
                question.add(result)};
    instr.out = {question.add(result)};
    const OpDescriptor& minus = operatorNamed("sub");
    instr.epilogue = {{&minus, Attrs(minus.fields), noValue, {}, {FusedOp::soFar, 3}, 1}};
    return question;
}

Question scaling(double factor) {
    Question question;
    question.instr.op = &operatorNamed("scale");
    question.instr.attrs = fieldsOf("scale").with("factor", factor);
    question.instr.in = {question.add({4, 3, 6, 6})};
    question.instr.out = {question.add({4, 3, 6, 6})};
    return question;
}

struct Change {
    const char* what;
    void (*make)(Question&);
};

const Change changes[] = {
    {"a field", [](Question& q) { q.instr.attrs.with("dilation", int64_t{2}); }},
    {"an extent",
     [](Question& q) {
         for (Value& value : q.program.values)
             if (value.shape.rank() == 4 && value.shape[0] == 4) value.shape[0] = 5;
     }},
    {"a rank",
     [](Question& q) {
         q.valueOf(q.instr.in[2]).shape = Shape{8, 1};
     }},
    {"the element type",
     [](Question& q) {
         for (Value& value : q.program.values) value.dtype = DType::F64;
     }},
    {"the element type of one operand",
     [](Question& q) { q.valueOf(q.instr.in[3]).dtype = DType::F64; }},
    {"a missing operand",
     [](Question& q) {
         q.instr.attrs.with("bias", false);
         q.instr.in[2] = noValue;
     }},
    {"the operator that is fused in",
     [](Question& q) { q.instr.epilogue[0].op = &operatorNamed("add"); }},
    {"the order of its operands",
     [](Question& q) {
         q.instr.epilogue[0].reads = {3, FusedOp::soFar};
     }},
    {"nothing fused in",
     [](Question& q) {
         q.instr.epilogue.clear();
         q.instr.in.pop_back();
     }},
    {"one more step",
     [](Question& q) {
         const OpDescriptor& relu = operatorNamed("relu");
         q.instr.epilogue.push_back({&relu, Attrs(relu.fields), noValue, {}, {FusedOp::soFar}, 0});
     }},
    {"the layouts", [](Question& q) { q.allowed.layouts = onlyRowMajor; }},
    {"the math", [](Question& q) { q.allowed.math = Math::Direct; }}};

std::string textOf(const std::vector<kernels::Offer>& offers) {
    std::string text;
    for (const kernels::Offer& offer : offers) {
        text += fmt::format("{} {}:", offer.name, offer.seconds);
        for (const kernels::Form& form : offer.forms)
            text += fmt::format(" {}+{}", static_cast<int>(form.layout), form.halo);
        text += '\n';
    }
    return text;
}

std::string textOf(const Tape& tape) {
    std::string text;
    for (const TapeEntry& entry : tape.entries) {
        text += fmt::format("{} {} in [{}] out [{}] workspace {}\n", entry.instr.op->id,
                            entry.kernel.name, fmt::join(entry.instr.in, " "),
                            fmt::join(entry.instr.out, " "), entry.workspace);
        for (const FusedOp& fused : entry.instr.epilogue)
            text += fmt::format("    {} [{}]\n", fused.op->id, fmt::join(fused.reads, " "));
        text += fmt::format("    {}\n    {}\n", entry.reasons.whyTaken(),
                            fmt::join(entry.reasons.whyNotOthers(), "\n    "));
    }
    for (const TapeValue& value : tape.values)
        text += fmt::format("{} {} {} in {}\n", value.name, value.type.shape.text(),
                            vitrine::text(value.type.layout), value.storage);
    for (const TapeStorage& storage : tape.storages)
        text += fmt::format("{} bytes at {}\n", storage.block.bytes, storage.block.offset);
    return text;
}

/// A network's programs: training of two batches, evaluation of both.
std::vector<Program> familyOf(const Graph& graph, int64_t batch) {
    std::vector<Program> family;
    for (const int64_t images : {batch, batch + 3}) {
        family.push_back(test::trainingProgram(graph, images));
        auto evaluation = lower(graph, {.batch = images, .training = false});
        if (!evaluation) qFatal("%s", evaluation.error().text().c_str());
        family.push_back(std::move(evaluation).value());
    }
    return family;
}

}  // namespace

class TestOfferMemo : public QObject {
    Q_OBJECT

  private slots:
    void answersAsKernelsDo() {
        OfferMemo memo;
        const Question question = convolution();
        std::vector<ValueShape> in, out;
        for (ValueId value : question.instr.in) in.push_back(question.program.shapeOf(value));
        for (ValueId value : question.instr.out) out.push_back(question.program.shapeOf(value));
        const kernels::Call call = logicalCall(question.instr, in, out);
        const kernels::Offers anew = kernels::offers(call);
        const auto asked = question.ask(memo);
        QCOMPARE(textOf(asked->offers), textOf(anew.list));
        QVERIFY(anew.list.size() > 1);
        QCOMPARE(asked->ways->offered.size(), anew.list.size());
        QCOMPARE(asked->ways->refused.size(), anew.refused.size());
        for (size_t i = 0; i < anew.list.size(); ++i) {
            QCOMPARE(bool(asked->takesStore[i]), kernels::takesStore(call, anew.list[i]));
            QVERIFY(asked->allowed.layouts.test(static_cast<size_t>(anew.list[i].layout())));
        }
    }

    void givesOneAnswerToInstructionsThatAreAlike() {
        OfferMemo memo;
        const auto first = convolution().ask(memo);
        Question other;
        other.add({7});  // so that values have other numbers
        const Question same = convolution();
        for (const Value& value : same.program.values) other.add(value.shape);
        other.instr = same.instr;
        for (ValueId& value : other.instr.in) ++value;
        for (ValueId& value : other.instr.out) ++value;
        other.instr.origins = {"stage2/block1/conv"};
        other.instr.epilogue[0].origins = {"stage2/block1/sum"};
        other.instr.epilogue[0].hidden = 0;
        other.valueOf(1).name = "image";
        other.instr.phase = Phase::Backward;
        QVERIFY(other.ask(memo) == first);
    }

    void givesOthersTheirOwn_data() {
        QTest::addColumn<int>("number");
        int number = 0;
        for (const Change& change : changes) QTest::newRow(change.what) << number++;
    }
    void givesOthersTheirOwn() {
        QFETCH(int, number);
        OfferMemo memo;
        const auto before = convolution().ask(memo);
        Question changed = convolution();
        changes[number].make(changed);
        const auto asked = changed.ask(memo);
        QVERIFY(asked != before);
        QVERIFY(changed.ask(memo) == asked);
        QVERIFY(convolution().ask(memo) == before);
    }

    void tellsZeroFromMinusZero() {
        OfferMemo memo;
        const auto zero = scaling(0.0).ask(memo), minus = scaling(-0.0).ask(memo);
        QVERIFY(zero != minus);
        QVERIFY(scaling(-0.0).ask(memo) == minus);
    }

    void offersRowMajorAloneWhereNothingElseIsAllowed() {
        OfferMemo memo;
        const Question question = convolution();
        const auto asked = memo.ask(question.program, question.instr, {.layouts = onlyRowMajor});
        QCOMPARE(asked->offers.size(), size_t{1});
        QCOMPARE(asked->takesStore.size(), size_t{1});
        QCOMPARE(asked->allowed.layouts, onlyRowMajor);
    }

    void tapesAreTheSameAsAlone_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 40; ++seed) QTest::addRow("seed %d", seed) << seed;
    }
    void tapesAreTheSameAsAlone() {
        QFETCH(int, seed);
        const test::RandomGraph random = test::randomGraph(static_cast<uint64_t>(seed));
        const auto graph = graphFromText(random.text);
        QVERIFY2(graph.ok(), random.text.c_str());
        const std::vector<Program> family = familyOf(*graph, random.batch);
        StateLayout states;
        for (const Program& program : family) states.add(program);
        for (const bool isReference : {false, true})
            for (const Program& program : family) {
                const TapeOptions options{.referenceKernels = isReference};
                const Tape together = compileTape(program, states, options, m_memo);
                QCOMPARE(textOf(together), textOf(compileTape(program, states, options)));
            }
    }

  private:
    OfferMemo m_memo;  ///< for all networks: the more it was asked before, the better
};

QTEST_APPLESS_MAIN(TestOfferMemo)
#include "tst_offer_memo.moc"
