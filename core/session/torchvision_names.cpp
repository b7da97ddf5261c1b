// SPDX-License-Identifier: Apache-2.0
// Source: the files of torchvision/models of torchvision 0.29.2, one for each family.
#include "core/session/torchvision_names.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "core/session/name_rules.h"

namespace vitrine {

namespace {

using Rules = NameRules;

/// Stages behind the stem, and how many blocks each has.
constexpr std::pair<int, int> efficientNetStages[] = {{1, 1}, {2, 2}, {3, 2}, {4, 3},
                                                      {5, 3}, {6, 4}, {7, 1}};

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

/// Blocks are counted through all stages here, and within each one there.
std::vector<WeightRule> efficientNet() {
    Rules rules;
    rules.node("features.0.0", "stem_conv");
    rules.node("features.0.1", "stem_bn");
    int number = 0;
    for (const auto& [stage, count] : efficientNetStages)
        for (int i = 0; i < count; ++i) {
            const std::string theirs = fmt::format("features.{}.{}.block.", stage, i),
                              ours = fmt::format("block{}.", ++number);
            int at = 0;  // the first block does not expand
            for (const char* part : {"expand", "depth", "squeeze", "project"}) {
                if (number == 1 && at == 0 && std::string_view(part) == "expand") continue;
                const std::string layer = theirs + std::to_string(at++);
                if (std::string_view(part) == "squeeze") {
                    rules.add(layer + ".fc1.*", ours + "squeeze_*");
                    rules.add(layer + ".fc2.*", ours + "excite_*");
                } else {
                    rules.layer(layer + ".0", layer + ".1", ours + part);
                }
            }
        }
    rules.node("features.8.0", "head_conv");
    rules.node("features.8.1", "head_bn");
    rules.node("classifier.1", "fc");
    return rules.take();
}

std::vector<WeightRule> convNeXt() {
    Rules rules;
    rules.node("features.0.0", "stem_conv");
    rules.channelNorm("features.0.1", "stem_norm");
    for (int stage = 1; stage <= 4; ++stage) {
        const std::string theirs = fmt::format("features.{}.{{b}}.", 2 * stage - 1),
                          ours = fmt::format("stage{}_{{b+1}}.", stage),
                          down = fmt::format("features.{}.", 2 * stage);
        rules.add(theirs + "layer_scale", ours + "layer_scale");
        rules.add(theirs + "block.0.*", ours + "depth_*");
        rules.add(theirs + "block.2.weight", ours + "scale");
        rules.add(theirs + "block.2.bias", ours + "shift");
        rules.add(theirs + "block.3.*", ours + "widen_*");
        rules.add(theirs + "block.5.*", ours + "narrow_*");
        rules.channelNorm(down + "0", fmt::format("down{}_norm", stage));
        rules.node(down + "1", fmt::format("down{}_conv", stage));
    }
    rules.channelNorm("classifier.0", "head_norm");
    rules.node("classifier.2", "fc");
    return rules.take();
}

/// Files from before 2019 have a point between a layer's kind and its number.
std::vector<WeightRule> denseNet() {
    Rules rules;
    rules.node("features.conv0", "stem_conv");
    rules.node("features.norm0", "stem_bn");
    for (const char* point : {"", "."})
        for (const auto& [number, ours] : {std::pair(1, "narrow"), {2, "grow"}}) {
            const std::string layer = "features.denseblock{b}.denselayer{i}.";
            rules.node(fmt::format("{}norm{}{}", layer, point, number),
                       fmt::format("block{{b}}_{{i}}_{}_bn", ours));
            rules.node(fmt::format("{}conv{}{}", layer, point, number),
                       fmt::format("block{{b}}_{{i}}_{}_conv", ours));
        }
    rules.node("features.transition{t}.norm", "transition{t}_bn");
    rules.node("features.transition{t}.conv", "transition{t}_conv");
    rules.node("features.norm5", "last_bn");
    rules.node("classifier", "fc");
    return rules.take();
}

/// Poolings are counted with the fire modules, and stand in other places in each version.
std::vector<WeightRule> squeezeNet(const std::array<int, 8>& places) {
    Rules rules;
    rules.node("features.0", "stem_conv");
    for (size_t i = 0; i < places.size(); ++i) {
        const std::string theirs = fmt::format("features.{}.", places[i]),
                          ours = fmt::format("fire{}_", i + 2);
        rules.node(theirs + "squeeze", ours + "squeeze_conv");
        rules.node(theirs + "expand1x1", ours + "expand1_conv");
        rules.node(theirs + "expand3x3", ours + "expand3_conv");
    }
    rules.node("classifier.1", "classes_conv");
    return rules.take();
}

std::vector<WeightRule> shuffleNet() {
    Rules rules;
    const auto layer = [&](const std::string& branch, int conv, const std::string& ours) {
        rules.node(fmt::format("{}.{}", branch, conv), ours + "_conv");
        rules.node(fmt::format("{}.{}", branch, conv + 1), ours + "_bn");
    };
    layer("conv1", 0, "stem");
    layer("stage{s}.0.branch1", 0, "stage{s}_1_left_1");
    layer("stage{s}.0.branch1", 2, "stage{s}_1_left_2");
    for (const auto& [conv, number] : {std::pair(0, 1), {3, 2}, {5, 3}}) {
        layer("stage{s}.0.branch2", conv, fmt::format("stage{{s}}_1_right_{}", number));
        layer("stage{s}.{i}.branch2", conv, fmt::format("stage{{s}}_{{i+1}}_{}", number));
    }
    layer("conv5", 0, "head");
    rules.node("fc", "fc");
    return rules.take();
}

std::vector<WeightRule> googLeNet() {
    Rules rules;
    const auto layer = [&](const std::string& theirs, const std::string& ours) {
        rules.node(theirs + ".conv", ours + "_conv");
        rules.node(theirs + ".bn", ours + "_bn");
    };
    layer("conv{n}", "stem{n}");
    for (const char* block : {"3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"}) {
        const std::string name = fmt::format("inception{}", block);
        layer(name + ".branch1", name + "_1");
        for (const char* branch : {"2", "3"}) {
            layer(fmt::format("{}.branch{}.0", name, branch),
                  fmt::format("{}_{}_narrow", name, branch));
            layer(fmt::format("{}.branch{}.1", name, branch), fmt::format("{}_{}", name, branch));
        }
        layer(name + ".branch4.1", name + "_4");
    }
    rules.node("fc", "fc");
    return rules.take();
}

std::vector<WeightRule> alexNet() {
    Rules rules;
    int number = 0;
    for (const int place : {0, 3, 6, 8, 10})
        rules.node(fmt::format("features.{}", place), fmt::format("conv{}", ++number));
    for (const int place : {1, 4, 6})
        rules.node(fmt::format("classifier.{}", place), fmt::format("fc{}", ++number));
    return rules.take();
}

std::vector<WeightRule> visionTransformer() {
    Rules rules;
    rules.add("class_token", "patches.class_token");
    rules.node("conv_proj", "patches");
    rules.add("encoder.pos_embedding", "patches.position");
    const std::string layer = "encoder.layers.encoder_layer_{n}.", ours = "encoder{n+1}.";
    rules.add(layer + "ln_{i}.*", ours + "norm{i}_*");
    rules.add(layer + "self_attention.in_proj_*", ours + "in_*");
    rules.add(layer + "self_attention.out_proj.*", ours + "out_*");
    for (const auto& [first, second] : {std::pair("0", "3"), {"linear_1", "linear_2"}}) {
        rules.add(fmt::format("{}mlp.{}.*", layer, first), ours + "linear1_*");
        rules.add(fmt::format("{}mlp.{}.*", layer, second), ours + "linear2_*");
    }
    rules.channelNorm("encoder.ln", "norm");
    rules.node("heads.head", "fc");
    return rules.take();
}

}  // namespace

std::vector<KnownNames> torchvisionNames(const StateLayout& layout) {
    return {{"torchvision's names of ResNet", resNet()},
            {"torchvision's names of MobileNetV2", mobileNetV2()},
            {"torchvision's names of MobileNetV3", mobileNetV3()},
            {"torchvision's names of VGG", vgg(layout)},
            {"torchvision's names of EfficientNet-B0", efficientNet()},
            {"torchvision's names of ConvNeXt-T", convNeXt()},
            {"torchvision's names of DenseNet", denseNet()},
            {"torchvision's names of SqueezeNet 1.1", squeezeNet({3, 4, 6, 7, 9, 10, 11, 12})},
            {"torchvision's names of SqueezeNet 1.0", squeezeNet({3, 4, 5, 7, 8, 9, 10, 12})},
            {"torchvision's names of ShuffleNetV2", shuffleNet()},
            {"torchvision's names of GoogLeNet", googLeNet()},
            {"torchvision's names of AlexNet", alexNet()},
            {"torchvision's names of vision transformers", visionTransformer()}};
}

}  // namespace vitrine
