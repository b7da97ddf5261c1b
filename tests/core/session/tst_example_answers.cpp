// SPDX-License-Identifier: Apache-2.0
// What a network says of all examples of a part. Truth: the predictor, one example at a time.
#include "core/session/example_answers.h"

#include <QtTest/QtTest>

#include <cmath>
#include <thread>

#include "core/graph/graph_text.h"
#include "core/session/predictor.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

Project projectOf(const std::string& network) {
    Project project;
    auto graph = graphFromText(network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.data.format = "idx";  // its images are bytes
    project.training.seed = 3;
    return project;
}

constexpr const char* classes =
    "x[1,12,12] -> flatten as flat -> linear(out_features=10) as fc"
    " -> cross_entropy(labels) as loss";

std::vector<int32_t> labelsOf(const ExampleSet& set) {
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < set.count; ++i) labels.push_back(set.number(1, i));
    return labels;
}

}  // namespace

class TestExampleAnswers : public QObject {
    Q_OBJECT

  private slots:
    void saysWhatThePredictorSays_data() {
        QTest::addColumn<bool>("isTest");
        QTest::addColumn<int>("count");
        QTest::newRow("training, two batches and a rest") << false << 150;
        QTest::newRow("test, less than a batch") << true << 5;
    }
    void saysWhatThePredictorSays() {
        QFETCH(bool, isTest);
        QFETCH(int, count);
        const auto data = std::make_shared<const Dataset>(test::barDataset(150, 5));
        const ExampleSet& set = isTest ? data->test : data->train;
        const Project project = projectOf(classes);
        const std::vector<int32_t> labels = labelsOf(set);
        const auto answers = classAnswers({project, data, isTest}, labels);
        QVERIFY2(answers.ok(), answers.ok() ? "" : answers.error().text().c_str());
        QCOMPARE(std::ssize(answers->classes), count);
        QCOMPARE(std::ssize(answers->losses), count);
        const auto predictor = Predictor::create(project);
        QVERIFY(predictor.ok());
        for (int64_t i = 0; i < count; i += 7) {
            const auto bytes = set.value(0, i);
            static_cast<void>((*predictor)->ask({{bytes.begin(), bytes.end()}}));
            std::unique_ptr<Prediction> one;
            while (!(one = (*predictor)->take())) std::this_thread::yield();
            const auto at = static_cast<size_t>(i);
            const std::vector<float>& all = one->probabilities;
            const auto best = std::ranges::max_element(all) - all.begin();
            QCOMPARE(answers->classes[at], static_cast<int32_t>(best));
            QVERIFY(std::abs(answers->probabilities[at] - all[static_cast<size_t>(best)]) < 1e-5F);
            const float wanted = -std::log(all[static_cast<size_t>(labels[at])]);
            QVERIFY(std::abs(answers->losses[at] - wanted) < 1e-4F);
        }
    }

    void refusesWhatCannotBeAsked_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("code");
        QTest::newRow("no classes") << "x[1,12,12] -> flatten as flat -> linear(out_features=144) "
                                       "as fc -> mse(flat) as loss"
                                    << "U21";
        QTest::newRow("another size")
            << QString(classes).replace(QStringLiteral("12,12"), QStringLiteral("8,8")) << "P13";
    }
    void refusesWhatCannotBeAsked() {
        QFETCH(QString, network);
        QFETCH(QString, code);
        const auto data = std::make_shared<const Dataset>(test::barDataset(4, 4));
        const auto answers =
            classAnswers({projectOf(network.toStdString()), data, true}, labelsOf(data->test));
        QVERIFY(!answers.ok());
        QCOMPARE(QString::fromStdString(answers.error().code), code);
    }

    void tellsHowFarItIsAndCanBeStopped() {
        const auto data = std::make_shared<const Dataset>(test::barDataset(150, 4));
        std::stop_source stop;
        double share = 0;
        AnswerRequest request{.project = projectOf(classes),
                              .data = data,
                              .isTest = false,
                              .progress =
                                  [&](double done) {
                                      share = done;
                                      stop.request_stop();
                                  },
                              .stop = stop.get_token()};
        const auto answers = classAnswers(request, labelsOf(data->train));
        QVERIFY(!answers.ok());
        QCOMPARE(answers.error().code, std::string(stoppedCode));
        QVERIFY(share > 0 && share < 1);
    }
};

QTEST_APPLESS_MAIN(TestExampleAnswers)
#include "tst_example_answers.moc"
