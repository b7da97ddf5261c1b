// SPDX-License-Identifier: Apache-2.0
// Runs on a device from a request to their record, and what is said where there is no device. The
// device is a run time of CUDA that is emulated on the host.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include "core/io/project.h"
#include "core/session/device_choice.h"
#include "core/session/machine_text.h"
#include "core/session/training_run.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/emulated_device.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

std::shared_ptr<const Dataset> data() {
    static const auto set = std::make_shared<const Dataset>(test::barDataset(64, 32));
    return set;
}

/// A network of one layer for those.
std::string barProject() {
    std::string text = test::strokesProject();
    const size_t graph = text.find("\"graph\""), data = text.find("\"data\":");
    text.replace(graph, data - graph, R"("graph": {
    "nodes": [
      {"id": "input", "op": "input", "fields": {"shape": [1, 12, 12]}},
      {"id": "flatten", "op": "flatten"},
      {"id": "fc", "op": "linear", "fields": {"out_features": 10}},
      {"id": "target", "op": "target", "fields": {"classes": 10}},
      {"id": "loss", "op": "cross_entropy"}
    ],
    "edges": [
      {"from": "input.x", "to": "flatten.x"}, {"from": "flatten.y", "to": "fc.x"},
      {"from": "fc.y", "to": "loss.logits"}, {"from": "target.labels", "to": "loss.labels"}
    ]
  },
  )");
    return text;
}

}  // namespace

class RunOnDeviceTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;

    TrainingRun::Opened open(const std::string& device, const DeviceLibrary& devices,
                             const char* folder, const std::string& precision = "fp32") {
        auto project = projectFromText(barProject());
        if (!project) return project.error();
        RunRequest request;
        request.epochs = 2;
        request.batch = 16;
        request.device = device;
        request.devices = &devices;
        request.precision = precision;
        request.folder = m_temporary.filePath(folder).toStdString();
        return TrainingRun::openInMemory(std::move(project).value(), data(), request);
    }

  private slots:
    void namesAreDevices_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("number");  // −1: the CPU, −2: none
        QTest::newRow("cpu") << "cpu" << -1;
        QTest::newRow("cuda") << "cuda" << 0;
        QTest::newRow("cuda:0") << "cuda:0" << 0;
        QTest::newRow("cuda:12") << "cuda:12" << 12;
        for (const char* wrong : {"gpu", "CUDA", "cuda:", "cuda:-1", "cuda:x", "cuda:1x", "cuda: 1",
                                  "cuda:9999999999", "cuda0", "cpu:0"})
            QTest::newRow(wrong) << wrong << -2;
    }
    void namesAreDevices() {
        QFETCH(QString, name);
        QFETCH(int, number);
        const auto found = deviceNumber(name.toStdString());
        QCOMPARE(found.ok(), number != -2);
        if (!found) QCOMPARE(found.error().code, std::string("L06"));
        if (found) QCOMPARE(found->value_or(-1), number);
    }

    void saysWhyThereIsNone() {
        const DeviceLibrary none{.table = nullptr, .path = {}, .reason = "nothing was built."};
        const auto found = openDevice("cuda", none);
        QVERIFY(!found.ok());
        QCOMPARE(found.error().code, std::string("H05"));
        QCOMPARE(found.error().message, std::string("there is no GPU to use: nothing was built."));
        QCOMPARE(found.error().next, std::string("Choose the CPU."));
        const auto cpu = openDevice("cpu", none);
        QVERIFY(cpu.ok() && !*cpu);
    }

    /// And the folder that was made for it goes again.
    void aRunWithoutItsDeviceIsNotBegun() {
        const DeviceLibrary none{.table = nullptr, .path = {}, .reason = "nothing was built."};
        const auto run = open("cuda", none, "none");
        QVERIFY(!run.ok());
        QCOMPARE(run.error().code, std::string("H05"));
        QVERIFY(!QFileInfo::exists(m_temporary.filePath("none")));
    }

    void devicesAreListedInOneLine() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        QCOMPARE(cudaText(test::emulatedCuda()),
                 std::string("cuda:0 emulated, sm_90, 1.1 GB of 1.1 GB free"));
        QCOMPARE(cudaText({.table = nullptr, .path = {}, .reason = "nothing was built."}),
                 std::string("nothing was built."));
    }

    /// Until tests/device/check.sh has passed on a card.
    void whatNeverRanOnACardIsSaid() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        QVERIFY(notRunText(test::emulatedCuda()).starts_with("every kernel for CUDA, on a GPU"));
        QVERIFY(notRunText({.table = nullptr, .path = {}, .reason = "nothing was built."}).empty());
    }

    void aDeviceThatIsNotThereIsNamed() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        const auto run = open("cuda:3", test::emulatedCuda(), "third");
        QVERIFY(!run.ok());
        QCOMPARE(run.error().code, std::string("H05"));
        QVERIFY(run.error().message.find("CUDA device 3 is not there") != std::string::npos);
    }

    void aRunTellsWhatItRanOn() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        auto opened = open("cuda", test::emulatedCuda(), "run");
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().text().c_str());
        TrainingRun& run = **opened;
        QCOMPARE(run.numericsClass(), std::string("cuda/sm_90/fp32/2"));
        run.trainer().post({Command::Kind::Start});
        run.trainer().waitUntilIdle();
        QCOMPARE(run.trainer().state(), TrainerState::Finished);
        QVERIFY(QFileInfo::exists(QString::fromStdString(run.folder().weightsPath())));
        QFile file(QString::fromStdString(run.folder().settingsPath()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto json = nlohmann::json::parse(file.readAll().toStdString());
        QCOMPARE(json["settings"]["device"].get<std::string>(), std::string("cuda"));
        QCOMPARE(json["numerics"].get<std::string>(), std::string("cuda/sm_90/fp32/2"));
    }

    void aRunMayRoundWhatItMultiplies() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        std::set<std::string> weights;
        for (const char* precision : {"fp32", "tf32", "bf16", "fp16"}) {
            auto opened = open("cuda", test::emulatedCuda(), precision, precision);
            QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().text().c_str());
            TrainingRun& run = **opened;
            QCOMPARE(run.numericsClass(), std::string("cuda/sm_90/") + precision + "/2");
            run.trainer().post({Command::Kind::Start});
            run.trainer().waitUntilIdle();
            QCOMPARE(run.trainer().state(), TrainerState::Finished);
            weights.insert(test::readBytes(run.folder().weightsPath()));
        }
        QCOMPARE(weights.size(), size_t{4});
    }

    void precisionsOfTensorCoresAreOfGpus() {
        const auto onCpu = open("cpu", {}, "on-cpu", "bf16");
        QVERIFY(!onCpu.ok());
        QCOMPARE(onCpu.error().code, std::string("L06"));
        QVERIFY(onCpu.error().message.find("the CPU computes in fp32 or fp64") !=
                std::string::npos);
        const auto unknown = open("cpu", {}, "unknown", "fp8");
        QVERIFY(!unknown.ok());
        QVERIFY(unknown.error().message.find("fp32, fp64, tf32, bf16, fp16") != std::string::npos);
        const auto small = open("cpu", {}, "small", "fp16");
        QVERIFY(!small.ok());
        QVERIFY(small.error().message.find("the CPU computes in fp32 or fp64") !=
                std::string::npos);
    }
};

QTEST_APPLESS_MAIN(RunOnDeviceTest)
#include "tst_run_on_device.moc"
