// SPDX-License-Identifier: Apache-2.0
// Models of ONNX's backend suite come in and leave again: what is written gives what the network
// gives, by this program's own reader (exportModel compares). One model in twenty, or with
// VITRINE_LONG=1 all; VITRINE_EXPORTED_SUITE names a folder where they stay, for
// round_trip_judge.py, who asks ONNX's checker and ONNX Runtime. VITRINE_TEST_DATA names the data.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <filesystem>
#include <map>

#include "core/session/export_model.h"
#include "core/session/model_network.h"
#include "tests/support/counts.h"
#include "tests/support/onnx_suite.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

namespace fs = std::filesystem;

constexpr const char* noResult = "everything it gives is empty, or none of it a tensor";
constexpr const char* rounded = "ONNX's Cast rounds to powers of two as no cast here does";

/// Models that come in and cannot leave.
const std::map<std::string, std::string, std::less<>> staying{
    {"test_constantofshape_int_shape_zero", noResult},
    {"test_if_opt", noResult},
    {"test_if_seq", noResult},
    {"test_reduce_sum_empty_set_non_reduced_axis_zero", noResult},
    {"test_reshape_allowzero_reordered", noResult},
    {"test_shape_start_greater_than_end", noResult},
    {"test_slice_start_out_of_bounds", noResult},
    {"test_split_to_sequence_1", noResult},
    {"test_split_to_sequence_2", noResult},
    {"test_split_to_sequence_nokeepdims", noResult},
    {"test_split_zero_size_splits_opset13", noResult},
    {"test_split_zero_size_splits_opset18", noResult},
    {"test_tril_zero", noResult},
    {"test_triu_zero", noResult},
    {"test_cast_e8m0_FLOAT16_to_FLOAT8E8M0", rounded},
    {"test_cast_e8m0_FLOAT_to_FLOAT8E8M0", rounded}};

/// That of the model, where it is written, and never older than the usual one.
int64_t opsetOf(const std::string& path) {
    int64_t opset = usualOpset;
    const auto model = onnx::readModel(path);
    if (!model) return opset;
    for (const auto& set : model->opsets)
        if (set.domain.empty() || set.domain == "ai.onnx")
            opset = std::max(opset, std::min(newestExportOpset, set.version));
    return opset;
}

}  // namespace

class TestSuiteLeaves : public QObject {
    Q_OBJECT

    QTemporaryDir m_scratch, m_out;
    int m_left = 0, m_refused = 0;
    std::vector<std::string> m_wrong;

    void leave(const std::string& folder, const std::string& out) {
        const std::string name = fs::path(folder).filename().string();
        const std::string path = folder + "/model.onnx";
        const std::vector<NamedTensor> arrays = onnxSuiteArrays(folder);
        const auto network = networkOfModel(path, {.arrays = arrays});
        if (!network) return void(++m_refused);
        const auto report = exportModel(
            *network, out + "/" + name + ".onnx",
            {.opset = opsetOf(path), .opensBatch = false, .computesIn = network->floatType});
        if (report) return void(++m_left);
        const bool isKnown = staying.contains(name);
        if (!isKnown) m_wrong.push_back(name + ": " + report.error().text());
    }

  private slots:
    void modelsThatComeInLeaveAgain() {
        const std::string suite = onnxSuite(m_scratch.path().toStdString());
        if (suite.empty()) QSKIP("no data: VITRINE_TEST_DATA names no folder with onnx-backend");
        const std::string kept = qEnvironmentVariable("VITRINE_EXPORTED_SUITE").toStdString();
        const std::string out = kept.empty() ? m_out.path().toStdString() : kept;
        fs::create_directories(out);
        const bool isWhole = !kept.empty() || qEnvironmentVariableIsSet("VITRINE_LONG");
        const std::vector<std::string> cases = onnxSuiteCases(suite);
        const size_t step = isWhole ? 1 : 20;
        for (size_t k = 0; k < cases.size(); k += step) leave(cases[k], out);
        printCount(m_left, "models of ONNX's backend suite leave as they came");
        if (isWhole) printCount(m_refused, "models of ONNX's backend suite do not come in");
        for (const std::string& wrong : m_wrong) qWarning("%s", wrong.c_str());
        QVERIFY2(m_wrong.empty(), m_wrong.empty() ? "" : m_wrong.front().c_str());
        QVERIFY(m_left > static_cast<int>(cases.size() / step * 9 / 10));
    }
};

QTEST_GUILESS_MAIN(TestSuiteLeaves)
#include "tst_suite_leaves.moc"
