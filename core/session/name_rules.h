// SPDX-License-Identifier: Apache-2.0
// NameRules: what lists of another program's names are written with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/session/weight_rules.h"

namespace vitrine {

/// Rules of a family; blocks of this program have one name for all that is in them.
class NameRules {
  public:
    void add(std::string theirs, std::string ours) {
        m_rules.push_back({std::move(theirs), std::move(ours)});
    }
    /// A normalisation that is a node: its parts have torchvision's names.
    void node(const std::string& theirs, const std::string& ours) {
        add(theirs + ".*", ours + ".*");
    }
    /// One of layers, which is a node.
    void channelNorm(const std::string& theirs, const std::string& ours) {
        add(theirs + ".weight", ours + ".scale");
        add(theirs + ".bias", ours + ".shift");
    }
    /// One within a block.
    void norm(const std::string& theirs, const std::string& ours) {
        add(theirs + ".weight", ours + "_scale");
        add(theirs + ".bias", ours + "_shift");
        add(theirs + ".running_mean", ours + "_mean");
        add(theirs + ".running_var", ours + "_var");
    }
    /// A convolution with its normalisation, within a block.
    void layer(const std::string& conv, const std::string& norm, const std::string& ours) {
        add(conv + ".weight", ours + "_weight");
        this->norm(norm, ours);
    }
    std::vector<WeightRule> take() {
        add("*num_batches_tracked", "");
        return std::move(m_rules);
    }

  private:
    std::vector<WeightRule> m_rules;
};

}  // namespace vitrine
