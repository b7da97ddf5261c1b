// SPDX-License-Identifier: Apache-2.0
// What ONNX's backend suite has of training: optimisers, losses, batch normalisation in training,
// dropout. Truth: the suite's stored results, where VITRINE_TEST_DATA names a folder with
// onnx-backend in it. Cases that our operators cannot say are listed with the reason.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cmath>

#include "core/opdef/registry.h"
#include "core/optim/optimizer.h"
#include "tests/support/counts.h"
#include "tests/support/interpreter.h"
#include "tests/support/onnx_case.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Those of the suite's own runner.
constexpr double relative = 1e-3, absolute = 1e-7;

const std::vector<std::string> patterns = {"test_ada*",     "test_momentum*", "test_nesterov*",
                                           "test_nllloss*", "test_sce*",      "test_batchnorm*",
                                           "test_*dropout*"};

constexpr const char* drawn =
    "its answer holds the random numbers of another program's generator; ours come from the step's "
    "key";

/// Cases that we cannot say, and why.
const std::map<std::string, const char*> refused = {
    {"test_training_dropout", drawn},
    {"test_training_dropout_mask", drawn},
    {"test_training_dropout_default", drawn},
    {"test_training_dropout_default_mask", drawn},
};

/// The same graphs spelled with ordinary operators are what an importer is for.
bool isSpelledOut(const QString& name) { return name.endsWith("_expanded"); }

struct Made {
    Program program;
    Builder builder{program, {.training = true, .floatType = DType::F32}};
    std::map<ValueId, std::vector<double>> numbers;

    ValueId input(const std::vector<double>& of, const Shape& shape, DType type) {
        const ValueId id = builder.addInput(fmt::format("x{}", program.values.size()), shape, type);
        numbers[id] = of;
        return id;
    }
    ValueId input(const OnnxTensor& tensor) {
        return input(tensor.numbers, Shape(tensor.shape), DType::F32);
    }
    std::vector<std::vector<double>> run(const std::vector<ValueId>& results) {
        Interpreter interpreter(program);
        for (const auto& [id, values] : numbers) interpreter.set(id, values);
        const auto ran = interpreter.run();
        VITRINE_CHECK(ran.ok(), "the operators of a case run");
        std::vector<std::vector<double>> all;
        for (ValueId v : results) all.push_back(interpreter.get(v));
        return all;
    }
};

using Outcome = std::vector<std::vector<double>>;

// Optimisers. The operands are R, T, then for each of n tensors X, then G, then the states.

Attrs optimizerFields(const OptimizerDescriptor& optimizer, const OnnxCase& of) {
    Attrs attrs(optimizer.fields);
    attrs.with("weight_decay", of.number("norm_coefficient", 0));
    if (of.op == "Momentum") {
        attrs.with("momentum", of.number("alpha", 0));
        attrs.with("nesterov", of.words.at("mode") == "nesterov");
        const double first = of.in[1].numbers[0] > 0 ? of.number("beta", 1) : 1;
        attrs.with("dampening", 1 - first);
    } else if (of.op == "Adam") {
        attrs.with("beta1", of.number("alpha", 0.9)).with("beta2", of.number("beta", 0.999));
        attrs.with("eps", of.number("epsilon", 1e-6));
    } else {
        attrs.with("lr_decay", of.number("decay_factor", 0));
        attrs.with("eps", of.number("epsilon", 1e-6));
    }
    return attrs;
}

/// One step, counted from 0. At T = 0 ONNX's Adam corrects no mean for its start, and ours corrects
/// them by factors that are 1 late in a run.
double stepOf(const OnnxCase& of) {
    const double t = of.in[1].numbers[0];
    return of.op == "Adam" && t == 0 ? 1e6 : t + 1;
}

Outcome optimise(const OnnxCase& of) {
    const OptimizerDescriptor& optimizer = *findOptimizer(of.op == "Momentum" ? "sgd"
                                                          : of.op == "Adam"   ? "adam"
                                                                              : "adagrad");
    const Attrs attrs = optimizerFields(optimizer, of);
    const size_t states = of.op == "Adam" ? 2 : 1, tensors = (of.in.size() - 2) / (2 + states);
    Outcome byTensor(tensors * (1 + states));
    for (size_t i = 0; i < tensors; ++i) {
        Made made;
        Builder& b = made.builder;
        const auto operand = [&](size_t kind) -> const OnnxTensor& {
            return of.in[2 + kind * tensors + i];
        };
        const auto state = [&](const OnnxTensor& tensor, StateKind kind) {
            const ValueId id = b.addState(fmt::format("s{}", made.program.values.size()), kind,
                                          Shape(tensor.shape), DType::F32, {});
            made.numbers[id] = tensor.numbers;
            return id;
        };
        UpdateContext context;
        context.parameter = state(operand(0), StateKind::Parameter);
        context.gradient = made.input(operand(1));
        for (size_t k = 0; k < states; ++k)
            context.slotValues.push_back(state(operand(2 + k), StateKind::Slot));
        context.learningRate = made.input(of.in[0].numbers, {1}, DType::F32);
        context.scale = made.input({1}, {}, DType::F32);
        context.step = made.input({stepOf(of)}, {1}, DType::I64);
        const Outcome next = made.run(optimizer.build(b, attrs, context));
        for (size_t k = 0; k < next.size(); ++k) byTensor[k * tensors + i] = next[k];
    }
    return byTensor;
}

