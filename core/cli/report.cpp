// SPDX-License-Identifier: Apache-2.0
#include "core/cli/report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/cli/commands.h"
#include "core/cli/ending.h"
#include "core/cli/output.h"

namespace vitrine::cli {

namespace {

int exitStatus(const Error& error) {
    return error.code.starts_with('U') || error.code.starts_with('L') ? wrongUsage : failed;
}

nlohmann::ordered_json placeJson(const Place& place) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [key, word] :
         {std::pair("node", &place.node), {"field", &place.field}, {"file", &place.file}})
        if (!word->empty()) json[key] = *word;
    if (place.line > 0) json["line"] = place.line;
    return json;
}

}  // namespace

std::string errorLine(const Error& error) {
    using nlohmann::ordered_json;
    ordered_json json{{"event", "error"},
                      {"code", error.code},
                      {"message", error.message},
                      {"status", exitStatus(error)}};
    if (error.place != Place()) json["place"] = placeJson(error.place);
    if (!error.kept.empty()) json["kept"] = error.kept;
    if (!error.next.empty()) json["next"] = error.next;
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

int report(const Error& error, bool asEvent) {
    std::fflush(stdout);  // both may go into one file
    if (asEvent) {
        Output out(isEnding);  // a reader that takes nothing holds nobody
        out.line(errorLine(error));
        out.flush();
    }
    std::fprintf(stderr, "%s\n", error.text().c_str());
    return exitStatus(error);
}

}  // namespace vitrine::cli
