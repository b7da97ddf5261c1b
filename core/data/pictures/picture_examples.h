// SPDX-License-Identifier: Apache-2.0
// Data sets whose examples are picture files: what formats of that kind have in common.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/pictures/picture_file.h"
#include "core/data/pictures/picture_listing.h"
#include "core/data/read_examples.h"

namespace vitrine {

/// Training examples first, those for testing behind them.
struct PictureSet {
    /// Of each example's picture, from the folder on.
    std::shared_ptr<const std::vector<std::string>> files = {};
    int64_t train = 0;  ///< so many are trained on
    /// Who may stand in for whom within a part, where a picture cannot be read: its class. Empty:
    /// all of a part.
    std::vector<int32_t> classes = {};
    std::vector<int64_t> readBytes = {};  ///< of the columns that are read
    /// Example `index` into its record; its picture is (*files)[index].
    ReadExamples::Read read = {};
    StoredExamples numbers = {};  ///< of the columns behind those that are read
};

/// The parts of `set`. Nothing is read yet but ahead, by workers. Errors: "H02", where
/// neither memory nor a file has room for all.
Result<void> openPictures(PictureSet pictures, const Attrs& attrs, const DataRequest& request,
                          Dataset& set);

/// Where a file lies.
std::string pathIn(const DataRequest& request, const std::string& file);

/// What lies there and was not taken.
void addRemarks(const PassedOver& passedOver, Dataset& set);

/// Names, sizes and labels, for a fingerprint: what pictures show is not read for it.
std::string identityText(const std::vector<PictureFile>& files);

}  // namespace vitrine
