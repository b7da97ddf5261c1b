// SPDX-License-Identifier: Apache-2.0
// What training makes of frozen parameters, statistics and constants. Truth: the bytes before.
#include <cstring>

#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

const Dataset& bars() {
    static const Dataset data = test::barDataset(96, 32);
    return data;
}

struct Bytes {
    std::map<std::string, std::vector<std::byte>> before, after;
    bool changed(const std::string& name) const { return before.at(name) != after.at(name); }
};

std::map<std::string, std::vector<std::byte>> bytesOf(const Model& model) {
    std::map<std::string, std::vector<std::byte>> all;
    size_t at = 0;
    const std::vector<std::byte> bytes = test::stateBytes(model);
    for (const StateLayout::Item& item : model.states().items()) {
        const auto first = bytes.begin() + static_cast<ptrdiff_t>(at);
        all[item.name].assign(first, first + static_cast<ptrdiff_t>(item.bytes()));
        at += static_cast<size_t>(item.bytes());
    }
    return all;
}

Bytes trained(const test::SmallRun& run) {
    const test::TrainingSetup setup = test::setUp(run, bars());
    setup.model->initialise(run.seed);
    Bytes bytes;
    bytes.before = bytesOf(*setup.model);
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    bytes.after = bytesOf(*setup.model);
    return bytes;
}

Parameter constant(const std::string& id, const std::vector<float>& numbers) {
    std::vector<std::byte> bytes(numbers.size() * sizeof(float));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    const Shape shape{static_cast<int64_t>(numbers.size())};
    return withData({.id = id, .kind = ParameterKind::Constant},
                    TensorData::of(DType::F32, shape, std::move(bytes)));
}

}  // namespace

class TestParameterKinds : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void onlyWhatIsFrozenStays() {
        const Bytes bytes =
            trained({.network = test::residualNetwork(),
                     .optimizer = "adam",
                     .parameters = {{.id = "c1.weight", .kind = ParameterKind::Frozen},
                                    {.id = "b1.weight", .kind = ParameterKind::Frozen},
                                    {.id = "b2.running_mean", .kind = ParameterKind::Frozen}}});
        for (const auto& [name, before] : bytes.before) {
            const bool isFrozen =
                name == "c1.weight" || name == "b1.weight" || name == "b2.running_mean";
            QVERIFY2(bytes.changed(name) != isFrozen, name.c_str());
        }
        QVERIFY(!bytes.before.contains("c1.weight/m"));
    }

    /// Its gradient is left out; those of all others are what they were.
    void freezingChangesNoOtherNumbersInTheFirstStep() {
        const test::SmallRun run{.epochs = 1, .batch = 96};
        test::SmallRun frozen = run;
        frozen.parameters = {{.id = "c1.weight", .kind = ParameterKind::Frozen}};
        const Bytes free = trained(run), held = trained(frozen);
        for (const auto& [name, after] : held.after)
            if (name != "c1.weight") QVERIFY2(free.after.at(name) == after, name.c_str());
        QVERIFY(free.changed("c1.weight") && !held.changed("c1.weight"));
    }

    void constantsAreTheDocumentsWhateverRunIsTakenOver() {
        const test::SmallRun run{.network =
                                     "x[1,12,12] -> flatten -> linear(out_features=10) as f "
                                     "-> mul(b=@t) -> cross_entropy(labels)",
                                 .parameters = {constant("t", {2})}};
        const test::TrainingSetup setup = test::setUp(run, bars());
        float born = 0;  // whoever fills a model from a file of weights finds them there
        std::memcpy(&born, bytesOf(*setup.model).at("t").data(), sizeof born);
        QCOMPARE(born, 2.0f);
        setup.model->initialise(1);
        Snapshot other;
        const std::vector<float> numbers{9};
        std::vector<std::byte> bytes(sizeof(float));
        std::memcpy(bytes.data(), numbers.data(), bytes.size());
        other.tensors = {{"t", DType::F32, Shape{1}, bytes},
                         {"f.bias", DType::F32, Shape{10}, std::vector<std::byte>(40)}};
        QCOMPARE(missingIn(other, setup.model->states()), std::vector<std::string>{"f.weight"});
        const auto before = bytesOf(*setup.model);
        takeOver(other, setup.model->states(), setup.model->memory());
        QVERIFY(bytesOf(*setup.model).at("t") == before.at("t"));
        float held = 0;
        std::memcpy(&held, before.at("t").data(), sizeof held);
        QCOMPARE(held, 2.0f);
    }

    void bitsDoNotDependOnThreads() {
        test::SmallRun run{.network = test::residualNetwork(),
                           .parameters = {{.id = "c2.weight", .kind = ParameterKind::Frozen}}};
        const Bytes one = trained(run);
        run.threads = 2;
        QVERIFY(trained(run).after == one.after);
    }
};

QTEST_GUILESS_MAIN(TestParameterKinds)
#include "tst_parameter_kinds.moc"
