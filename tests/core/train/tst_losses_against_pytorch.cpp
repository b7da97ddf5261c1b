// SPDX-License-Identifier: Apache-2.0
// Fifty steps of training in float64, planned and fused as a run has them, against PyTorch's
// losses. Truth: tests/golden/training.safetensors, whose note says which versions made it.
#include <QtTest/QtTest>
#include <cmath>

#include "core/graph/graph_text.h"
#include "core/io/safetensors.h"
#include "core/tensor/element.h"
#include "core/train/model.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr int64_t batch = 16;
constexpr int steps = 50;
/// Behind step 10, and behind step 50: rounding grows from step to step.
constexpr double tight = 1e-9, loose = 1e-6;

struct Run {
    const char* name;  ///< in the file
    const char* text;
    const char* optimizer;
    double momentum, rate;
};

constexpr Run runs[] = {
    {"lenet",
     "x[1,12,12] -> conv2d(out_channels=4 kernel=3 padding=1 bias=false) as c1 -> batch_norm2d as "
     "b1 -> relu -> max_pool2d(kernel=2 stride=2) -> conv2d(out_channels=8 kernel=3 bias=false) as "
     "c2 -> batch_norm2d as b2 -> relu -> max_pool2d(kernel=2 stride=2) -> flatten -> "
     "linear(out_features=20) as f1 -> relu -> linear(out_features=10) as f2 -> "
     "cross_entropy(labels)",
     "sgd", 0.9, 0.05},
    {"residual",
     "x[1,12,12] -> conv2d(out_channels=6 kernel=3 padding=1) as c1 -> group_norm(groups=2) as g1 "
     "-> silu as a\n"
     "a -> conv2d(out_channels=8 kernel=1 stride=2) as short\n"
     "a -> conv2d(out_channels=8 kernel=3 stride=2 padding=1) as c2 -> silu -> "
     "conv2d(out_channels=8 kernel=3 padding=1 groups=2) as c3 -> add(short) -> "
     "group_norm(groups=4) as g2 -> silu -> global_avg_pool2d -> flatten -> "
     "linear(out_features=10) as f1 -> cross_entropy(labels label_smoothing=0.1)",
     "adam", 0, 0.004},
};

std::vector<double> numbersOf(const TensorView& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i)
        numbers.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return numbers;
}

Result<Program> programOf(const Run& run) {
    const auto graph = graphFromText(run.text);
    if (!graph) return graph.error();
    ModelOptions options{.batch = batch, .floatType = DType::F64};
    options.recipe.optimizer = findOptimizer(run.optimizer);
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    if (run.momentum > 0) options.recipe.optimizerFields.with("momentum", run.momentum);
    return buildProgram(*graph, {Mode::Train, batch}, options);
}

/// PyTorch's word for a state of ours.
std::string nameInFile(const Run& run, const std::string& state) {
    std::string name = state;
    for (const auto& [ours, theirs] :
         {std::pair{".scale", ".weight"}, std::pair{".shift", ".bias"}})
        if (name.ends_with(ours)) name = name.substr(0, name.rfind('.')) + theirs;
    return std::string(run.name) + "." + name;
}

}  // namespace

class TrainingAgainstPyTorchTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto file = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/training.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_file = std::move(file).value();
    }

    void lossesAgree_data() {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < std::size(runs); ++i)
            QTest::newRow(runs[i].name) << static_cast<int>(i);
    }
    void lossesAgree() {
        QFETCH(int, index);
        const Run& run = runs[index];
        const auto program = programOf(run);
        QVERIFY2(program.ok(), program ? "" : program.error().text().c_str());
        StateLayout states;
        states.add(*program);
        PreparedStep step = prepareStep(*program, states, {}, 1);
        const int weights = setWeights(step, states, run);
        QCOMPARE(weights, static_cast<int>(std::ranges::count(states.items(), StateKind::Parameter,
                                                              &StateLayout::Item::kind)));
        const std::vector<double> wanted =
            numbersOf(*m_file.find(std::string(run.name) + ".losses"));
        QCOMPARE(std::ssize(wanted), std::ptrdiff_t{steps});
        set(step, "lr", {run.rate});
        for (int s = 0; s < steps; ++s) {
            feed(step, s);
            step.executor->runAll();
            const double loss = step.executor->scalar("loss"),
                         wants = wanted[static_cast<size_t>(s)];
            const double bound = s < 10 ? tight : loose;
            QVERIFY2(
                std::abs(loss - wants) <= bound,
                fmt::format("step {}: {:.15g}, PyTorch has {:.15g}", s + 1, loss, wants).c_str());
        }
        compareStatistics(step, states, run);
    }

  private:
    static void set(PreparedStep& step, const char* input, const std::vector<double>& numbers) {
        const ValueId value = step.tape->input(input);
        QVERIFY2(value != noValue, input);
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(storageOf(*step.executor, value), step.tape->value(value).type.dtype,
                         static_cast<int64_t>(i), numbers[i]);
    }

    /// How many are in the file.
    int setWeights(PreparedStep& step, const StateLayout& states, const Run& run) {
        int found = 0;
        for (const StateLayout::Item& item : states.items()) {
            const TensorView* tensor = m_file.find(nameInFile(run, item.name));
            if (!tensor) continue;
            ++found;
            const std::vector<double> numbers = numbersOf(*tensor);
            for (size_t i = 0; i < numbers.size(); ++i)
                writeElement(step.memory->host() + item.offset, item.dtype, static_cast<int64_t>(i),
                             numbers[i]);
        }
        step.executor->statesChanged();
        return found;
    }

    void feed(PreparedStep& step, int number) {
        const std::vector<double> images = numbersOf(*m_file.find("images")),
                                  labels = numbersOf(*m_file.find("labels"));
        const auto all = std::ssize(labels), pixels = std::ssize(images) / all;
        std::vector<double> x, t;
        for (int64_t i = 0; i < batch; ++i) {
            const int64_t at = (batch * number + i) % all;
            t.push_back(labels[static_cast<size_t>(at)]);
            x.insert(x.end(), images.begin() + at * pixels, images.begin() + (at + 1) * pixels);
        }
        set(step, "x", x);
        set(step, "labels", t);
        set(step, "step", {static_cast<double>(number + 1)});
    }

    void compareStatistics(PreparedStep& step, const StateLayout& states, const Run& run) {
        for (const StateLayout::Item& item : states.items()) {
            if (item.kind != StateKind::Statistic) continue;
            const TensorView* tensor = m_file.find(std::string(run.name) + ".after." + item.name);
            QVERIFY2(tensor, item.name.c_str());
            const std::vector<double> wanted = numbersOf(*tensor);
            for (size_t i = 0; i < wanted.size(); ++i)
                QVERIFY(std::abs(readElement(step.memory->host() + item.offset, item.dtype,
                                             static_cast<int64_t>(i)) -
                                 wanted[i]) <= loose);
        }
    }

    SafetensorsFile m_file;
};

QTEST_GUILESS_MAIN(TrainingAgainstPyTorchTest)
#include "tst_losses_against_pytorch.moc"
