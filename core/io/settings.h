// SPDX-License-Identifier: Apache-2.0
// Which values the settings of a run may have, with the reason: one rule for project files, the
// command line and forms. Nothing is clamped.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/normalisation.h"
#include "core/base/result.h"

namespace vitrine {

struct WholeSetting {
    std::string_view code;  ///< of its errors
    std::string_view id;    ///< in files and on the command line
    int64_t minimum = 0, maximum = 0;
    std::string_view reason;
};

struct RealSetting {
    std::string_view code, id;
    double minimum = 0, maximum = 0;
    bool aboveMinimum = false;  ///< the minimum itself is not allowed
    std::string_view reason;
};

inline constexpr RealSetting learningRateSetting = {
    "U01", "lr", 0, 1000, true, "a step must go downhill, and no useful step is longer"};
inline constexpr WholeSetting batchSetting = {
    "U02", "batch", 1, 65536, "a step needs at least one image, and all of them in memory"};
inline constexpr WholeSetting epochsSetting = {
    "U03", "epochs", 1, 100'000, "a run sees every image at least once, and has an end"};
inline constexpr WholeSetting seedSetting = {"U07", "seed", 0, INT64_MAX,
                                             "the same seed gives the same run"};
inline constexpr WholeSetting threadsSetting = {
    "U08", "threads", 1, 1024, "somebody must do the work, and more threads than cores wait"};
inline constexpr WholeSetting accumulateSetting = {"P11", "accumulate", 1, 65536,
                                                   "gradients of so many batches make one update"};
inline constexpr WholeSetting memoryBudgetSetting = {"P11", "memory_budget", 1, INT64_MAX,
                                                     "bytes that a step's memory may take"};
inline constexpr RealSetting clipNormSetting = {
    "P11", "clip_norm", 0, 1e9, false, "gradients longer than this are shortened; 0 leaves them"};
inline constexpr RealSetting testAccuracySetting = {
    "P11", "test_accuracy", 0, 1, false, "a share of the test images"};
/// Of any other metric, by its name in the file.
constexpr RealSetting goalSetting(std::string_view id) {
    return {"P11", id, -1e9, 1e9, false, "a number that a metric can have"};
}
inline constexpr RealSetting meanSetting = {"P11", "mean", -1000,
                                            1000,  false,  "it is taken off pixels from 0 to 1"};
inline constexpr RealSetting stdSetting = {"P11", "std", 1e-6,
                                           1000,  false, "pixels are divided by it"};

/// Errors: the setting's code, with what was found, the allowed range and the reason.
Result<int64_t> checkSetting(const WholeSetting& setting, int64_t value);
Result<double> checkSetting(const RealSetting& setting, double value);
/// The same for text as a person types it; `1e3`, `0x10`, blanks and an empty text are no whole
/// numbers.
Result<int64_t> settingFromText(const WholeSetting& setting, std::string_view text);
Result<double> settingFromText(const RealSetting& setting, std::string_view text);

/// One number, or one for each channel: `0.49, 0.48, 0.45`.
Result<PerChannel> perChannelFromText(const RealSetting& setting, std::string_view text);

/// A number of bytes as people write it: `200000000`, `200MB`, `1.5 GiB`.
Result<int64_t> bytesFromText(const WholeSetting& setting, std::string_view text);

/// The Error for something that is no number of the right kind: `batch is 'many', wanted …`.
Error settingError(const WholeSetting& setting, std::string_view found);
Error settingError(const RealSetting& setting, std::string_view found);

/// Errors: "U02" where a batch is larger than the training set.
Result<void> checkBatchFits(int64_t batch, int64_t trainingImages);

}  // namespace vitrine
