// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes and counts in a line, ends of the network in others.
#include "gui/models/export_told.h"

#include <QCoreApplication>

#include "gui/models/count_words.h"
#include "gui/models/export_table.h"

namespace vitrine::gui {

namespace {

QString words(const char* text) { return QCoreApplication::translate("ExportTold", text); }
QString text(const std::string& of) { return QString::fromStdString(of); }
QString bytes(int64_t count) { return bytesText(static_cast<double>(count)); }
QString joined(const QStringList& facts) { return facts.join(QStringLiteral("  ·  ")); }

QString askedWith(const QString& batch) {
    return words("Asked with %1, beside the network itself:").arg(batch);
}

Problem notProven(const QString& sentence, const QString& next) {
    return {{{}, sentence.toStdString(), {}, {}, next.toStdString()}, true, false};
}

/// The exported program is somebody who was asked.
RuntimeProof proofOf(const CppExportReport& report) {
    RuntimeProof proof{.runtime = report.compiler};
    for (const CppDifference& found : report.differences)
        proof.outputs.push_back({.name = found.output,
                                 .difference = found.largest,
                                 .largest = found.largestNumber,
                                 .agrees = true});
    return proof;
}

}  // namespace

ExportTold toldOf(const ExportReport& report) {
    ExportTold told{.path = text(report.path), .facts = {}, .proof = report.proof, .findings = {}};
    told.facts << joined({bytes(report.bytes), words("operator set %1").arg(report.opset),
                          countWords(report.nodes, words("1 node"), words("%1 nodes")),
                          countWords(report.weights, words("1 number"), words("%1 numbers"))});
    for (const std::string& input : report.inputs)
        told.facts << QStringLiteral("%1  %2").arg(words("in"), text(input));
    for (const std::string& output : report.outputs)
        told.facts << QStringLiteral("%1  %2").arg(words("out"), text(output));
    told.facts << askedWith(text(report.proof.batch));
    told.findings = findingsOf(report);
    return told;
}

ExportTold toldOf(const CppExportReport& report) {
    ExportTold told{.path = text(report.folder), .facts = {}, .proof = {}, .findings = {}};
    told.facts << joined({countWords(report.calls, words("1 call"), words("%1 calls")),
                          words("%1 of weights").arg(bytes(report.weightBytes)),
                          words("%1 of memory for a call").arg(bytes(report.arenaBytes))});
    if (report.compiler.empty()) {
        told.findings.push_back(
            notProven(words("Nothing is proven: no compiler has been run"),
                      words("Name one of C++20 that this machine has, such as c++ or clang++.")));
        return told;
    }
    told.proof.runtimes.push_back(proofOf(report));
    told.facts << words("Compiled, and asked with numbers at random, beside the network itself:");
    return told;
}

ExportTold toldOf(const TorchExportReport& report, const QString& folder) {
    ExportTold told{.path = folder, .facts = {}, .proof = report.proof, .findings = {}};
    told.facts << joined({countWords(report.lines, words("1 line"), words("%1 lines")),
                          countWords(report.tensors, words("1 tensor"), words("%1 tensors")),
                          bytes(report.weightBytes)});
    if (report.proof.runtimes.empty())
        told.findings.push_back(
            notProven(words("Nothing is proven: PyTorch was not asked"),
                      words("Name a Python that has torch and safetensors, and export it again.")));
    else
        told.facts << askedWith(text(report.proof.batch));
    return told;
}

}  // namespace vitrine::gui
