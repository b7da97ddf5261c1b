// SPDX-License-Identifier: Apache-2.0
// What vitrine-cli does: its events, its run folder, and that a run ends with the same bytes
// however often it was interrupted and on however many threads. The truth is an undisturbed run of
// the same program on one thread.
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <csignal>
#include <filesystem>

#include "core/opdef/registry.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
namespace fs = std::filesystem;

class TestCli : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    QString m_folder;
    QByteArray m_events;        ///< standard output of the undisturbed run
    std::string m_weights;      ///< its weights.safetensors
    std::string m_longWeights;  ///< of an undisturbed run of longEpochs

    static constexpr int stepsPerEpoch = 10;
    static constexpr int longEpochs = 60;

    std::string path(const QString& name) const { return (m_folder + "/" + name).toStdString(); }
    std::string weightsOf(const QString& run) const {
        return readBytes(path(run + "/weights.safetensors"));
    }
    QStringList longRun() const {
        return {"small.vitrine", "--epochs", QString::number(longEpochs), "--checkpoint-every",
                "0.02"};
    }
    /// Starts the long run and ends it by the signal after some steps. A run that was done before
    /// the signal reached it is made anew.
    int interruptLongRun(const QString& run, int steps, int signal, QByteArray* err = nullptr) {
        int status = 0;
        for (int attempt = 0; attempt < 5 && status == 0; ++attempt) {
            fs::remove_all(path(run));
            status =
                trainUntil(longRun() + QStringList{"--out", run}, m_folder, steps, signal, err);
        }
        return status;
    }
    std::vector<int64_t> loggedSteps(const QString& run) const {
        std::vector<int64_t> steps;
        for (const auto& object :
             jsonLines(QByteArray::fromStdString(readBytes(path(run + "/log.jsonl")))))
            if (object.value("event", "") == "step") steps.push_back(object["step"]);
        return steps;
    }
    std::vector<std::string> checkpointsOf(const QString& run) const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(path(run + "/checkpoints")))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

  private slots:
    void initTestCase();
    void givesOneObjectALine();
    void leavesARunFolder();
    void threadsChangeNoByte_data();
    void threadsChangeNoByte();
    void evalAgreesWithTheLastEpoch();
    void evalTellsWhatIsTakenForWhat();
    void savesWhenInterruptedAndGoesOn();
    void goesOnAfterAKill_data();
    void goesOnAfterAKill();
    void goesOnAfterAKillInTheFirstSave();
    void refusesOtherSettingsWhenGoingOn();
    void usesThePreviousCheckpointWhenTheNewestIsDamaged();
    void refusesWhenNoCheckpointIsGood();
    void inspectsTheShippedProjects_data();
    void inspectsTheShippedProjects();
    void listsEveryOperator();
    void keepsRunsBesideTheProject();
    void tellsWhatThereIsToComputeWith();
};

void TestCli::initTestCase() {
    m_folder = m_temporary.path();
    writeBytes(path("small.vitrine"), strokesProject());
    const CliResult run = runCli({"train", "small.vitrine", "--threads", "1", "--out",
                                  "undisturbed", "--json", "--checkpoint-every", "0"},
                                 m_folder);
    QVERIFY2(run.status == 0, run.err);
    m_events = run.out;
    m_weights = weightsOf("undisturbed");
    QVERIFY(!m_weights.empty());
    QCOMPARE(trainUntil(longRun() + QStringList{"--threads", "1", "--out", "long"}, m_folder, 0, 0),
             0);
    m_longWeights = weightsOf("long");
}

void TestCli::givesOneObjectALine() {
    const auto objects = jsonLines(m_events);
    std::string order;
    int64_t step = 0;
    for (const auto& object : objects) {
        const std::string event = object.at("event");
        order += event.front();
        QStringList keys;
        if (event == "start")
            keys = {"project", "steps",   "train_images", "test_images",
                    "seed",    "threads", "numerics",     "run"};
        if (event == "step") keys = {"step", "epoch", "loss", "lr", "grad_norm"};
        if (event == "epoch")
            keys = {"epoch", "step", "train_loss", "test_loss", "test_accuracy", "images_per_s"};
        if (event == "done") keys = {"step", "seconds", "test_accuracy", "weights"};
        QVERIFY2(!keys.isEmpty(), event.c_str());
        for (const QString& key : keys)
            QVERIFY2(object.contains(key.toStdString()), object.dump().c_str());
        if (event == "step") QCOMPARE(object.at("step").get<int64_t>(), ++step);
    }
    const std::string epoch(stepsPerEpoch, 's');
    QCOMPARE(order.size(), 1 + 3 * (epoch.size() + 1) + 1);
    QCOMPARE(order.front(), 's');
    QCOMPARE(order.back(), 'd');
    QCOMPARE(objects.front().at("steps").get<int64_t>(), int64_t{3 * stepsPerEpoch});
    QCOMPARE(step, int64_t{3 * stepsPerEpoch});
}