// Losses. Places lie along one axis, since shapes here have six at most.

std::string listOf(const std::vector<double>& numbers) {
    std::string text;
    for (double x : numbers) text += fmt::format("{}{:.9g}", text.empty() ? "" : ",", x);
    return text;
}

/// −w[label] · logs[label] of each place, and 0 where the label is ignored.
ValueId lossOfPlaces(Made& made, const OnnxCase& of, ValueId logs, ValueId labels) {
    Builder& b = made.builder;
    const Shape shape = b.shape(logs);
    ValueId chosen = b.emit(
        "one_hot", b.attrs("one_hot").with("classes", shape[1]).with("axis", int64_t{1}), {labels});
    if (of.in.size() > 2)
        chosen = b.mul(chosen, made.input(of.in[2].numbers, {1, shape[1], 1}, DType::F32));
    if (of.numbers.contains("ignore_index")) {
        const ValueId ignored = made.input({of.number("ignore_index", 0)}, {1, 1}, b.dtype(labels));
        const ValueId counts = b.emit("not_equal", {labels, ignored});
        const ValueId factor =
            b.emit("cast", b.attrs("cast").with("to", std::string("f32")), {counts});
        chosen = b.mul(chosen, b.reshape(factor, {shape[0], 1, shape[2]}));
    }
    return b.scale(b.reduceSum(b.mul(chosen, logs), {1}, false), -1);
}

Outcome lose(const OnnxCase& of) {
    Made made;
    Builder& b = made.builder;
    const OnnxTensor& x = of.in[0];
    const int64_t n = x.shape[0], c = x.shape[1];
    const int64_t places = std::ssize(x.numbers) / (n * c);
    const ValueId scores = made.input(x.numbers, {n, c, places}, DType::F32);
    const ValueId labels = made.input(of.in[1].numbers, {n, places}, DType::I32);
    const bool isSoftmax = of.op == "SoftmaxCrossEntropyLoss";
    const ValueId logs =
        isSoftmax ? b.emit("log_softmax", b.attrs("log_softmax").with("axis", int64_t{1}), {scores})
                  : scores;
    const auto found = of.words.find("reduction");
    const std::string reduction = found == of.words.end() ? "mean" : found->second;
    ValueId loss = noValue;
    if (reduction == "mean") {
        const char* op = isSoftmax ? "weighted_cross_entropy" : "nll";
        Attrs attrs = b.attrs(op);
        if (of.in.size() > 2) attrs.with("class_weights", listOf(of.in[2].numbers));
        if (of.numbers.contains("ignore_index"))
            attrs.with("ignore_index", static_cast<int64_t>(of.number("ignore_index", 0)));
        loss = b.emit(op, attrs, {scores, labels});
    } else {
        loss = lossOfPlaces(made, of, logs, labels);
        if (reduction == "sum") loss = b.reduceSum(loss, {0, 1}, false);
    }
    std::vector<ValueId> results{loss};
    if (of.outputs.size() > 1) results.push_back(logs);
    return made.run(results);
}

