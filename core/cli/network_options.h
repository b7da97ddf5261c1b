// SPDX-License-Identifier: Apache-2.0
// Options of the commands that ask a network with arrays: infer, grad and hvp.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/cli/run_options.h"
#include "core/session/inference.h"
#include "core/session/open_extents.h"

namespace vitrine::cli {

struct NetworkOptions {
    RunOptions run;
    std::string weights, out;
    std::vector<std::string> inputs, sizes;
    std::optional<std::string> mean, deviation, fit;  ///< of pictures
    bool takesNaN = false, json = false, overwrites = false;

    /// MODEL --weights --size --overwrite --json: the network, and that something is written.
    void addNetwork(CLI::App& command);
    /// The same, and --input --mean --std --fit --out --allow-nan and those of addNumerics.
    /// `whatComesOut` begins the help of --out.
    void add(CLI::App& command, const std::string& whatComesOut);

    /// Says on standard error what there is to know of it. Errors: those of RunOptions::request and
    /// of openNetwork.
    Result<ForeignNetwork> openFile() const;
    /// As one that can be asked. Errors: as above, and those of Inference.
    Result<std::unique_ptr<Inference>> open() const;
    /// What --input names, for these inputs. Errors: those of readInputFiles.
    Result<std::vector<NamedTensor>> read(const ForeignNetwork& network,
                                          std::span<const NetworkInput> inputs) const;
    /// Whether files of these names may go where --out says. Errors: those of checkFree.
    Result<void> checkOut(std::span<const std::string> names) const;

  private:
    Result<ForeignNetwork> openModel() const;
    Result<ForeignNetwork> openProject(const ChosenExtents& chosen) const;
    Error said(Error error, const ChosenExtents& chosen) const;
    Result<void> setPictures(DataSettings& data) const;
};

/// Writes tensors into a folder, which is made where it is not there, each in a file called after
/// it; or where the path ends with .npz, into that one. Errors: those of AtomicFile; "G02", "G03"
/// where there can be no such folder.
Result<void> saveTensors(const std::string& path, const std::vector<NamedTensor>& tensors);
/// "U10" where something lies at the path, which is kept unless the command has --overwrite.
Result<void> checkFree(const std::string& path);
/// Where saveTensors puts one of them.
std::string placeOf(const std::string& path, const std::string& tensor);

}  // namespace vitrine::cli
