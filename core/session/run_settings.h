// SPDX-License-Identifier: Apache-2.0
// run.json: what a run is and what it was started with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/io/project.h"
#include "core/session/run_folder.h"

namespace vitrine {

/// Settings by option, as text: `{"epochs": "5", …}`. Two texts are equal where the values are.
using SettingsText = nlohmann::ordered_json;

/// A run's note of a setting that its project has and its command took away.
inline constexpr const char* noSetting = "none";

/// Everything of a project's training and data that a run depends on, without its network and the
/// data's folder.
SettingsText settingsOf(const Project& project);
/// `lr is 0.1, was 0.05; batch is …`; empty where nothing differs.
std::string settingsDifference(const SettingsText& now, const SettingsText& before);
/// The first node that is in one network only, or has other fields; for people. "the wiring" where
/// all nodes agree.
std::string networkDifference(const Graph& now, const Graph& before);

class RunSettings {
  public:
    static constexpr int64_t formatVersion = 2;

    RunSettings() : m_json({{"version", formatVersion}}) {}
    /// Errors: P01 (damaged), P03 (newer than this program knows).
    static Result<RunSettings> parse(std::string_view text, const std::string& file);
    /// Text in another form than UTF-8 is replaced: a folder's name need not be UTF-8.
    std::string text() const;

    int64_t version() const;
    RunIdentity identity() const;
    void setIdentity(const RunIdentity& identity);

    /// Empty where there is no text of that name: the file may be anybody's.
    std::string text(const char* key) const;
    std::string setting(const char* option) const;
    bool flag(const char* option) const;
    double number(const char* option, double fallback) const;
    /// What the project said when the run was started, before the command changed it; null in runs
    /// of version 1.
    SettingsText projectSettings() const;
    bool hasHadCheckpoint() const;

    nlohmann::ordered_json& json() { return m_json; }

  private:
    nlohmann::ordered_json m_json;
};

}  // namespace vitrine
