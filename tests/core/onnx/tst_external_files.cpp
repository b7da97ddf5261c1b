// SPDX-License-Identifier: Apache-2.0
// Numbers in files beside a model: which files are opened, and which never. Truth: the rules of
// ExternalFiles; every link, pipe and name here is a real one.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <QtTest/QtTest>

#include <filesystem>
#include <fstream>

#include "core/onnx/network.h"
#include "core/onnx/placeholder_parts.h"
#include "core/tensor/element.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

namespace fs = std::filesystem;

void writeFile(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string floatsAsBytes(const std::vector<float>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)};
}

/// y = x + w, with the two numbers of w in another file.
std::string modelWith(const std::string& tensor) {
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Add", {"x", "w"}, {"y"})},
                                          .initializers = {tensor},
                                          .inputs = {onnxValue("x", OnnxFloat, {int64_t{2}})},
                                          .outputs = {onnxValue("y", OnnxFloat)}})});
}
std::string modelWith(const OnnxEntries& entries) {
    return modelWith(onnxExternal("w", OnnxFloat, {2}, entries));
}

/// The weights of the network that a file gives, `1 2`; or `CODE: message`.
std::string weightsOf(const fs::path& path) {
    const auto model = onnx::readModel(path.string());
    if (!model.ok()) return model.error().code + ": " + model.error().message;
    onnx::Choices choices;
    choices.followsBatch = false;
    const auto network = onnx::networkOf(*model, choices);
    if (!network.ok()) return network.error().code + ": " + network.error().message;
    if (!network->refused.empty()) return network->refused.front().message;
    std::string text;
    for (const auto& [id, parameter] : network->graph.parameters()) {
        float numbers[2] = {};
        std::memcpy(numbers, parameter.data->bytes.data(), sizeof numbers);
        text += fmt::format("{} {}", numbers[0], numbers[1]);
    }
    return text;
}

}  // namespace