void TestCli::leavesARunFolder() {
    const auto run = nlohmann::json::parse(readBytes(path("undisturbed/run.json")));
    for (const char* key :
         {"program", "project", "data_fingerprint", "settings", "numerics", "machine"})
        QVERIFY2(run.contains(key), key);
    QCOMPARE(run["settings"]["seed"].get<std::string>(), std::string("5"));
    QVERIFY(readBytes(path("undisturbed/project.vitrine")).find("\"vitrine-project\"") !=
            std::string::npos);
    const std::vector<std::string> newestTwo{"step-29.safetensors", "step-30.safetensors"};
    QCOMPARE(checkpointsOf("undisturbed"), newestTwo);
    QCOMPARE(loggedSteps("undisturbed").size(), size_t{3 * stepsPerEpoch});
}

void TestCli::threadsChangeNoByte_data() {
    QTest::addColumn<QString>("threads");
    for (const char* threads : {"1", "2", "4"}) QTest::newRow(threads) << threads;
}

void TestCli::threadsChangeNoByte() {
    QFETCH(QString, threads);
    const QString run = "threads-" + threads;
    QCOMPARE(
        runCli({"train", "small.vitrine", "--threads", threads, "--out", run}, m_folder).status, 0);
    QVERIFY(weightsOf(run) == m_weights);
}

void TestCli::evalAgreesWithTheLastEpoch() {
    const QStringList eval{"eval", "small.vitrine", "--weights", "undisturbed/weights.safetensors",
                           "--json"};
    const auto measured = jsonLines(runCli(eval, m_folder).out);
    QCOMPARE(measured.size(), size_t{1});
    const auto trained = jsonLines(m_events);
    const auto& epoch = trained[trained.size() - 2];
    QCOMPARE(epoch.at("event").get<std::string>(), std::string("epoch"));
    QCOMPARE(measured[0].at("test_accuracy").get<double>(),
             epoch.at("test_accuracy").get<double>());
    QCOMPARE(measured[0].at("test_loss").get<double>(), epoch.at("test_loss").get<double>());
    QCOMPARE(measured[0].at("images").get<int>(), 50);
}

/// Counts add up to the images, and on the diagonal to the accuracy, in all three forms.
void TestCli::evalTellsWhatIsTakenForWhat() {
    const QStringList eval{"eval", "small.vitrine", "--weights", "undisturbed/weights.safetensors",
                           "--confusion"};
    const auto measured = jsonLines(runCli(eval + QStringList{"--json"}, m_folder).out);
    const auto& confusion = measured.at(0).at("confusion");
    const auto counts = confusion.at("counts").get<std::vector<std::vector<int>>>();
    QCOMPARE(counts.size(), confusion.at("classes").size());
    int all = 0, right = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        QCOMPARE(counts[i].size(), counts.size());
        all += std::accumulate(counts[i].begin(), counts[i].end(), 0);
        right += counts[i][i];
    }
    QCOMPARE(all, 50);
    QCOMPARE(right / 50.0, measured[0].at("test_accuracy").get<double>());

    const QList<QByteArray> csv =
        runCli(eval + QStringList{"--csv"}, m_folder).out.trimmed().split('\n');
    QCOMPARE(csv.size(), static_cast<qsizetype>(counts.size()) + 1);
    QVERIFY2(csv[0].startsWith("class,"), csv[0]);
    for (size_t i = 0; i < counts.size(); ++i) {
        const QList<QByteArray> cells = csv[static_cast<qsizetype>(i) + 1].split(',');
        QCOMPARE(cells.size(), static_cast<qsizetype>(counts.size()) + 1);
        for (size_t c = 0; c < counts.size(); ++c)
            QCOMPARE(cells[static_cast<qsizetype>(c) + 1].toInt(), counts[i][c]);
    }
    const CliResult table = runCli(eval, m_folder);
    QVERIFY2(
        table.out.contains("50 test images") && table.out.contains("What each class is taken for"),
        table.out);
    QCOMPARE(runCli(eval + QStringList{"--csv", "--json"}, m_folder).status, 2);
}

