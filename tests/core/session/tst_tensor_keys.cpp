// SPDX-License-Identifier: Apache-2.0
// Weights outlive the renaming of their nodes: in files both ways, in runs that are gone on with,
// and where two nodes have exchanged names. Truth: bytes are those that were saved.
#include "core/session/tensor_keys.h"

#include <QTemporaryDir>
#include <QtTest>

#include "core/graph/edit.h"
#include "core/graph/lower.h"
#include "core/io/safetensors.h"
#include "core/session/live_run.h"
#include "core/session/training_run.h"
#include "core/session/weights.h"
#include "tests/support/bytes_memory.h"
#include "tests/support/cli_fixtures.h"

using namespace vitrine;

namespace {

Project project() {
    auto read = projectFromText(test::strokesProject());
    if (!read) qFatal("%s", read.error().text().c_str());
    return std::move(read).value();
}

using Renames = std::vector<std::pair<const char*, const char*>>;

Project renamed(const Renames& renames) {
    Project result = project();
    for (const auto& [from, to] : renames)
        if (auto done = result.graph.rename(from, to); !done)
            qFatal("%s", done.error().text().c_str());
    return result;
}

struct States {
    StateLayout layout;
    test::BytesMemory memory;

    explicit States(const Project& of, uint64_t seed)
        : layout(layoutOf(of)), memory(layout.sizeBytes()) {
        initialiseStates(layout, memory, seed);
    }
    static StateLayout layoutOf(const Project& of) {
        const auto program = lower(of.graph, {.batch = 2});
        if (!program) qFatal("%s", program.error().text().c_str());
        StateLayout layout;
        layout.add(*program);
        return layout;
    }
};

const Renames stem{{"conv1", "stem"}};

}  // namespace

class TensorKeysTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    /// Saved in one project, loaded in the other.
    void checkLoads(const Project& from, const Project& into) const {
        const States saved(from, 1);
        States loaded(into, 2);
        QVERIFY(loaded.memory.bytes != saved.memory.bytes);
        QVERIFY(saveWeights(path("w.safetensors"), saved.layout, saved.memory).ok());
        const auto done = loadWeights(path("w.safetensors"), loaded.layout, loaded.memory);
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().text().c_str());
        QVERIFY(loaded.memory.bytes == saved.memory.bytes);
    }

  private slots:
    void weightsLoadOnBothSidesOfARenaming() {
        checkLoads(project(), renamed(stem));
        checkLoads(renamed(stem), project());
        checkLoads(renamed(stem), renamed({{"conv1", "other"}}));
    }

    void weightsFollowNodesThatExchangeNames() {
        const Renames exchange{{"conv1", "t"}, {"fc", "conv1"}, {"t", "fc"}};
        checkLoads(project(), renamed(exchange));
        checkLoads(renamed(exchange), project());
    }

    /// A node of the same name in another project, which was called otherwise when it was born.
    void namesDecideWhereKeysAreOfAnotherProject() {
        Project born = project();
        std::vector<Node> nodes = renamed(stem).graph.nodes();
        for (Node& node : nodes) node.key.clear();
        born.graph = Graph::fromParts(std::move(nodes), renamed(stem).graph.edges()).value();
        QCOMPARE(born.graph.find("stem")->key, std::string("stem"));
        const States saved(born, 1);
        States loaded(renamed(stem), 2);
        QVERIFY(saveWeights(path("w.safetensors"), saved.layout, saved.memory).ok());
        QVERIFY(loadWeights(path("w.safetensors"), loaded.layout, loaded.memory).ok());
        QVERIFY(loaded.memory.bytes == saved.memory.bytes);
    }

    /// Another program's file has names only: a key must not be taken for one.
    void namesDecideInFilesOfOtherPrograms() {
        const Project exchanged = renamed({{"conv1", "t"}, {"fc", "conv1"}, {"t", "fc"}});
        const States saved(exchanged, 1);
        std::vector<TensorView> tensors;
        for (const StateLayout::Item& item : saved.layout.items())
            tensors.push_back(
                {item.name,
                 item.dtype,
                 item.shape,
                 {saved.memory.bytes.data() + item.offset, static_cast<size_t>(item.bytes())}});
        QVERIFY(saveSafetensors(path("foreign.safetensors"), tensors, {}).ok());
        States loaded(exchanged, 2);
        QVERIFY(loadWeights(path("foreign.safetensors"), loaded.layout, loaded.memory).ok());
        QVERIFY(loaded.memory.bytes == saved.memory.bytes);
    }

    void filesSayKeysOnlyWhereTheyDiffer() {
        for (const bool isRenamed : {false, true}) {
            const States states(isRenamed ? renamed(stem) : project(), 1);
            QVERIFY(saveWeights(path("w.safetensors"), states.layout, states.memory).ok());
            const auto file = loadSafetensors(path("w.safetensors"));
            QVERIFY(file.ok());
            const auto keys = file->metadata.find("vitrine.keys");
            QCOMPARE(keys != file->metadata.end(), isRenamed);
            if (!isRenamed) continue;
            QVERIFY(file->find("stem.weight"));
            QCOMPARE(QString::fromStdString(keys->second),
                     R"({"stem.bias":"conv1.bias","stem.weight":"conv1.weight"})");
        }
    }

    void refusesKeysThatSayNothing_data() {
        QTest::addColumn<QString>("keys");
        QTest::addColumn<QString>("words");
        QTest::newRow("no JSON") << "conv1"
                                 << "its 'vitrine.keys' is no object of texts";
        QTest::newRow("a list") << "[1]"
                                << "its 'vitrine.keys' is no object of texts";
        QTest::newRow("a number") << R"({"a": 1})"
                                  << "the key of its tensor 'a' is no text";
        QTest::newRow("twice") << R"({"a": "b"})"
                               << "two of its tensors have the key 'b'";
    }
    void refusesKeysThatSayNothing() {
        QFETCH(QString, keys);
        QFETCH(QString, words);
        const std::array<std::byte, 4> number{};
        const std::vector<TensorView> tensors{{"a", DType::F32, Shape{1}, number},
                                              {"b", DType::F32, Shape{1}, number}};
        QVERIFY(saveSafetensors(path("bad.safetensors"), tensors,
                                {{"vitrine.kind", "weights"}, {"vitrine.keys", keys.toStdString()}})
                    .ok());
        States states(project(), 1);
        const auto before = states.memory.bytes;
        const auto loaded = loadWeights(path("bad.safetensors"), states.layout, states.memory);
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, std::string("C01"));
        QVERIFY2(loaded.error().message.find(words.toStdString()) != std::string::npos,
                 loaded.error().message.c_str());
        QVERIFY(states.memory.bytes == before);
    }

    void aRenamedNetworkStartsFromTheWeightsInMemory() {
        const auto data = openData(project(), {}).value();
        auto first = LiveRun::open(project(), data, {.runFolder = path("first")}).value();
        first->askStates();
        std::shared_ptr<const Snapshot> states;
        while (!(states = first->takeStates())) std::this_thread::yield();
        Project other = renamed(stem);
        other.training.seed = 77;
        auto second =
            LiveRun::open(other, data, {.runFolder = path("second"), .startFrom = states}).value();
        QCOMPARE(second->statesTakenOver(), static_cast<int64_t>(second->parameters().size()));
        QCOMPARE(second->parameters()[0], std::string("stem.weight"));
    }

    /// The project is renamed after the run has begun; then the run goes on, from a checkpoint.
    void aRunGoesOnAfterARenaming_data() {
        QTest::addColumn<bool>("isRenamedBefore");
        QTest::newRow("renamed after it began") << false;
        QTest::newRow("renamed before it began") << true;
    }
    void aRunGoesOnAfterARenaming() {
        QFETCH(bool, isRenamedBefore);
        const std::string folder = path(isRenamedBefore ? "before" : "after");
        const Project begun = isRenamedBefore ? renamed(stem) : project();
        const Project now = isRenamedBefore ? project() : renamed(stem);
        QVERIFY(saveProject(begun, path("begun.vitrine")).ok());
        QVERIFY(saveProject(now, path("now.vitrine")).ok());
        Snapshot saved;
        {
            RunRequest request;
            request.project = path("begun.vitrine");
            request.folder = folder;
            auto run = TrainingRun::open(request);
            QVERIFY2(run.ok(), run.ok() ? "" : run.error().text().c_str());
            Trainer& trainer = (*run)->trainer();
            trainer.post({Command::Kind::StepOne});
            while (trainer.state() != TrainerState::Paused) std::this_thread::yield();
            trainer.post({Command::Kind::Stop});
            while (trainer.state() != TrainerState::Stopped) std::this_thread::yield();
            saved = trainer.snapshot();
        }
        RunRequest request;
        request.project = path("now.vitrine");
        request.folder = folder;
        request.resume = true;
        auto again = TrainingRun::open(request);
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
        QCOMPARE((*again)->resumedAtStep(), int64_t{1});
        const Snapshot states = (*again)->trainer().snapshot();
        QCOMPARE(states.tensors.size(), saved.tensors.size());
        for (size_t i = 0; i < states.tensors.size(); ++i) {
            QCOMPARE(states.tensors[i].key, saved.tensors[i].key);
            QVERIFY(states.tensors[i].bytes == saved.tensors[i].bytes);
        }
    }
};

QTEST_GUILESS_MAIN(TensorKeysTest)
#include "tst_tensor_keys.moc"
