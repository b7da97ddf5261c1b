// SPDX-License-Identifier: Apache-2.0
// Source: torchvision/models/resnet.py, vgg.py, mobilenetv2.py and mobilenetv3.py of torchvision
// 0.29.2.
#include "core/session/torchvision_names.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace vitrine {

namespace {

/// Rules of a family; blocks of this program have one name for all that is in them.
class Rules {
  public:
    void add(std::string theirs, std::string ours) {
        m_rules.push_back({std::move(theirs), std::move(ours)});
    }
    /// A normalisation that is a node: its parts have torchvision's names.
    void node(const std::string& theirs, const std::string& ours) {
        add(theirs + ".*", ours + ".*");
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

std::vector<WeightRule> resNet() {
    Rules rules;
    rules.node("conv1", "stem_conv");
    rules.node("bn1", "stem_bn");
    rules.node("layer{s}.{b}.conv{c}", "layer{s}_{b+1}_{c}_conv");
    rules.node("layer{s}.{b}.bn{c}", "layer{s}_{b+1}_{c}_bn");
    rules.node("layer{s}.{b}.downsample.0", "layer{s}_{b+1}_shortcut_conv");
    rules.node("layer{s}.{b}.downsample.1", "layer{s}_{b+1}_shortcut_bn");
    rules.node("fc", "fc");
    return rules.take();
}

std::vector<WeightRule> mobileNetV2() {
    Rules rules;
    rules.node("features.0.0", "stem_conv");
    rules.node("features.0.1", "stem_bn");
    rules.layer("features.1.conv.0.0", "features.1.conv.0.1", "block1.depth");
    rules.layer("features.1.conv.1", "features.1.conv.2", "block1.project");
    rules.layer("features.{n}.conv.0.0", "features.{n}.conv.0.1", "block{n}.expand");
    rules.layer("features.{n}.conv.1.0", "features.{n}.conv.1.1", "block{n}.depth");
    rules.layer("features.{n}.conv.2", "features.{n}.conv.3", "block{n}.project");
    rules.node("features.{n}.0", "head_conv");
    rules.node("features.{n}.1", "head_bn");
    rules.node("classifier.1", "fc");
    return rules.take();
}

std::vector<WeightRule> mobileNetV3() {
    Rules rules;
    rules.node("features.0.0", "stem_conv");
    rules.node("features.0.1", "stem_bn");
    // The first block does not expand; in the small network it weighs its channels.
    rules.layer("features.1.block.0.0", "features.1.block.0.1", "block1.depth");
    rules.layer("features.1.block.1.0", "features.1.block.1.1", "block1.project");
    rules.layer("features.{n}.block.0.0", "features.{n}.block.0.1", "block{n}.expand");
    rules.layer("features.{n}.block.1.0", "features.{n}.block.1.1", "block{n}.depth");
    rules.layer("features.{n}.block.2.0", "features.{n}.block.2.1", "block{n}.project");
    rules.layer("features.{n}.block.3.0", "features.{n}.block.3.1", "block{n}.project");
    rules.add("features.{n}.block.{i}.fc1.*", "block{n}.squeeze_*");
    rules.add("features.{n}.block.{i}.fc2.*", "block{n}.excite_*");
    rules.node("features.{n}.0", "head_conv");
    rules.node("features.{n}.1", "head_bn");
    rules.node("classifier.0", "fc1");
    rules.node("classifier.3", "fc2");
    return rules.take();
}

/// Layers stand in one row with what has no weights: a convolution, its normalisation where there
/// is one, an activation; a pooling behind each stage.
std::vector<WeightRule> vgg(const StateLayout& layout) {
    std::map<std::pair<int, int>, bool> convolutions;
    const auto has = [&](const std::string& name) { return layout.find(name) != nullptr; };
    for (int stage = 1; stage <= 5; ++stage)
        for (int i = 1; has(fmt::format("conv{}_{}.weight", stage, i)); ++i)
            convolutions[{stage, i}] = has(fmt::format("bn{}_{}.weight", stage, i));
    Rules rules;
    int number = 0, before = 1;
    for (const auto& [place, isNormalised] : convolutions) {
        const auto& [stage, i] = place;
        number += stage - std::exchange(before, stage);
        rules.node(fmt::format("features.{}", number++), fmt::format("conv{}_{}", stage, i));
        if (isNormalised)
            rules.node(fmt::format("features.{}", number++), fmt::format("bn{}_{}", stage, i));
        ++number;
    }
    rules.node("classifier.0", "fc1");
    rules.node("classifier.3", "fc2");
    rules.node("classifier.6", "fc3");
    return rules.take();
}

}  // namespace

std::vector<KnownNames> torchvisionNames(const StateLayout& layout) {
    return {{"torchvision's names of ResNet", resNet()},
            {"torchvision's names of MobileNetV2", mobileNetV2()},
            {"torchvision's names of MobileNetV3", mobileNetV3()},
            {"torchvision's names of VGG", vgg(layout)}};
}

}  // namespace vitrine
