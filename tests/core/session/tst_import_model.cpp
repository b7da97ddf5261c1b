// SPDX-License-Identifier: Apache-2.0
// Models whose weights stay in their files, which somebody cuts meanwhile. Truth: G07, and the
// numbers that were written.
#include "core/session/import_model.h"

#include <QtTest/QtTest>

#include <filesystem>
#include <fstream>

#include "core/base/guard.h"
#include "core/session/foreign_network.h"
#include "core/session/inference.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

namespace fs = std::filesystem;

constexpr int64_t rows = 100, columns = 500;

void writeFile(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// y = x · w, and every number of w is 2.
std::string productWith(const std::string& weights) {
    return onnxModel(
        {.graph = onnxGraph({.nodes = {onnxNode("MatMul", {"x", "w"}, {"y"})},
                             .initializers = {weights},
                             .inputs = {onnxValue("x", OnnxFloat, {"n", rows})},
                             .outputs = {onnxValue("y", OnnxFloat, {"n", columns})}})});
}

Result<std::vector<NamedTensor>> answersOf(Project project) {
    return guarded("the test", [&]() -> Result<std::vector<NamedTensor>> {
        auto network = networkOfProject(std::move(project));
        if (!network) return network.error();
        auto inference = Inference::create(std::move(network).value(), {});
        if (!inference) return inference.error();
        const std::vector<float> ones(rows, 1.0f);
        const auto bytes = std::as_bytes(std::span(ones));
        const NamedTensor x{
            "x", TensorData::of(DType::F32, Shape{1, rows}, {bytes.begin(), bytes.end()})};
        return (*inference)->run({{x}});
    });
}

}  // namespace

class TestImportModel : public QObject {
    Q_OBJECT

  private slots:
    void weightsThatAreCutAwayAreNotComputedWith_data() {
        QTest::addColumn<bool>("isExternal");
        QTest::newRow("the model") << false;
        QTest::newRow("a file beside it") << true;
    }
    void weightsThatAreCutAwayAreNotComputedWith() {
        QFETCH(bool, isExternal);
        const QTemporaryDir folder;
        const fs::path root(folder.path().toStdString());
        const fs::path model = root / "net.onnx", data = root / "net.data";
        const std::vector<float> twos(rows * columns, 2.0f);
        const std::string numbers(reinterpret_cast<const char*>(twos.data()),
                                  twos.size() * sizeof(float));
        const std::string inside = onnxTensor("w", OnnxFloat, {rows, columns}).bytes(9, numbers);
        const std::string outside =
            onnxExternal("w", OnnxFloat, {rows, columns}, {{"location", "net.data"}});
        writeFile(data, numbers);
        writeFile(model, productWith(isExternal ? outside : inside));
        const auto imported = importModel(model.string(), {.addsLoss = false});
        QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
        const auto whole = answersOf(imported->project);
        QVERIFY2(whole.ok(), whole.ok() ? "" : whole.error().message.c_str());
        float first = 0;
        std::memcpy(&first, whole->front().data->bytes.data(), sizeof first);
        QCOMPARE(first, 200.0f);
        fs::resize_file(isExternal ? data : model, 100'000);
        const auto cut = answersOf(imported->project);
        QVERIFY(!cut.ok());
        QCOMPARE(cut.error().code, std::string("G07"));
        QVERIFY(cut.error().message.find(isExternal ? "net.data" : "net.onnx") !=
                std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestImportModel)
#include "tst_import_model.moc"
