// SPDX-License-Identifier: Apache-2.0
// Line by line, and key by key.
#include "core/cli/import_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/cli/size_words.h"

namespace vitrine::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t mostNames = 5;

std::string endsText(std::string_view what, const std::vector<ModelEnd>& ends) {
    std::string text;
    for (const ModelEnd& end : ends)
        text +=
            fmt::format("  {:<8} {} {} {}\n", what, printable(end.name, 60), end.dtype, end.shape);
    return text;
}

std::string refusedText(const ImportReport& report) {
    std::string text;
    for (const RefusedNode& node : report.refused)
        if (!node.isFollower) text += fmt::format("{}: {}\n", node.code, node.message);
    const int64_t followers = report.followers();
    if (followers > 0)
        text += fmt::format("{} behind {} not read either\n", countOf(followers, "node"),
                            followers == 1 ? "them is" : "them are");
    return text;
}

/// `3 classes, by the names in the file: cat, dog, fox`
std::string classesText(const std::vector<std::string>& classes) {
    if (classes.empty()) return {};
    std::vector<std::string> names;
    for (size_t k = 0; k < classes.size() && k < mostNames; ++k)
        names.push_back(printable(classes[k], 40));
    return fmt::format("{} named in the file: {}{}\n", countOf(classes.size(), "class", "classes"),
                       fmt::join(names, ", "), classes.size() > mostNames ? ", …" : "");
}

std::string openText(const ModelLook& look) {
    if (look.open.empty()) return {};
    std::vector<std::string> names;
    for (const OpenExtent& extent : look.open)
        names.push_back(fmt::format("'{}' (axis {} of '{}')", printable(extent.symbol, 40),
                                    extent.axis, printable(extent.input, 40)));
    std::string text =
        fmt::format("Open {} {}", names.size() == 1 ? "is" : "are", fmt::join(names, ", "));
    if (!look.lookedAt.empty()) text += "; looked at with " + sizesText(look.lookedAt);
    return text + fmt::format(". Choose with {}\n", sizeOptions(look.open));
}

Json endJson(const ModelEnd& end) {
    return {{"node", end.node}, {"name", end.name}, {"dtype", end.dtype}, {"shape", end.shape}};
}

Json openJson(const ModelLook& look) {
    Json list = Json::array();
    for (const OpenExtent& extent : look.open) {
        const auto used = look.lookedAt.find(extent.symbol);
        list.push_back({{"name", extent.symbol},
                        {"input", extent.input},
                        {"axis", extent.axis},
                        {"looked_at", used == look.lookedAt.end() ? Json() : Json(used->second)}});
    }
    return list;
}

}  // namespace

std::string lookText(const ModelLook& look) {
    const ImportReport& report = look.report;
    std::string text;
    if (!report.program.empty()) text += fmt::format("made by {}, ", report.program);
    text += fmt::format("operator set {}, format version {}\n", report.opset, report.irVersion);
    text += look.isRead ? report.summary() : countOf(report.nodes, "node");
    text += '\n' + endsText("input", report.inputs) + endsText("output", report.outputs);
    if (look.isRead)
        text += fmt::format("{} numbers can be trained\n", fmt::group_digits(report.parameters));
    text += classesText(report.classes) + refusedText(report);
    for (const std::string& remark : report.remarks) text += fmt::format("Note: {}.\n", remark);
    return text + openText(look);
}

std::string lookJson(const ModelLook& look, const std::string& project) {
    const ImportReport& report = look.report;
    Json json = {{"event", "import"},
                 {"project", project},
                 {"program", report.program},
                 {"opset", report.opset},
                 {"ir_version", report.irVersion},
                 {"nodes", report.nodes},
                 {"folded", report.folded},
                 {"parameters", report.parameters}};
    for (const auto& [key, ends] :
         {std::pair("inputs", &report.inputs), {"outputs", &report.outputs}})
        for (const ModelEnd& end : *ends) json[key].push_back(endJson(end));
    json["open"] = openJson(look);
    json["classes"] = report.classes;
    json["refused"] = Json::array();
    for (const RefusedNode& node : report.refused)
        json["refused"].push_back({{"node", node.node},
                                   {"code", node.code},
                                   {"message", node.message},
                                   {"follows", node.isFollower}});
    json["remarks"] = report.remarks;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace vitrine::cli