class TestExternalFiles : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_folder->path().toStdString());
        m_model = m_root / "models" / "net.onnx";
        writeFile(m_root / "secret.bin", floatsAsBytes({666, 666}));
        writeFile(m_root / "models" / "net.data", floatsAsBytes({0, 1, 2, 3}));
        writeFile(m_root / "models" / "deep" / "er" / "net.data", floatsAsBytes({7, 8}));
    }

    void namesThatLeadOutOfTheFolderAreNotLookedAt_data() {
        QTest::addColumn<QString>("location");
        for (const char* location :
             {"../secret.bin", "deep/../../secret.bin", "..", "deep\\..\\..\\secret.bin",
              "C:\\secret.bin", "\\\\host\\share", "file:secret.bin", "/etc/passwd", "", "C:net",
              "http://host/x"})
            QTest::addRow("%s", location) << location;
    }
    void namesThatLeadOutOfTheFolderAreNotLookedAt() {
        QFETCH(QString, location);
        writeFile(m_model, modelWith({{"location", location.toStdString()}}));
        const QString answer = QString::fromStdString(weightsOf(m_model));
        QVERIFY2(answer.startsWith("O06: tensor 'w': its file"), qPrintable(answer));
        QVERIFY2(answer.endsWith("is outside the model's folder"), qPrintable(answer));
    }

    void filesBelowTheFolderAreRead_data() {
        QTest::addColumn<QString>("location");
        QTest::addColumn<QString>("offset");
        QTest::addColumn<QString>("length");
        QTest::addColumn<QString>("weights");
        QTest::newRow("beside") << "net.data"
                                << "4"
                                << "8"
                                << "1 2";
        QTest::newRow("without length") << "net.data"
                                        << "8"
                                        << ""
                                        << "2 3";
        QTest::newRow("folders below") << "deep/er/net.data"
                                       << ""
                                       << ""
                                       << "7 8";
        QTest::newRow("a way round") << "./deep/./er//net.data"
                                     << "0"
                                     << "8"
                                     << "7 8";
    }
    void filesBelowTheFolderAreRead() {
        QFETCH(QString, location);
        QFETCH(QString, offset);
        QFETCH(QString, length);
        QFETCH(QString, weights);
        OnnxEntries entries{{"location", location.toStdString()}};
        if (!offset.isEmpty()) entries.emplace_back("offset", offset.toStdString());
        if (!length.isEmpty()) entries.emplace_back("length", length.toStdString());
        writeFile(m_model, modelWith(entries));
        QCOMPARE(QString::fromStdString(weightsOf(m_model)), weights);
    }

    void placesThatTheFileDoesNotHaveAreRefused_data() {
        QTest::addColumn<QString>("offset");
        QTest::addColumn<QString>("length");
        QTest::addColumn<QString>("code");
        QTest::newRow("behind the end") << "17"
                                        << "8"
                                        << "O08";
        QTest::newRow("past the end") << "12"
                                      << "8"
                                      << "O08";
        QTest::newRow("2^60") << "1152921504606846976"
                              << "8"
                              << "O08";
        QTest::newRow("sums past 2^64") << "8"
                                        << "18446744073709551615"
                                        << "O08";
        QTest::newRow("past 2^64") << "99999999999999999999"
                                   << "8"
                                   << "O08";
        QTest::newRow("negative") << "-4"
                                  << "8"
                                  << "O08";
        QTest::newRow("no number") << "four"
                                   << "8"
                                   << "O08";
        QTest::newRow("with a rest") << "4 "
                                     << "8"
                                     << "O08";
        QTest::newRow("hexadecimal") << "0x4"
                                     << "8"
                                     << "O08";
        QTest::newRow("negative length") << "0"
                                         << "-8"
                                         << "O08";
        QTest::newRow("another length") << "0"
                                        << "12"
                                        << "O11";
        QTest::newRow("nothing") << "0"
                                 << "0"
                                 << "O11";
    }
    void placesThatTheFileDoesNotHaveAreRefused() {
        QFETCH(QString, offset);
        QFETCH(QString, length);
        QFETCH(QString, code);
        writeFile(m_model, modelWith({{"location", "net.data"},
                                      {"offset", offset.toStdString()},
                                      {"length", length.toStdString()}}));
        const QString answer = QString::fromStdString(weightsOf(m_model));
        QVERIFY2(answer.startsWith(code + ": tensor 'w'"), qPrintable(answer));
    }

    void whatIsNotThereIsNamed() {
        for (const char* location : {"none.data", "none/net.data"}) {
            writeFile(m_model, modelWith({{"location", location}}));
            const QString answer = QString::fromStdString(weightsOf(m_model));
            QVERIFY2(answer.startsWith("O10: tensor 'w': its file "), qPrintable(answer));
        }
    }

    void linksPipesAndFilesOfSeveralNamesAreNotOpened_data() {
        QTest::addColumn<QString>("location");
        for (const char* name : {"link", "hard", "pipe", "deep", "around/secret.bin", "dangling",
                                 "own", "deep/up/secret.bin", "zero", "net.data/net.data"})
            QTest::addRow("%s", name) << name;
    }
    void linksPipesAndFilesOfSeveralNamesAreNotOpened() {
        QFETCH(QString, location);
        const fs::path models = m_root / "models";
        fs::create_symlink(m_root / "secret.bin", models / "link");
        fs::create_hard_link(m_root / "secret.bin", models / "hard");
        QCOMPARE(::mkfifo((models / "pipe").c_str(), 0600), 0);
        fs::create_directory_symlink(m_root, models / "around");
        fs::create_symlink(m_root / "nothing", models / "dangling");
        fs::create_symlink("net.data", models / "own");
        fs::create_directory_symlink("../..", models / "deep" / "up");
        fs::create_symlink("/dev/zero", models / "zero");
        writeFile(m_model, modelWith({{"location", location.toStdString()}}));
        const QString answer = QString::fromStdString(weightsOf(m_model));
        QVERIFY2(answer.startsWith("O07: tensor 'w': "), qPrintable(answer));
        QVERIFY2(answer.contains("is not opened"), qPrintable(answer));
    }

    // As model caches keep files: digests in one folder, names as links in another.
    void linksOfAModelCacheAreFollowedIntoItsOwnFolderOnly() {
        const fs::path blobs = m_root / "cache" / "blobs", names = m_root / "cache" / "snap" / "1";
        fs::create_directories(names);
        writeFile(blobs / "d1", modelWith({{"location", "net.data"}}));
        writeFile(blobs / "d2", floatsAsBytes({4, 5}));
        fs::create_symlink("../../blobs/d1", names / "net.onnx");
        fs::create_symlink("../../blobs/d2", names / "net.data");
        QCOMPARE(weightsOf(names / "net.onnx"), std::string("4 5"));

        fs::remove(names / "net.data");
        fs::create_symlink(m_root / "secret.bin", names / "net.data");
        QVERIFY(QString::fromStdString(weightsOf(names / "net.onnx")).startsWith("O07"));
        // A model that is a plain file has no cache.
        fs::remove(names / "net.data");
        fs::remove(names / "net.onnx");
        fs::create_symlink("../../blobs/d2", names / "net.data");
        writeFile(names / "net.onnx", modelWith({{"location", "net.data"}}));
        QVERIFY(QString::fromStdString(weightsOf(names / "net.onnx")).startsWith("O07"));
    }

    /// G07: weights stay where they are, and what is cut away there reads as zeros.
    void filesThatAreCutWhileTheyAreInUseAreSurvived_data() {
        QTest::addColumn<bool>("isExternal");
        QTest::newRow("the model") << false;
        QTest::newRow("a file beside it") << true;
    }
    void filesThatAreCutWhileTheyAreInUseAreSurvived() {
        QFETCH(bool, isExternal);
        constexpr int64_t count = 50'000;
        const std::string numbers = floatsAsBytes(std::vector<float>(count, 1.5f));
        const fs::path data = m_root / "models" / "large.data";
        writeFile(data, numbers);
        const std::string inside = onnxTensor("w", OnnxFloat, {count / 2, 2}).bytes(9, numbers);
        const std::string outside =
            onnxExternal("w", OnnxFloat, {count / 2, 2}, {{"location", "large.data"}});
        writeFile(m_model, modelWith(isExternal ? outside : inside));
        const auto model = onnx::readModel(m_model.string());
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        onnx::Choices choices;
        choices.followsBatch = false;
        const auto network = onnx::networkOf(*model, choices);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        const TensorData& weight = *network->graph.parameters().begin()->second.data;
        const auto numberAt = [&](int64_t index) {
            return readElement(weight.bytes.data(), weight.dtype, index);
        };
        fs::resize_file(isExternal ? data : m_model, 20'000);
        QCOMPARE(numberAt(0), 1.5);
        QCOMPARE(numberAt(count - 1), 0.0);
        const auto again = onnx::networkOf(*model, choices);
        QVERIFY(!again.ok());
        // A file beside the model is opened anew, and is too short then.
        QCOMPARE(again.error().code, std::string(isExternal ? "O11" : "G07"));
    }

    void twoModelsOfOneNameHaveFilesOfTheirOwn() {
        const fs::path other = m_root / "other" / "net.onnx";
        for (const fs::path& path : {m_model, other})
            writeFile(path, modelWith({{"location", "net.data"}, {"length", "8"}}));
        writeFile(other.parent_path() / "net.data", floatsAsBytes({10, 11}));
        const auto first = onnx::readModel(m_model.string());
        const auto second = onnx::readModel(other.string());
        QVERIFY(first.ok() && second.ok());
        const auto a = onnx::networkOf(*first), b = onnx::networkOf(*second);
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(weightsOf(m_model), std::string("0 1"));
        QCOMPARE(weightsOf(other), std::string("10 11"));
    }

    // O09: the same rules wherever a tensor can stand.
    void everyTensorOfAFileIsLookedAt_data() {
        QTest::addColumn<QByteArray>("model");
        const std::string tensor =
            onnxExternal("w", OnnxFloat, {2}, {{"location", "../secret.bin"}});
        const auto row = [](const char* name, const std::string& graph) {
            QTest::newRow(name) << QByteArray::fromStdString(onnxModel({.graph = graph}));
        };
        const std::string x = onnxValue("x", OnnxFloat, {int64_t{2}}),
                          y = onnxValue("y", OnnxFloat), add = onnxNode("Add", {"x", "w"}, {"y"});
        const OnnxMessage sparse =
            OnnxMessage().bytes(1, tensor).bytes(2, onnxIntegers("", {2}, {0, 1})).packed(3, {2});
        row("sparse",
            onnxGraph({.nodes = {add}, .inputs = {x}, .outputs = {y}, .sparse = {sparse}}));
        row("attribute", onnxGraph({.nodes = {onnxNode("Constant", {}, {"w"},
                                                       {onnxTensorAttribute("value", tensor)}),
                                              add},
                                    .inputs = {x},
                                    .outputs = {y}}));
        const std::string branch =
            onnxGraph({.nodes = {add}, .initializers = {tensor}, .outputs = {y}});
        const std::string yes = onnxTyped("c", OnnxBool, {}, OnnxField::Int32s, {1});
        row("graph inside",
            onnxGraph({.nodes = {onnxNode("If", {"c"}, {"y"},
                                          {onnxGraphAttribute("then_branch", branch),
                                           onnxGraphAttribute("else_branch", branch)})},
                       .initializers = {yes},
                       .inputs = {x},
                       .outputs = {y}}));
    }
    void everyTensorOfAFileIsLookedAt() {
        QFETCH(QByteArray, model);
        writeFile(m_model, model.toStdString());
        const QString answer = QString::fromStdString(weightsOf(m_model));
        QVERIFY2(answer.startsWith("O06: "), qPrintable(answer));
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root, m_model;
};

QTEST_GUILESS_MAIN(TestExternalFiles)
#include "tst_external_files.moc"
