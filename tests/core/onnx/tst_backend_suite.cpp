// SPDX-License-Identifier: Apache-2.0
// Every model of ONNX's backend suite: it gives what the suite stores, or is refused with a reason.
// Truth: the suite's stored results (VITRINE_TEST_DATA names a folder with onnx-backend in it; and
// what Debian's libonnx-testdata installs, an older state of the same).
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <filesystem>
#include <map>

#include "tests/support/counts.h"
#include "tests/support/onnx_network.h"
#include "tests/support/onnx_suite.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

namespace fs = std::filesystem;
using Kind = OnnxVerdict::Kind;

/// Models whose stored results are not what the standard says, and why.
const std::map<std::string, std::string, std::less<>> excluded{
    {"test_resize_downsample_scales_cubic_align_corners",
     "corners of a size that is not rounded, which no result has"},
    {"test_resize_downsample_scales_linear_align_corners",
     "corners of a size that is not rounded, which no result has"},
    {"test_dft_inverse", "rounding of a transform in single precision, 2e-7 where 0 is right"},
    {"test_dft_inverse_opset19",
     "rounding of a transform in single precision, 2e-7 where 0 is right"},
    // Debian's state; newer ones round.
    {"test_cast_FLOAT_to_BFLOAT16", "floats that are cut to 16 bits instead of rounded"},
    {"test_castlike_FLOAT_to_BFLOAT16", "floats that are cut to 16 bits instead of rounded"},
    {"test_castlike_FLOAT_to_BFLOAT16_expanded",
     "floats that are cut to 16 bits instead of rounded"}};

struct Tally {
    int agree = 0, refused = 0, excluded = 0;
    std::map<std::string, std::pair<int, int>> byOperator;  ///< agreeing, all
    std::vector<std::string> wrong;

    void add(const std::string& name, const OnnxVerdict& verdict) {
        agree += verdict.kind == Kind::Agrees;
        refused += verdict.kind == Kind::Refused;
        for (const std::string& type : verdict.types) {
            byOperator[type].first += verdict.kind == Kind::Agrees;
            ++byOperator[type].second;
        }
        const bool isWrong = verdict.kind == Kind::Differs || verdict.kind == Kind::Fails;
        const bool isExcluded = ::excluded.contains(name);
        excluded += isWrong && isExcluded;
        if (isWrong && !isExcluded) wrong.push_back(name + ": " + verdict.reason);
    }
};

Tally judgeAll(const std::vector<std::string>& cases) {
    Tally tally;
    const bool isTold = qEnvironmentVariableIsSet("VITRINE_TELL_CASES");
    for (const std::string& folder : cases) {
        const std::string name = fs::path(folder).filename().string();
        const OnnxVerdict verdict = judgeOnnx(folder + "/model.onnx", folder);
        tally.add(name, verdict);
        if (isTold && verdict.kind != Kind::Agrees)
            fprintf(stderr, "%s %s: %s\n", verdict.kind == Kind::Refused ? "refused" : "WRONG",
                    name.c_str(), verdict.reason.c_str());
    }
    return tally;
}

}  // namespace

class TestBackendSuite : public QObject {
    Q_OBJECT

  private slots:
    void everyModelAgreesOrIsRefusedWithAReason() {
        const std::string suite = suiteFolder();
        if (suite.empty()) QSKIP("no data: VITRINE_TEST_DATA names no folder with onnx-backend");
        judge(onnxSuiteCases(suite), "of ONNX's backend suite");
    }

    void everyModelOfDebiansAgreesOrIsRefusedWithAReason() {
        const fs::path suite = "/usr/include/onnx/backend/test/data";
        if (!fs::exists(suite / "node")) QSKIP("no data: libonnx-testdata is not installed");
        judge(onnxSuiteCases(suite), "of Debian's suite");
    }

    void theLightRealNetworksAgree() {
        const std::string suite = suiteFolder();
        if (suite.empty()) QSKIP("no data: VITRINE_TEST_DATA names no folder with onnx-backend");
        int agree = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(suite) / "light")) {
            if (entry.path().extension() != ".onnx") continue;
            const OnnxVerdict verdict = judgeLightOnnx(entry.path().string());
            QVERIFY2(verdict.kind == Kind::Agrees || verdict.kind == Kind::Refused,
                     (entry.path().filename().string() + ": " + verdict.reason).c_str());
            agree += verdict.kind == Kind::Agrees;
        }
        printCount(agree, "light real networks of ONNX's suite agree");
    }

  private:
    std::string suiteFolder() { return onnxSuite(m_scratch.path().toStdString()); }

    void judge(const std::vector<std::string>& cases, const char* which) {
        const Tally tally = judgeAll(cases);
        printCount(tally.agree, std::string("models ") + which + " agree");
        printCount(tally.refused, std::string("models ") + which + " are refused with a reason");
        printCount(tally.excluded, std::string("models ") + which + " store what is not so");
        for (const std::string& wrong : tally.wrong) qWarning("%s", wrong.c_str());
        QVERIFY2(tally.wrong.empty(), tally.wrong.empty() ? "" : tally.wrong.front().c_str());
        QVERIFY(tally.agree > 0);
    }

    QTemporaryDir m_scratch;
};

QTEST_GUILESS_MAIN(TestBackendSuite)
#include "tst_backend_suite.moc"
