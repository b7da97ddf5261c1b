// SPDX-License-Identifier: Apache-2.0
// vitrine-cli devices: what there is to compute with.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/cli/commands.h"
#include "core/cli/text.h"
#include "core/session/machine_text.h"

namespace vitrine::cli {

void addDevices(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "devices", "Tell what there is to compute with, and what of NVIDIA's was found");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object a line");
    command->callback([json, &action] {
        action = [json] {
            for (const MachinePart& part : machineParts())
                print(*json ? nlohmann::json{{"name", part.name}, {"text", part.text}}.dump() + "\n"
                            : fmt::format("{:9}  {}\n", part.name, part.text));
            return int{done};
        };
    });
}

}  // namespace vitrine::cli
