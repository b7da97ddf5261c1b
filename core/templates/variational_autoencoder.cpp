// SPDX-License-Identifier: Apache-2.0
// A variational autoencoder: draws each image again from a few numbers that lie like a normal
// distribution. Source: Kingma, Welling 2013, Auto-encoding variational Bayes, appendix B.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::variational_autoencoder {

namespace {

constexpr FieldSpec fields[] = {
    channelsField(1), heightField(28, 4), widthField(28, 4), multiplierField,
    countField("latent", "Latent numbers", 16, 1, 4096, "Numbers that an image is drawn from.")};

/// What the encoder says of the latent numbers [N, L].
struct Latent {
    Feature mean, deviation;
};

Feature encoder(Network& net, Feature x, int64_t width) {
    for (int i = 1; i <= 2; ++i) {
        x = net.conv2d(fmt::format("encode{}_conv", i), x, i * width,
                       {.kernel = 4, .stride = 2, .padding = 1});
        x = net.add(fmt::format("encode{}_relu", i), "relu", {x});
    }
    return net.add("encode_flatten", "flatten", {x});
}

/// Normal in training; in use 0, so that the mean stands there.
Feature noise(Network& net, const Feature& like) {
    const Feature zeros = net.add("noise_zeros", "mul", {like, net.constant("zero", 0)});
    return net.add("noise", "gaussian_noise", {zeros}, {{"deviation", 1.0}});
}

/// Σ μ² + σ² − ln σ² − 1 is twice the divergence from the normal distribution. Each term is at
/// least 0, so that its distance from 0 is the term itself.
void addDivergence(Network& net, const Latent& latent, double weight) {
    const Feature& sigma = latent.deviation;
    const Feature variance = net.add("variance", "mul", {sigma, sigma});
    const Feature squares = net.add(
        "squares", "add", {net.add("mean_squared", "mul", {latent.mean, latent.mean}), variance});
    const Feature log = net.add("log_variance", "log", {variance});
    const Feature sum = net.add("divergence", "sub", {squares, log});
    const Feature least =
        net.add("least_divergence", "add",
                {net.add("no_divergence", "mul", {latent.mean, {.constant = "zero"}}),
                 net.constant("one", 1)});
    net.add("divergence_loss", "l1", {sum, least}, {{"weight", weight}});
}

Feature decoder(Network& net, Feature x, const Attrs& attrs, int64_t width) {
    const int64_t height = attrs.integer("height") / 4, breadth = attrs.integer("width") / 4;
    x = net.linear("decode_linear", x, 2 * width * height * breadth);
    x = net.add("decode_relu1", "relu", {x});
    x = net.add("decode_images", "reshape", {x},
                {{"shape", std::vector<int64_t>{0, 2 * width, height, breadth}}});
    const auto grow = [&](const std::string& id, int64_t channels) {
        x = net.add(id, "conv_transpose2d", {x},
                    {{"out_channels", channels}, {"kernel", 4}, {"stride", 2}, {"padding", 1}});
    };
    grow("decode_grow", width);
    x = net.add("decode_relu2", "relu", {x});
    grow("drawn", attrs.integer("channels"));
    return x;
}

Result<void> checkFours(const Attrs& attrs) {
    for (const std::string_view side : {"height", "width"})
        if (const int64_t extent = attrs.integer(side); extent % 4 != 0)
            return fieldError(side, fmt::format("{} {} is no multiple of 4, by which the encoder "
                                                "makes it smaller",
                                                side, extent));
    return {};
}

Result<Graph> build(const Attrs& attrs) {
    VITRINE_TRY(checkFours(attrs));
    const int64_t width = scaled(32, attrs.real("width_multiplier"));
    const int64_t numbers = attrs.integer("latent");
    Network net;
    const std::vector<int64_t> shape{attrs.integer("channels"), attrs.integer("height"),
                                     attrs.integer("width")};
    const Feature image = net.input("input", shape, "image", "unit");
    const Feature seen = encoder(net, image, width);
    const Latent latent{
        net.linear("mean", seen, numbers),
        net.add("deviation", "softplus", {net.linear("deviation_linear", seen, numbers)})};
    const Feature noisy =
        net.add("noise_scaled", "mul", {latent.deviation, noise(net, latent.mean)});
    const Feature code = net.add("code", "add", {latent.mean, noisy});
    const Feature drawn = decoder(net, code, attrs, width);
    net.add("loss", "binary_cross_entropy", {drawn, image});
    // Both losses are means: over pixels, and over latent numbers. The bound is of sums.
    const auto pixels = static_cast<double>(shape[0] * shape[1] * shape[2]);
    addDivergence(net, latent, 0.5 * static_cast<double>(numbers) / pixels);
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "variational_autoencoder",
    .title = "Variational autoencoder",
    .summary = "Draws each image again from a few numbers that lie like a normal distribution.",
    .source = "Kingma, Welling 2013, Auto-encoding variational Bayes",
    .searchWords = "vae generative latent",
    .fields = fields,
    .training = {.optimizer = "adam", .learningRate = 0.001},
    .build = build,
};

}  // namespace vitrine::templates::variational_autoencoder
