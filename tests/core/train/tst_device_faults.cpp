// SPDX-License-Identifier: Apache-2.0
// A whole life on a device — it is opened, a network compiled, trained for an epoch and measured —
// in which one call of CUDA's run time fails, each in turn of many, with each error that there is.
// Wanted: an Error of the H family that says what was being done and what CUDA said, or the same
// run as without, where nobody needs the call; never a crash, a hang or memory that stays.
#include <QtTest/QtTest>

#include <dlfcn.h>

#include "core/base/guard.h"
#include "core/graph/graph_text.h"
#include "core/session/data_facts.h"
#include "tests/device/emulated/faults.h"
#include "tests/support/counts.h"
#include "tests/support/emulated_device.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

template <class Function>
Function emulated(const char* symbol) {
    void* const handle = dlopen(test::emulatedCuda().path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    return reinterpret_cast<Function>(dlsym(handle, symbol));
}
void plan(int64_t call, EmulatedTrouble trouble) {
    emulated<EmulatedPlan>(emulatedPlanSymbol)(call, trouble);
}
EmulatedCount counts() { return emulated<EmulatedCounts>(emulatedCountsSymbol)(); }

const Dataset& data() {
    static const Dataset set = test::barDataset(16 * 2, 16);
    return set;
}

Result<std::unique_ptr<Model>> compiled() {
    auto device = Device::open(*test::emulatedCuda().table);
    if (!device) return device.error();
    auto graph = graphFromText(
        "x[1,12,12] -> conv2d(out_channels=4 kernel=3) as c1 -> batch_norm2d as b1 -> relu -> "
        "max_pool2d(kernel=2 stride=2) -> resize(size=7,7) -> flatten -> linear(out_features=10) "
        "as f1 -> cross_entropy(labels)");
    ModelOptions options{
        .batch = 16, .columns = columnTypes(data().columns), .device = std::move(device).value()};
    options.recipe.optimizer = findOptimizer("adam");
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    options.recipe.clipNorm = 1;
    return Model::compile(*graph, Model::variantsOfRun(16, 32, 16), options);
}

struct Life {
    std::optional<Error> error;
    std::vector<std::byte> states;  ///< where it came to its end
};

Life live() {
    Life life;
    const Result<void> lived = guarded("training", [&]() -> Result<void> {
        auto model = compiled();
        if (!model) return model.error();
        TrainSettings settings;
        settings.epochs = 1;
        settings.schedule = findSchedule("constant");
        settings.scheduleFields = Attrs(settings.schedule->fields);
        test::KeptReports reports;
        Trainer trainer(**model, data(), settings, reports);
        trainer.mail().samples.put(
            std::make_unique<SampleRequest>(SampleRequest{.timings = true, .activations = {}}));
        trainer.wake();
        trainer.post({Command::Kind::Start});
        trainer.waitUntilIdle();
        trainer.quit();
        if (trainer.state() == TrainerState::Failed) return trainer.failure();
        for (const StateLayout::Item& item : (*model)->states().items()) {
            const auto view = (*model)->memory().view(item.offset, item.bytes());
            if (!view) return view.error();
            life.states.insert(life.states.end(), view->bytes().begin(), view->bytes().end());
        }
        return {};
    });
    if (!lived) life.error = lived.error();
    return life;
}

struct Kind {
    const char* name;
    EmulatedTrouble trouble;
    const char *code, *words;
    bool lasts;
};
constexpr Kind kinds[] = {
    {"out of memory", EmulatedTrouble::MemoryAllocation, "H03", "out of memory", false},
    {"launch failure", EmulatedTrouble::LaunchFailure, "H04", "launch failure", true},
    {"illegal address", EmulatedTrouble::IllegalAddress, "H04", "illegal memory access", true},
    {"ECC", EmulatedTrouble::ECCUncorrectable, "H04", "ECC", true},
    {"lost device", EmulatedTrouble::ContextIsDestroyed, "H04", "context is destroyed", true},
    {"no device", EmulatedTrouble::NoDevice, "H05", "no CUDA-capable device", false},
    {"driver too old", EmulatedTrouble::InsufficientDriver, "H05", "driver version is insufficient",
     false},
    {"unsupported architecture", EmulatedTrouble::NoKernelImageForDevice, "H05", "no kernel image",
     false},
};

}  // namespace

class DeviceFaultsTest : public QObject {
    Q_OBJECT

    std::vector<std::byte> m_undisturbed;
    int64_t m_calls = 0;
    int m_points = 0, m_errors = 0;

  private slots:
    void initTestCase() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        plan(-1, {});
        const Life life = live();
        QVERIFY(!life.error);
        m_undisturbed = life.states;
        m_calls = counts().calls;
        QVERIFY(m_calls > 500);
        QCOMPARE(counts().bytes, 0);
        QCOMPARE(counts().streams, 0);
        QCOMPARE(counts().events, 0);
        QCOMPARE(counts().graphs, 0);
    }

    void aCallThatFailsIsAnError_data() {
        QTest::addColumn<int>("kind");
        for (int k = 0; k < static_cast<int>(std::size(kinds)); ++k)
            QTest::newRow(kinds[k].name) << k;
    }
    void aCallThatFailsIsAnError() {
        QFETCH(int, kind);
        const Kind& of = kinds[kind];
        constexpr int64_t early = 16, spread = 48;  // each of the first, then over the whole life
        for (int64_t i = 0; i < early + spread; ++i) {
            const int64_t call =
                i < early ? i : early + (i - early) * (m_calls - early) / spread + (kind * 7) % 5;
            plan(call, of.trouble);
            const int64_t before = counts().bytes;
            const Life life = live();
            const QString where = QString("%1 at call %2").arg(of.name).arg(call);
            if (life.error) {
                const QString text = QString::fromStdString(life.error->text());
                // While devices are counted, whatever happens means that there is none.
                const char* const code = text.contains("looking for devices") ? "H05" : of.code;
                QVERIFY2(life.error->code == code, qPrintable(where + ": " + text));
                QVERIFY2(text.contains(of.words), qPrintable(where + ": " + text));
                QVERIFY2(text.contains("cuda"), qPrintable(where + ": " + text));
                QVERIFY2(!life.error->next.empty(), qPrintable(where + ": " + text));
                ++m_errors;
            } else {
                QVERIFY2(life.states == m_undisturbed, qPrintable(where));
            }
            // What is on a lost device goes with the process.
            if (!of.lasts)
                QVERIFY2(counts().bytes == before,
                         qPrintable(QStringLiteral("%1, %2 bytes: %3")
                                        .arg(where)
                                        .arg(counts().bytes - before)
                                        .arg(life.error ? life.error->text().c_str() : "")));
            ++m_points;
        }
    }

    void isLookedAtInManyPlaces() {
        test::printCount(m_points, fmt::format("device: failing calls of CUDA, {} of them errors "
                                               "with their words (wanted: 200)",
                                               m_errors));
        QVERIFY(m_points >= 200);
        QVERIFY(m_errors >= m_points * 8 / 10);
    }
};

QTEST_APPLESS_MAIN(DeviceFaultsTest)
#include "tst_device_faults.moc"
