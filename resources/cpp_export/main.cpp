// SPDX-License-Identifier: Apache-2.0
// An example: runs the network on files and shows what comes out.
//   network INPUT... [--weights weights.bin] [--out FILE...] [--repeat N]
// An input is a .npy file, or raw numbers in row-major order. Bytes (uint8) for an input that is a
// picture are normalised as the network was trained; all else goes in as it is.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "network.h"
#include "npy.h"

namespace {

using Bytes = std::vector<unsigned char>;

struct Wishes {
    std::vector<std::string> inputs, outputs;
    std::string weights = "weights.bin";
    long repeat = 1;
};

[[noreturn]] void fail(const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    std::exit(1);
}

Wishes wishesFrom(int count, char** words) {
    Wishes wishes;
    bool isOut = false;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const bool hasMore = i + 1 < count;
        if (word == "--out")
            isOut = true;
        else if (word == "--weights" && hasMore)
            wishes.weights = words[++i];
        else if (word == "--repeat" && hasMore)
            wishes.repeat = std::max(1L, std::atol(words[++i]));
        else
            (isOut ? wishes.outputs : wishes.inputs).push_back(word);
    }
    return wishes;
}

/// Pixels of an input as the network takes them.
Bytes normalised(const @name@::End& end, const unsigned char* pixels) {
    Bytes made(end.bytes);
    float* const to = reinterpret_cast<float*>(made.data());
    const std::size_t count = end.bytes / sizeof(float);
    std::size_t plane = 1;
    for (int axis = 2; axis < end.rank; ++axis) plane *= static_cast<std::size_t>(end.shape[axis]);
    const auto channels = static_cast<std::size_t>(end.rank > 1 ? end.shape[1] : 1);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t channel = i / plane % channels;
        const double mean = @name@::mean[std::size(@name@::mean) > 1 ? channel : 0];
        const double deviation = @name@::deviation[std::size(@name@::deviation) > 1 ? channel : 0];
        to[i] = static_cast<float>((pixels[i] / 255.0 - mean) / deviation);
    }
    return made;
}

Bytes read(const @name@::End& end, const std::string& path) {
    npy::Array array;
    if (!npy::read(path.c_str(), array)) fail("'" + path + "' cannot be read");
    const bool isBytes = array.type == "u1" && end.isPicture && array.bytes.size() * 4 == end.bytes;
    if (isBytes) return normalised(end, array.bytes.data());
    if (!array.type.empty() && array.type != end.type)
        fail("'" + path + "' has numbers of type " + array.type + ", wanted " + end.type);
    if (array.bytes.size() != end.bytes)
        fail("'" + path + "' has " + std::to_string(array.bytes.size()) + " bytes of numbers, '" +
             end.name + "' takes " + std::to_string(end.bytes));
    return array.bytes;
}

/// The largest numbers of each row, as shares where they are logits.
void showClasses(const @name@::End& end, const float* row, std::size_t count) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return row[a] > row[b]; });
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += std::exp(static_cast<double>(row[i]) - static_cast<double>(row[order[0]]));
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 5); ++i) {
        const std::size_t k = order[i];
        const double share =
            std::exp(static_cast<double>(row[k]) - static_cast<double>(row[order[0]])) / sum;
        const bool isNamed = @name@::classCount == count;
        std::printf("  %s: %-20s %12.6g  %5.1f %%\n", end.name,
                    isNamed ? @name@::classes[k] : std::to_string(k).c_str(),
                    static_cast<double>(row[k]), 100 * share);
    }
}

void show(const @name@::End& end, const Bytes& bytes) {
    const bool isRows = end.rank == 2 && std::strcmp(end.type, "f4") == 0;
    if (!isRows) {
        std::printf("  %s: %zu bytes of %s\n", end.name, bytes.size(), end.type);
        return;
    }
    const auto count = static_cast<std::size_t>(end.shape[1]);
    const float* const numbers = reinterpret_cast<const float*>(bytes.data());
    for (std::size_t row = 0; row < bytes.size() / sizeof(float) / count; ++row)
        showClasses(end, numbers + row * count, count);
}

/// Too large for a stack.
@name@::Weights weights;
@name@::Network network(weights);

void runAndTime(const Wishes& wishes, const std::vector<Bytes>& in, std::vector<Bytes>& out) {
    std::vector<const void*> from;
    std::vector<void*> to;
    for (const Bytes& bytes : in) from.push_back(bytes.data());
    for (Bytes& bytes : out) to.push_back(bytes.data());
    double best = 1e30;
    for (long i = 0; i < wishes.repeat; ++i) {
        const auto start = std::chrono::steady_clock::now();
        network.runAll(from.data(), to.data());
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        best = std::min(best, time.count());
    }
    if (wishes.repeat > 1) std::printf("%.3f microseconds\n", 1e6 * best);
}

}  // namespace

int main(int count, char** words) {
    const Wishes wishes = wishesFrom(count, words);
    if (wishes.inputs.size() != std::size(@name@::inputs))
        fail("usage: network INPUT... [--weights weights.bin] [--out FILE...] [--repeat N], with " +
             std::to_string(std::size(@name@::inputs)) + " inputs");
    if (!weights.read(wishes.weights.c_str())) fail("'" + wishes.weights + "' cannot be read");
    std::vector<Bytes> in, out;
    for (std::size_t k = 0; k < std::size(@name@::inputs); ++k)
        in.push_back(read(@name@::inputs[k], wishes.inputs[k]));
    for (const @name@::End& end : @name@::outputs) out.emplace_back(end.bytes);
    runAndTime(wishes, in, out);
    for (std::size_t k = 0; k < out.size(); ++k) {
        if (k >= wishes.outputs.size()) {
            show(@name@::outputs[k], out[k]);
        } else if (!npy::write(wishes.outputs[k].c_str(), @name@::outputs[k].type,
                               @name@::outputs[k].shape, @name@::outputs[k].rank, out[k])) {
            fail("'" + wishes.outputs[k] + "' cannot be written");
        }
    }
    return 0;
}
