// SPDX-License-Identifier: Apache-2.0
// vitrine-cli ops: whatever a node may be, and the operators that networks are made of.
#include "core/cli/commands.h"
#include "core/cli/ops_text.h"
#include "core/cli/text.h"

namespace vitrine::cli {

void addOps(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("ops", "List operators, input and target with ports and fields");
    auto json = std::make_shared<bool>(false);
    auto markdown = std::make_shared<bool>(false);
    CLI::Option* asJson = command->add_flag("--json", *json, "One JSON object an operator");
    command->add_flag("--markdown", *markdown, "The page resources/operators.md")->excludes(asJson);
    command->callback([json, markdown, &action] {
        action = [json, markdown] {
            if (*markdown)
                print(operatorsPage());
            else if (*json)
                for (const OpDescriptor* op : listedOperators()) print(operatorJson(*op) + "\n");
            else
                print(operatorsHelp());
            return int{done};
        };
    });
}

}  // namespace vitrine::cli