void TestCli::savesWhenInterruptedAndGoesOn() {
    QByteArray said;
    QCOMPARE(interruptLongRun("stopped", 5, SIGINT, &said), 130);
    QVERIFY2(said.contains("Interrupted after step") &&
                 said.contains("vitrine-cli train small.vitrine --resume stopped"),
             said);
    QVERIFY(!fs::exists(path("stopped/weights.safetensors")));
    const CliResult resumed = runCli({"train", "small.vitrine", "--resume", "stopped"}, m_folder);
    QVERIFY2(resumed.status == 0, resumed.err);
    QVERIFY(weightsOf("stopped") == m_longWeights);

    std::vector<int64_t> every(longEpochs * stepsPerEpoch);
    std::iota(every.begin(), every.end(), 1);
    QCOMPARE(loggedSteps("stopped"), every);
}

void TestCli::goesOnAfterAKill_data() {
    QTest::addColumn<QString>("threads");
    QTest::newRow("first") << "2";
    QTest::newRow("second") << "1";
}

void TestCli::goesOnAfterAKill() {
    QFETCH(QString, threads);
    QRandomGenerator random(threads.toUInt());
    const int steps = random.bounded(1, longEpochs * stepsPerEpoch / 2);
    const QString run = "killed-" + threads;
    QCOMPARE(interruptLongRun(run, steps, SIGKILL), 128 + SIGKILL);
    const CliResult resumed =
        runCli({"train", "small.vitrine", "--resume", run, "--threads", threads}, m_folder);
    QVERIFY2(resumed.status == 0, resumed.err);
    QVERIFY2(weightsOf(run) == m_longWeights, QByteArray::number(steps));
    for (const std::string& left : pathsBelow(path(run)))
        QVERIFY2(left.find("vitrine-tmp") == std::string::npos, left.c_str());
    QVERIFY(checkpointsOf(run).size() <= 2);

    std::vector<int64_t> every(longEpochs * stepsPerEpoch);
    std::iota(every.begin(), every.end(), 1);
    QCOMPARE(loggedSteps(run), every);
}

/// Before any checkpoint stands: the run begins anew, and what the save had begun goes.
void TestCli::goesOnAfterAKillInTheFirstSave() {
    fs::copy(path("undisturbed"), path("first-save"), fs::copy_options::recursive);
    fs::remove(path("first-save/weights.safetensors"));
    for (const std::string& name : checkpointsOf("first-save"))
        fs::remove(path("first-save/checkpoints/" + QString::fromStdString(name)));
    auto settings = nlohmann::ordered_json::parse(readBytes(path("first-save/run.json")));
    settings.erase("has_checkpoint");
    writeBytes(path("first-save/run.json"), settings.dump());
    const std::string begun = path("first-save/checkpoints/.0123456789abcdef-1.vitrine-tmp");
    writeBytes(begun, "half");
    const CliResult resumed =
        runCli({"train", "small.vitrine", "--resume", "first-save"}, m_folder);
    QVERIFY2(resumed.status == 0, resumed.err);
    QVERIFY(weightsOf("first-save") == m_weights);
    QVERIFY(!fs::exists(begun));
}

void TestCli::refusesOtherSettingsWhenGoingOn() {
    const CliResult result =
        runCli({"train", "small.vitrine", "--resume", "undisturbed", "--batch", "8"}, m_folder);
    QCOMPARE(faultOfAnswer(result, 2, "U11", "--batch is 8, but the run was started with 16"),
             QString());
    QVERIFY(weightsOf("undisturbed") == m_weights);
}

void TestCli::usesThePreviousCheckpointWhenTheNewestIsDamaged() {
    fs::copy(path("undisturbed"), path("damaged"), fs::copy_options::recursive);
    fs::remove(path("damaged/weights.safetensors"));
    const std::string newest = path("damaged/checkpoints/step-30.safetensors");
    std::string bytes = readBytes(newest);
    bytes.back() = static_cast<char>(~bytes.back());
    writeBytes(newest, bytes);
    const CliResult resumed = runCli({"train", "small.vitrine", "--resume", "damaged"}, m_folder);
    QVERIFY2(resumed.status == 0, resumed.err);
    QVERIFY2(resumed.err.startsWith("C01: checkpoint of step 30 is damaged"), resumed.err);
    QVERIFY2(resumed.err.contains("The checkpoint of step 29 is used instead."), resumed.err);
    QVERIFY(weightsOf("damaged") == m_weights);
}

