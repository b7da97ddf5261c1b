// SPDX-License-Identifier: Apache-2.0
// Source: timm/models/convnext.py, efficientnet.py and vision_transformer.py of
// timm 1.0.31. Its ResNet, DenseNet and VGG have torchvision's names.
#include "core/session/timm_names.h"

#include <fmt/format.h>

#include "core/session/name_rules.h"

namespace vitrine {

namespace {

/// Blocks are counted through all stages here, and within each one there. The first stage does not
/// expand: its convolutions are numbered from there on.
std::vector<WeightRule> efficientNet() {
    NameRules rules;
    rules.node("conv_stem", "stem_conv");
    rules.node("bn1", "stem_bn");
    int number = 0, stage = 0;
    for (const int count : {1, 2, 2, 3, 3, 4, 1}) {
        for (int i = 0; i < count; ++i) {
            const std::string theirs = fmt::format("blocks.{}.{}.", stage, i),
                              ours = fmt::format("block{}.", ++number);
            const bool expands = stage > 0;
            if (expands) rules.layer(theirs + "conv_pw", theirs + "bn1", ours + "expand");
            rules.layer(theirs + "conv_dw", theirs + (expands ? "bn2" : "bn1"), ours + "depth");
            rules.add(theirs + "se.conv_reduce.*", ours + "squeeze_*");
            rules.add(theirs + "se.conv_expand.*", ours + "excite_*");
            rules.layer(theirs + (expands ? "conv_pwl" : "conv_pw"),
                        theirs + (expands ? "bn3" : "bn2"), ours + "project");
        }
        ++stage;
    }
    rules.node("conv_head", "head_conv");
    rules.node("bn2", "head_bn");
    rules.node("classifier", "fc");
    return rules.take();
}

std::vector<WeightRule> convNeXt() {
    NameRules rules;
    rules.node("stem.0", "stem_conv");
    rules.channelNorm("stem.1", "stem_norm");
    rules.channelNorm("stages.{s}.downsample.0", "down{s}_norm");
    rules.node("stages.{s}.downsample.1", "down{s}_conv");
    const std::string theirs = "stages.{s}.blocks.{b}.", ours = "stage{s+1}_{b+1}.";
    rules.add(theirs + "gamma", ours + "layer_scale");
    rules.add(theirs + "conv_dw.*", ours + "depth_*");
    rules.add(theirs + "norm.weight", ours + "scale");
    rules.add(theirs + "norm.bias", ours + "shift");
    rules.add(theirs + "mlp.fc1.*", ours + "widen_*");
    rules.add(theirs + "mlp.fc2.*", ours + "narrow_*");
    rules.channelNorm("head.norm", "head_norm");
    rules.node("head.fc", "fc");
    return rules.take();
}

std::vector<WeightRule> visionTransformer() {
    NameRules rules;
    rules.add("cls_token", "patches.class_token");
    rules.add("pos_embed", "patches.position");
    rules.node("patch_embed.proj", "patches");
    const std::string theirs = "blocks.{n}.", ours = "encoder{n+1}.";
    rules.add(theirs + "norm{i}.*", ours + "norm{i}_*");
    rules.add(theirs + "attn.qkv.*", ours + "in_*");
    rules.add(theirs + "attn.proj.*", ours + "out_*");
    rules.add(theirs + "mlp.fc{i}.*", ours + "linear{i}_*");
    rules.channelNorm("norm", "norm");
    rules.node("head", "fc");
    return rules.take();
}

}  // namespace

std::vector<KnownNames> timmNames() {
    return {{"timm's names of EfficientNet-B0", efficientNet()},
            {"timm's names of ConvNeXt-T", convNeXt()},
            {"timm's names of vision transformers", visionTransformer()}};
}

}  // namespace vitrine
