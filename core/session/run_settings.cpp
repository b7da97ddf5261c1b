// SPDX-License-Identifier: Apache-2.0
// run.json, key by key.
#include "core/session/run_settings.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/file.h"
#include "core/io/json_reader.h"

namespace vitrine {

namespace {

const Json& member(const Json& object, const char* key) {
    static const Json none;
    if (!object.is_object()) return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::string textOf(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::string attrsText(const Attrs& attrs) {
    std::string text;
    for (size_t i = 0; i < attrs.specs().size(); ++i)
        text += fmt::format("{}{}={}", i == 0 ? "" : " ", attrs.specs()[i].id,
                            fieldText(attrs.values()[i]));
    return text;
}

std::string chosenText(const ChosenThing& chosen) {
    const std::string fields = attrsText(chosen.attrs);
    return fields.empty() ? chosen.id : fmt::format("{} {}", chosen.id, fields);
}

Error damaged(const std::string& file, std::string_view why) {
    return {"P01",
            fmt::format("'{}' is damaged: {}", printable(file), why),
            {},
            "Nothing was changed.",
            "Start a new run with another --out; weights and checkpoints are still there."};
}

std::string nodeDifference(const Node& now, const Node& before) {
    if (now.op != before.op)
        return fmt::format("'{}' is {}, was {}", now.id, now.op->id, before.op->id);
    for (size_t i = 0; i < now.attrs.specs().size(); ++i)
        if (now.attrs.values()[i] != before.attrs.values()[i])
            return fmt::format("{}: {} is {}, was {}", now.text(), now.attrs.specs()[i].id,
                               fieldText(now.attrs.values()[i]),
                               fieldText(before.attrs.values()[i]));
    return {};
}

}  // namespace

SettingsText settingsOf(const Project& project) {
    const TrainingSettings& t = project.training;
    SettingsText text{{"epochs", std::to_string(t.epochs)},
                      {"batch", std::to_string(t.batch)},
                      {"seed", std::to_string(t.seed)},
                      {"lr", fmt::format("{}", t.learningRate)},
                      {"optimizer", chosenText(t.optimizer)},
                      {"schedule", chosenText(t.schedule)},
                      {"clip_norm", fmt::format("{}", t.clipNorm)},
                      {"data format", project.data.format},
                      {"mean", project.data.normalisation.mean.text()},
                      {"std", project.data.normalisation.std.text()}};
    if (t.clipping != Clipping::Norm) text["clip_by"] = clippingId(t.clipping);
    if (t.accumulate != 1) text["accumulate"] = std::to_string(t.accumulate);
    for (const ChosenThing& extra : t.extras) text[extra.id] = chosenText(extra);
    for (size_t i = 0; i < t.groups.size(); ++i)
        text[fmt::format("group {}", i + 1)] = attrsText(t.groups[i]);
    if (t.stopping != Attrs(stoppingFields)) text["stopping"] = attrsText(t.stopping);
    for (const DataSettings::Field& field : project.data.fields)
        text["data " + field.id] = fieldText(field.value);
    const DataSettings& data = project.data;
    const auto addList = [&](const std::string& name, const std::vector<ChosenThing>& list) {
        for (size_t i = 0; i < list.size(); ++i)
            text[fmt::format("{} {}", name, i + 1)] = chosenText(list[i]);
    };
    addList("training transform", data.trainingTransforms);
    addList("evaluation transform", data.evaluationTransforms);
    if (data.sampling != Sampling::EachOnce) text["sampling"] = samplingId(data.sampling);
    return text;
}

std::string settingsDifference(const SettingsText& now, const SettingsText& before) {
    std::string text;
    const auto add = [&](const std::string& key) {
        const std::string is = textOf(member(now, key.c_str())),
                          was = textOf(member(before, key.c_str()));
        if (is == was) return;
        text += fmt::format("{}{} is {}, was {}", text.empty() ? "" : "; ", printable(key, 60),
                            is.empty() ? "not set" : printable(is, 100),
                            was.empty() ? "not set" : printable(was, 100));
    };
    for (const auto& [key, value] : now.items()) add(key);
    for (const auto& [key, value] : before.items())
        if (!now.contains(key)) add(key);
    return text;
}

/// An entry of a parameter that the other graph has otherwise, or not.
std::string parameterDifference(const Graph& graph, const Graph& other) {
    for (const auto& [id, parameter] : graph.parameters()) {
        const Parameter* there = other.findParameter(id);
        if (there && parameterEssence(*there) == parameterEssence(parameter)) continue;
        return fmt::format("parameter '{}' is {}{}", id, name(parameter.kind),
                           there && there->kind == parameter.kind ? " with other numbers" : "");
    }
    return {};
}

std::string networkDifference(const Graph& now, const Graph& before) {
    for (const Node& node : now.nodes()) {
        const Node* old = before.findByKey(node.key);
        if (!old) return fmt::format("{} was not there", node.text());
        if (const std::string text = nodeDifference(node, *old); !text.empty()) return text;
    }
    for (const Node& node : before.nodes())
        if (!now.findByKey(node.key)) return fmt::format("{} is not there any more", node.text());
    if (std::string text = parameterDifference(now, before); !text.empty()) return text;
    if (std::string text = parameterDifference(before, now); !text.empty())
        return "formerly " + text;
    return "the wiring has changed";
}

Result<RunSettings> RunSettings::parse(std::string_view text, const std::string& file) {
    RunSettings settings;
    settings.m_json = jsonFromText(text);
    if (!settings.m_json.is_object() || !member(settings.m_json, "settings").is_object())
        return damaged(file, "it is no object with settings");
    const Json& version = member(settings.m_json, "version");
    if (!version.is_number_integer() || version.get<int64_t>() < 1)
        return damaged(file, "'version' is missing or no whole number from 1");
    if (version.get<int64_t>() <= formatVersion) return settings;
    return Error{"P03",
                 fmt::format("'{}' was made by a newer program: version {}, this program knows up "
                             "to {}",
                             printable(file), version.dump(), formatVersion),
                 {},
                 "Nothing was changed.",
                 "Go on with it in a newer Vitrine."};
}

std::string RunSettings::text() const {
    return m_json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int64_t RunSettings::version() const { return member(m_json, "version").get<int64_t>(); }

RunIdentity RunSettings::identity() const {
    RunIdentity identity;
    identity.run = text("id");
    identity.graph = text("graph_fingerprint");
    identity.data = text("data_fingerprint");
    const std::string seed = setting("seed");
    std::from_chars(seed.data(), seed.data() + seed.size(), identity.seed);
    return identity;
}

void RunSettings::setIdentity(const RunIdentity& identity) {
    m_json["id"] = identity.run;
    m_json["graph_fingerprint"] = identity.graph;
    m_json["data_fingerprint"] = identity.data;
}

std::string RunSettings::text(const char* key) const { return textOf(member(m_json, key)); }

std::string RunSettings::setting(const char* option) const {
    return textOf(member(member(m_json, "settings"), option));
}

bool RunSettings::flag(const char* option) const {
    const Json& value = member(member(m_json, "settings"), option);
    return value.is_boolean() && value.get<bool>();
}

double RunSettings::number(const char* option, double fallback) const {
    const Json& value = member(member(m_json, "settings"), option);
    return value.is_number() ? value.get<double>() : fallback;
}

SettingsText RunSettings::projectSettings() const { return member(m_json, "project_settings"); }

bool RunSettings::hasHadCheckpoint() const {
    const Json& value = member(m_json, "has_checkpoint");
    return value.is_boolean() && value.get<bool>();
}

}  // namespace vitrine