void TestCli::refusesWhenNoCheckpointIsGood() {
    fs::copy(path("undisturbed"), path("hopeless"), fs::copy_options::recursive);
    for (const std::string& name : checkpointsOf("hopeless")) {
        const std::string file = path("hopeless/checkpoints/" + QString::fromStdString(name));
        writeBytes(file, readBytes(file).substr(0, 1000));
    }
    const CliResult resumed = runCli({"train", "small.vitrine", "--resume", "hopeless"}, m_folder);
    QCOMPARE(faultOfAnswer(resumed, 1, "C10", "no good checkpoint is left in 'hopeless'"),
             QString());
}

void TestCli::inspectsTheShippedProjects_data() {
    QTest::addColumn<QString>("project");
    for (const char* name :
         {"digits_lenet", "mnist_lenet", "cifar_small_resnet", "digits_autoencoder",
          "digits_two_heads", "pairs_siamese", "pointers_regression", "scribbles_segmentation",
          "mnist_fast", "airbench"})
        QTest::newRow(name) << QString(VITRINE_SOURCE_DIR "/projects/") + name;
}

void TestCli::inspectsTheShippedProjects() {
    QFETCH(QString, project);
    const CliResult check = runCli({"check", project}, m_folder);
    QVERIFY2(check.status == 0 && check.out.contains("Everything agrees."), check.out + check.err);
    const CliResult table = runCli({"tape", project}, m_folder);
    QVERIFY2(table.status == 0 && table.out.contains("conv2d"), table.err);
    const CliResult json = runCli({"tape", project, "--json", "--batch", "8"}, m_folder);
    QCOMPARE(json.status, 0);
    const auto objects = jsonLines(json.out);
    QVERIFY(objects.size() > 2);
    QCOMPARE(objects.back().at("event").get<std::string>(), std::string("plan"));
}

void TestCli::listsEveryOperator() {
    const CliResult json = runCli({"ops", "--json"}, m_folder);
    QCOMPARE(json.status, 0);
    std::set<std::string> listed, wanted{"input", "target", "output"};  // graphs need them too
    for (const auto& object : jsonLines(json.out))
        listed.insert(object.at("id").get<std::string>());
    for (const vitrine::OpDescriptor* op : vitrine::allOperators())
        wanted.insert(std::string(op->id));
    QCOMPARE(listed, wanted);
    const CliResult help = runCli({"ops"}, m_folder);
    QVERIFY(help.status == 0 && help.out.contains("conv2d") && help.out.contains("padding"));
}

void TestCli::keepsRunsBesideTheProject() {
    const QString elsewhere = m_folder + "/elsewhere";
    fs::create_directories(path("mine/net"));
    fs::create_directories(path("elsewhere"));
    writeBytes(path("mine/net/small.vitrine"), strokesProject());
    const QStringList command{"train", m_folder + "/mine/net", "--epochs", "1"};
    for (const char* run : {"small-1", "small-2"}) {
        const CliResult trained = runCli(command, elsewhere);
        QVERIFY2(trained.status == 0, trained.err);
        QVERIFY2(fs::exists(path(QString("mine/net/runs/%1/weights.safetensors").arg(run))), run);
    }
    QVERIFY2(fs::is_empty(path("elsewhere")), "everything lies beside the project");

    for (const char* folder : {"", "mine", "elsewhere"})
        fs::permissions(path(folder), fs::perms(0777));
    if (geteuid() == 0 && runCliWithoutRights({"--version"}, elsewhere).status != 0)
        QSKIP("a user without rights cannot reach the program here");
    fs::permissions(path("mine/net"), fs::perms(0555));
    const CliResult trained = runCliWithoutRights(command, elsewhere);
    fs::permissions(path("mine/net"), fs::perms(0755));
    QVERIFY2(trained.status == 0, trained.err);
    QVERIFY2(fs::exists(path("elsewhere/runs/small-1/weights.safetensors")), trained.out);
}

void TestCli::tellsWhatThereIsToComputeWith() {
    const CliResult lines = runCli({"devices"}, m_folder);
    const auto objects = jsonLines(runCli({"devices", "--json"}, m_folder).out);
    // One more where there are kernels for CUDA: which of them never ran on a card.
    QVERIFY2(objects.size() == 3 || objects[2].at("name") == "Not run", lines.out);
    QVERIFY2(lines.status == 0 && lines.out.count('\n') == std::ssize(objects),
             lines.out + lines.err);
    for (const auto& object : objects) {
        QVERIFY(lines.out.contains(QByteArray::fromStdString(object.at("name"))));
        QVERIFY(lines.out.contains(QByteArray::fromStdString(object.at("text"))));
    }
    QCOMPARE(objects.back().at("name").get<std::string>(), std::string("cuBLASLt"));
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
