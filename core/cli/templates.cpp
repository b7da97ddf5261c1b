// SPDX-License-Identifier: Apache-2.0
// vitrine-cli templates: the networks that `new` writes down, with their fields.
#include <fmt/format.h>

#include "core/cli/commands.h"
#include "core/cli/field_text.h"
#include "core/cli/text.h"
#include "core/templates/template.h"

namespace vitrine::cli {

namespace {

std::string templateHelp(const TemplateDescriptor& of) {
    std::string out =
        fmt::format("{} — {}\n    {}\n    {}.\n", of.id, of.title, of.summary, of.source);
    for (const FieldSpec& field : of.fields) out += fieldHelp(field);
    return out + "\n";
}

std::string templateJson(const TemplateDescriptor& of) {
    nlohmann::ordered_json json{{"event", "template"}, {"id", of.id},
                                {"title", of.title},   {"summary", of.summary},
                                {"source", of.source}, {"fields", nlohmann::json::array()}};
    for (const FieldSpec& field : of.fields) json["fields"].push_back(fieldJson(field));
    return json.dump() + "\n";
}

}  // namespace

void addTemplates(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("templates", "List the networks that new writes, with their fields");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object a template");
    command->callback([json, &action] {
        action = [json] {
            for (const TemplateDescriptor* of : allTemplates())
                print(*json ? templateJson(*of) : templateHelp(*of));
            return int{done};
        };
    });
}

}  // namespace vitrine::cli
