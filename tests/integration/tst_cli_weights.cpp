// SPDX-License-Identifier: Apache-2.0
// vitrine-cli weights, and weights of other programs in eval and train. Truth: the same numbers
// under the project's own names.
#include <QTemporaryDir>

#include "core/io/safetensors.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;

class TestCliWeights : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    CliResult run(const QStringList& arguments) { return runCli(arguments, m_folder.path()); }
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    /// Loss and accuracy of weights on the project's test images.
    std::pair<double, double> scores(const QStringList& weights) {
        const CliResult result =
            run(QStringList{"eval", "p.vitrine", "--threads", "1", "--json"} + weights);
        const auto lines = jsonLines(result.out);
        if (result.status != 0 || lines.size() != 1) {
            QTest::qFail(result.err.constData(), __FILE__, __LINE__);
            return {};
        }
        return {lines[0]["test_loss"].get<double>(), lines[0]["test_accuracy"].get<double>()};
    }

  private slots:
    void initTestCase() {
        writeBytes(path("p.vitrine"), strokesProject());
        const CliResult trained =
            run({"train", "p.vitrine", "--epochs", "1", "--threads", "1", "--out", "run"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        // The same under names of somebody else's, who has a counter too.
        const auto own = loadSafetensors(path("run/weights.safetensors"));
        QVERIFY(own.ok());
        const std::vector<int64_t> counter{7};
        std::vector<TensorView> others;
        QStringList rules;
        for (const TensorView& tensor : own->tensors) {
            const auto point = tensor.name.rfind('.');
            TensorView other = tensor;
            other.name = fmt::format("features.{}{}", others.size() / 2, tensor.name.substr(point));
            rules << QString::fromStdString(other.name + " -> " + tensor.name);
            others.push_back(std::move(other));
        }
        others.push_back(
            {"features.0.num_batches_tracked", DType::I64, {}, std::as_bytes(std::span(counter))});
        QVERIFY(saveSafetensors(path("foreign.safetensors"), others, {}).ok());
        writeBytes(path("rules.txt"), rules.join('\n').toStdString());
    }

    void listsTensors() {
        const CliResult listed = run({"weights", "foreign.safetensors"});
        QVERIFY2(listed.status == 0, listed.err.constData());
        QVERIFY(listed.out.contains("features.0.num_batches_tracked"));
        const CliResult json = run({"weights", "foreign.safetensors", "--json"});
        const auto lines = jsonLines(json.out);
        QCOMPARE(lines.size(), size_t{1});
        QCOMPARE(lines[0]["kind"].get<std::string>(), std::string("safetensors"));
        QVERIFY(lines[0]["tensors"].size() > 4);
    }

    void measuresTheSameUnderOtherNames() {
        const auto wanted = scores({"--weights", "run/weights.safetensors"});
        QCOMPARE(scores({"--weights", "foreign.safetensors"}), wanted);
        QCOMPARE(scores({"--weights", "foreign.safetensors", "--rules", "rules.txt"}), wanted);
        const CliResult table = run({"weights", "foreign.safetensors", "--project", "p.vitrine",
                                     "--out", "own.safetensors"});
        QVERIFY2(table.status == 0, table.err.constData());
        QVERIFY2(table.out.contains("it counts batches and is no weight"), table.out.constData());
        QCOMPARE(scores({"--weights", "own.safetensors"}), wanted);
        const QStringList again{"weights", "foreign.safetensors", "--project", "p.vitrine",
                                "--out",   "own.safetensors"};
        QCOMPARE(faultOfAnswer(run(again), 2, "U10", "'own.safetensors' is there already"),
                 QString());
        QCOMPARE(run(again + QStringList{"--overwrite"}).status, 0);
    }

    void saysWhereItHasGuessed() {
        const CliResult guessed = run({"eval", "p.vitrine", "--weights", "foreign.safetensors"});
        QVERIFY2(guessed.err.contains("by shape and order"), guessed.err.constData());
        const CliResult ruled =
            run({"eval", "p.vitrine", "--weights", "foreign.safetensors", "--rules", "rules.txt"});
        QVERIFY2(ruled.err.isEmpty(), ruled.err.constData());
    }

    void trainsOnFromThem() {
        const CliResult trained = run({"train", "p.vitrine", "--epochs", "1", "--threads", "1",
                                       "--weights", "foreign.safetensors", "--out", "second"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        const auto start = loadSafetensors(path("second/initial.safetensors"));
        const auto wanted = loadSafetensors(path("run/weights.safetensors"));
        QVERIFY(start.ok() && wanted.ok());
        for (const TensorView& tensor : wanted->tensors) {
            const TensorView* found = start->find(tensor.name);
            QVERIFY(found && std::ranges::equal(found->bytes, tensor.bytes));
        }
        QCOMPARE(faultOfAnswer(run({"train", "p.vitrine", "--resume", "second", "--weights",
                                    "foreign.safetensors"}),
                               2, "L01", "two sets of weights"),
                 QString());
    }

    void replacesATensorByAnArray() {
        const auto own = loadSafetensors(path("run/weights.safetensors"));
        const auto bias = std::ranges::find_if(
            own->tensors, [](const TensorView& tensor) { return tensor.shape.rank() == 1; });
        const std::string name = bias->name;
        const int64_t count = bias->shape[0];
        std::string header =
            fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}", count);
        header.append(117 - header.size(), ' ');
        std::string array("\x93NUMPY\1\0v\0", 10);
        array += header + '\n';
        const std::vector<double> numbers(static_cast<size_t>(count), 0.5);
        array.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 8);
        writeBytes(path("half.npy"), array);
        const CliResult replaced =
            run({"weights", "run/weights.safetensors", "--replace",
                 QString::fromStdString(name + "=half.npy"), "--out", "changed.safetensors"});
        QVERIFY2(replaced.status == 0, replaced.err.constData());
        const auto changed = loadSafetensors(path("changed.safetensors"));
        QVERIFY(changed.ok());
        for (const TensorView& tensor : own->tensors) {
            const TensorView* found = changed->find(tensor.name);
            QVERIFY(found);
            if (tensor.name != name) QVERIFY(std::ranges::equal(found->bytes, tensor.bytes));
        }
        std::vector<float> read(static_cast<size_t>(count));
        std::memcpy(read.data(), changed->find(name)->bytes.data(), read.size() * 4);
        QCOMPARE(read, std::vector<float>(read.size(), 0.5f));
        QCOMPARE(faultOfAnswer(
                     run({"weights", "run/weights.safetensors", "--replace", "nobody=half.npy"}), 1,
                     "C02", "has no tensor 'nobody'"),
                 QString());
    }

    void saysWhatDoesNotFit() {
        const std::string fixtures = VITRINE_SOURCE_DIR "/tests/core/io/weights/files/";
        QCOMPARE(faultOfAnswer(run({"weights", QString::fromStdString(fixtures + "whole.pt")}), 1,
                               "F03", "__main__.Own"),
                 QString());
        const CliResult table = run({"weights", QString::fromStdString(fixtures + "checkpoint.pt"),
                                     "--project", "p.vitrine"});
        QCOMPARE(table.status, 1);
        QVERIFY2(table.out.contains("0 of the network's"), table.out.constData());
        QVERIFY2(table.out.contains("left over: 0.weight"), table.out.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliWeights)
#include "tst_cli_weights.moc"