// Batch normalisation. ONNX keeps a share of the old statistics where we take one of the new, and
// its variance is that of the batch; ours is PyTorch's, whose divisor is one less.
Outcome normalise(const OnnxCase& of) {
    const bool isTraining = of.number("training_mode", 0) != 0;
    Program program;
    Builder b(program, {.training = isTraining, .floatType = DType::F32});
    std::vector<ValueId> in{b.addInput("x", Shape(of.in[0].shape), DType::F32)};
    for (size_t k = 1; k < 5; ++k)
        in.push_back(b.addState(fmt::format("s{}", k),
                                k < 3 ? StateKind::Parameter : StateKind::Statistic,
                                Shape(of.in[k].shape), DType::F32, {}));
    in.push_back(noValue);
    const double keep = of.number("momentum", static_cast<double>(0.9F));
    const Attrs attrs =
        b.attrs("batch_norm2d").with("momentum", 1 - keep).with("eps", of.number("epsilon", 1e-5));
    const ValueId y = b.emitAll("batch_norm2d", attrs, in)[0];
    Interpreter interpreter(program);
    for (size_t k = 0; k < 5; ++k) interpreter.set(in[k], of.in[k].numbers);
    const auto ran = interpreter.run();
    VITRINE_CHECK(ran.ok(), "batch normalisation runs");
    Outcome outcome{interpreter.get(y)};
    if (!isTraining) return outcome;
    const auto next = [&](size_t k) {
        for (const StateBinding& state : program.states)
            if (state.in == in[k]) return interpreter.get(state.out);
        return std::vector<double>();
    };
    outcome.push_back(next(3));
    outcome.push_back(next(4));
    const auto& shape = of.in[0].shape;
    const auto count = static_cast<double>(shape[0] * shape[2] * shape[3]);
    for (size_t i = 0; i < outcome[2].size(); ++i) {
        const double old = keep * of.in[4].numbers[i];
        outcome[2][i] = old + (outcome[2][i] - old) * (count - 1) / count;
    }
    return outcome;
}

/// In use, or at a rate of 0. The mask of what is kept, which we have no port for, is all ones.
Outcome drop(const OnnxCase& of) {
    Made made;
    const ValueId x = made.input(of.in[0]);
    const bool isTraining = of.in.size() > 2 && of.in[2].numbers[0] != 0;
    const double rate = of.in.size() > 1 ? of.in[1].numbers[0] : of.number("ratio", 0.5);
    Builder b(made.program, {.training = isTraining, .floatType = DType::F32});
    const ValueId y = b.emit("dropout", b.attrs("dropout").with("rate", rate), {x});
    Outcome outcome = made.run({y});
    if (of.outputs.size() > 1) outcome.emplace_back(outcome[0].size(), 1.0);
    return outcome;
}

Outcome outcomeOf(const OnnxCase& of) {
    if (of.op == "BatchNormalization") return normalise(of);
    if (of.op == "Dropout") return drop(of);
    if (of.op == "NegativeLogLikelihoodLoss" || of.op == "SoftmaxCrossEntropyLoss") return lose(of);
    return optimise(of);
}

}  // namespace

class OnnxTrainingTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        m_cases = QString::fromStdString(onnxCases(m_scratch.path().toStdString(), patterns));
        if (m_cases.isEmpty())
            QSKIP("no data: VITRINE_TEST_DATA names no folder with onnx-backend");
    }

    void agreesWithTheStoredResults_data() {
        QTest::addColumn<QString>("name");
        QStringList wildcards;
        for (const std::string& pattern : patterns) wildcards << QString::fromStdString(pattern);
        for (const QString& name : QDir(m_cases).entryList(wildcards, QDir::Dirs))
            if (!isSpelledOut(name)) QTest::newRow(qPrintable(name)) << name;
    }
    void agreesWithTheStoredResults() {
        QFETCH(QString, name);
        const auto of = loadOnnxCase((m_cases + "/" + name).toStdString());
        QVERIFY2(of.ok(), of ? "" : of.error().message.c_str());
        QCOMPARE(of->nodes, 1);
        if (const auto found = refused.find(of->name); found != refused.end()) {
            ++m_refused;
            qInfo("cannot be said: %s", found->second);
            return;
        }
        const Outcome got = outcomeOf(*of);
        QCOMPARE(got.size(), of->out.size());
        for (size_t k = 0; k < got.size(); ++k) {
            const std::vector<double>& wanted = of->out[k].numbers;
            QCOMPARE(got[k].size(), wanted.size());
            for (size_t i = 0; i < wanted.size(); ++i)
                QVERIFY2(
                    std::abs(got[k][i] - wanted[i]) <= absolute + relative * std::abs(wanted[i]),
                    fmt::format("{}[{}]: {}, wanted {}", of->outputs[k], i, got[k][i], wanted[i])
                        .c_str());
        }
        ++m_agreed;
    }

    void cleanupTestCase() {
        if (m_cases.isEmpty())
            return printCount(0, "training cases of ONNX's suite: VITRINE_TEST_DATA names no data");
        printCount(m_agreed, fmt::format("training cases of ONNX's suite agree, {} cannot be said",
                                         m_refused));
    }

  private:
    QTemporaryDir m_scratch;
    QString m_cases;
    int m_agreed = 0, m_refused = 0;
};

QTEST_GUILESS_MAIN(OnnxTrainingTest)
#include "tst_onnx_training.moc"
