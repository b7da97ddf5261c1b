// SPDX-License-Identifier: Apache-2.0
// What is told of set-ups before they start: each finding, and beside it the nearest set-up that
// has none. Truth: numbers counted by hand from shapes, labels and settings.
#include <QtTest/QtTest>

#include <functional>

#include "core/data/transform.h"
#include "core/graph/graph_text.h"
#include "core/io/project.h"
#include "core/optim/optimizer.h"
#include "core/session/setup_check.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

using Change = std::function<void(Project&, DataFacts&)>;

constexpr const char* plain =
    "x[1,8,8] -> flatten -> linear(out_features=10) as fc -> cross_entropy(labels) as loss";
/// Batch normalisation of 1 × 1 images.
constexpr const char* ofOne =
    "x[1,8,8] -> global_avg_pool2d -> batch_norm2d as bn -> flatten -> linear(out_features=10)"
    " -> cross_entropy(labels)";
/// `head` between the last layer and the loss.
std::string withHead(const std::string& head) {
    return "x[1,8,8] -> flatten -> linear(out_features=10) -> " + head +
           " -> cross_entropy(labels)";
}

constexpr const char* twoHeads =
    "parity<2(column=parity)\n"
    "x[1,8,8] -> flatten as flat -> linear(out_features=10) -> cross_entropy(labels) as digits\n"
    "flat -> linear(out_features=2) -> cross_entropy(parity weight=0.3) as parities";

/// Yes or no for each example, or for each pixel.
constexpr const char* yesOrNo =
    "answer[1](column=yes)\n"
    "x[1,8,8] -> flatten -> linear(out_features=1) -> binary_cross_entropy(answer) as loss";
constexpr const char* yesOrNoForPixels =
    "answer[1,8,8](column=mask scaling=raw)\n"
    "x[1,8,8] -> conv2d(out_channels=1 kernel=1) -> binary_cross_entropy(answer) as loss";

Graph graphOf(const std::string& text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

template <class Descriptor>
ChosenThing chosen(const Descriptor* descriptor) {
    return {std::string(descriptor->id), Attrs(descriptor->fields)};
}
Change schedule(const char* id, const char* field, FieldValue value, int64_t epochs) {
    return [=](Project& project, DataFacts&) {
        project.training.schedule = chosen(findSchedule(id));
        project.training.schedule.attrs.with(field, value);
        project.training.epochs = epochs;
    };
}
Change optimizer(const char* id, const char* field, double value, double rate) {
    return [=](Project& project, DataFacts&) {
        project.training.optimizer = chosen(findOptimizer(id));
        project.training.optimizer.attrs.with(field, value);
        project.training.learningRate = rate;
    };
}
Change images(int64_t count, int64_t batch) {
    return [=](Project& project, DataFacts& data) {
        project.training.batch = batch;
        data.trainCount = count;
    };
}
Change labels(std::vector<int64_t> counts) {
    return [=](Project&, DataFacts& data) { data.columns[1].trainCounts = counts; };
}

/// A column of numbers, one of each example.
Change numbers(double smallest, double largest) {
    return [=](Project&, DataFacts& data) {
        data.columns.push_back({.column = {.name = "yes", .dtype = DType::F32},
                                .numbers = NumberSpan{smallest, largest}});
    };
}
/// Masks of so many classes.
Change masks(int classes) {
    return [=](Project&, DataFacts& data) {
        Column mask{.name = "mask", .dtype = DType::U8, .shape = {1, 8, 8}};
        mask.classes.resize(static_cast<size_t>(classes), "class");
        data.columns.push_back({.column = std::move(mask)});
    };
}

/// Another column of classes.
Change second(std::vector<int64_t> counts) {
    return [=](Project&, DataFacts& data) {
        data.columns.push_back(
            {.column = {.name = "parity", .dtype = DType::I32, .classes = {"even", "odd"}},
             .trainCounts = counts,
             .largest = 1});
    };
}
Change metrics(std::vector<MetricChoice> choice) {
    return [=](Project& project, DataFacts&) { project.training.metrics = choice; };
}

std::vector<int64_t> imagesOf(const Graph& graph) {
    for (const Node& node : graph.nodes())
        if (node.op->id == "input") return node.attrs.list("shape");
    qFatal("the network has an input");
}

/// `U13 bn: …`, `U13! bn: …` where training is refused.
QString textOf(const SetupFinding& finding) {
    const Place& place = finding.error.place;
    return QString::fromStdString(finding.error.code + (finding.isFatal ? "! " : " ") + place.node +
                                  (place.field.empty() ? "" : "." + place.field) + ": " +
                                  finding.error.message);
}

}  // namespace

class TestSetupCheck : public QObject {
    Q_OBJECT

    /// Nothing is wrong with it: 160 images, 16 of each class, batches of 16, 5 epochs.
    static Project goodProject(const std::string& network) {
        Project project;
        project.graph = graphOf(network);
        project.training.batch = 16;
        project.training.optimizer = chosen(findOptimizer("sgd"));
        project.training.schedule = chosen(findSchedule("constant"));
        return project;
    }
    static DataFacts goodData() {
        const std::vector<Column> columns = test::imageColumns({1, 8, 8}, 10);
        return {
            .trainCount = 160,
            .testCount = 50,
            .columns = {
                {.column = columns[0]},
                {.column = columns[1], .trainCounts = std::vector<int64_t>(10, 16), .largest = 9}}};
    }
    static void row(const char* name, const std::string& network, Change change,
                    const char* begins = "", const char* says = "", const char* next = "") {
        QTest::newRow(name) << network << std::move(change) << QString(begins) << QString(says)
                            << QString(next);
    }
    static void addNetworkRows();
    static void addDataRows();
    static void addCourseRows();

  private slots:
    void tellsWhatIsCertain_data() {
        QTest::addColumn<std::string>("network");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("begins");  // empty: nothing is told
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("next");
        addNetworkRows();
        addDataRows();
        addCourseRows();
    }
    void tellsWhatIsCertain();
    void judgesNothingThatIsNotKnown();
    void leavesShapeErrorsToTheShapePass();
    void theWarningsOrTheRefusal();
    void isQuietAboutTheShippedProjects_data();
    void isQuietAboutTheShippedProjects();
};

void TestSetupCheck::addNetworkRows() {
    const Change asItIs = [](Project&, DataFacts&) {};
    row("good", plain, asItIs);

    // Batch normalisation: N · H · W numbers per channel.
    row("U13 every batch", ofOne, images(160, 1), "U13! bn: batch_norm2d 'bn'",
        "sees one number per channel (1 × 1 images in batches of 1)", "Use a batch of 2,");
    row("U13 not in batches of 2", ofOne, images(160, 2));
    row("U13 last batch", ofOne, images(65, 64), "U13 bn: batch_norm2d 'bn'",
        "one number per channel in each epoch's last batch, which has 1 image (65 in batches of "
        "64)",
        "Use a batch of 63,");
    row("U13 not with 2 left over", ofOne, images(66, 64));
    row("U13 not with none left over", ofOne, images(64, 64));
    row("U13 another batch leaves none", ofOne, images(3, 2), "U13 bn:", "last batch",
        "Use a batch of 3,");
    row("U13 not with larger images",
        "x[1,8,8] -> batch_norm2d as bn -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        images(160, 1));
    row("U13 not with a row of two",
        "x[1,8,8] -> max_pool2d(kernel=8,4 stride=8,4) -> batch_norm2d -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        images(160, 1));
    row("U13 momentum",
        "x[1,8,8] -> batch_norm2d(momentum=0) as bn -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        asItIs, "U13 bn.momentum:", "momentum is 0", "0.1 is usual");
    row("U13 not with some momentum",
        "x[1,8,8] -> batch_norm2d(momentum=0.001) -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        asItIs);

    // Wiring.
    const std::string idle = std::string(plain) + "\nx -> conv2d(out_channels=2 kernel=3) as side";
    row("U16 one node", idle, asItIs, "U16 side: conv2d 'side' feeds nothing",
        "; 20 parameters are never trained", "delete it");
    row("U16 a branch", idle + " -> relu as end", asItIs, "U16 end: relu 'end' feeds nothing",
        "nor 1 before it; 20 parameters are never trained", "Connect it");
    row("U16 behind the loss", std::string(plain) + " -> relu as end", asItIs,
        "U16 end: relu 'end' feeds nothing", "does not count", "delete it");
    row("U16 not where it is used",
        "x[1,8,8] -> conv2d(out_channels=1 kernel=3 padding=1) -> add(x) -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        asItIs);
    const auto rounded = [](const char* type) {
        return fmt::format(
            "x[1,8,8] -> conv2d(out_channels=2 kernel=3) as conv -> cast(to={}) -> "
            "cast(to=f32) -> flatten -> linear(out_features=10) -> "
            "cross_entropy(labels)",
            type);
    };
    row("U16 through whole numbers", rounded("i32"), asItIs,
        "U16 conv: conv2d 'conv' gets no gradient", "its parameters stay as they start",
        "floating-point type");
    row("U16 not through half the bits", rounded("bf16"), asItIs);
    row("U16 not beside whole numbers",
        "x[1,8,8] -> conv2d(out_channels=2 kernel=3 padding=1) as c -> cast(to=i32) -> "
        "cast(to=f32) -> add(c) -> flatten -> linear(out_features=10) -> cross_entropy(labels)",
        asItIs);
    const auto taps = [](const char* pool, const char* conv) {
        return fmt::format(
            "x[1,8,8] -> max_pool2d(kernel={0} stride={0}) -> conv2d(out_channels=4 "
            "{1}) as conv -> flatten -> linear(out_features=10) -> "
            "cross_entropy(labels)",
            pool, conv);
    };
    row("U16 padding alone", taps("8", "kernel=3 padding=1"), asItIs,
        "U16 conv.kernel: conv2d 'conv' has filters of 3 × 3 on images of 1 × 1",
        "1 × 1 weights of each ever meet a pixel", "smaller kernel");
    row("U16 not of 2 × 2", taps("4", "kernel=3 padding=1"), asItIs);
    row("U16 not of 1 × 1", taps("8", "kernel=1"), asItIs);
    row("U16 along one axis", taps("8,4", "kernel=3 padding=1"), asItIs,
        "U16 conv.kernel:", "1 × 3 weights of each", "smaller kernel");
    row("U16 dilation", taps("4", "kernel=3 padding=2 dilation=2"), asItIs,
        "U16 conv.kernel:", "1 × 1 weights of each", "smaller kernel");
    row("U16 stride", taps("4", "kernel=3 padding=1 stride=2"), asItIs,
        "U16 conv.kernel:", "2 × 2 weights of each", "smaller kernel");

    // The loss.
    row("an autoencoder", "x[1,8,8] -> conv2d(out_channels=1 kernel=3 padding=1) -> mse(x) as loss",
        asItIs);
    const std::string five =
        "x[1,8,8] -> max_pool2d(kernel=8 stride=8) as p -> flatten -> linear(out_features=5) as "
        "f\n";
    row("positions for labels",
        five + "p.index -> reshape(shape=-1) as r\nf -> cross_entropy(r) as loss", asItIs);
    row("labels by a detour",
        "t<10\n" + five + "t -> reshape(shape=-1) as r\nf -> cross_entropy(r) as loss", asItIs);
    row(
        "U14 one class", "t<1\nx[1,8,8] -> flatten -> linear(out_features=1) -> cross_entropy(t)",
        [](Project&, DataFacts& data) {
            data.columns[1].trainCounts = {160};
            data.columns[1].largest = 0;
        },
        "U14 t.classes:", "softmax over one number is always 1", "two classes or more");
    row("U14 not with two",
        "t<2\nx[1,8,8] -> flatten -> linear(out_features=2) -> cross_entropy(t)",
        [](Project&, DataFacts& data) {
            data.columns[1].trainCounts = {80, 80};
            data.columns[1].largest = 1;
        });
    row("U14 softmax of one",
        "x[1,8,8] -> flatten -> linear(out_features=1) -> softmax as one -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        asItIs, "U14 one: softmax 'one'", "always 1", "sigmoid");
    row("U14 not softmax of two",
        "x[1,8,8] -> flatten -> linear(out_features=2) -> softmax -> linear(out_features=10) -> "
        "cross_entropy(labels)",
        asItIs);
    row("U14 smoothing",
        "x[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(labels label_smoothing=1) "
        "as loss",
        asItIs, "U14 loss.label_smoothing:", "every class is wanted alike", "0.1 is usual");
    row("U14 not with less smoothing",
        "x[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(labels "
        "label_smoothing=0.9)",
        asItIs);

    const auto weighted = [](const std::string& loss) {
        return "labels<3; x[1,8,8] -> flatten -> linear(out_features=3) -> " + loss;
    };
    const Change three = [](Project&, DataFacts& data) {
        data.columns[1].trainCounts = {50, 50, 60};
        data.columns[1].largest = 2;
    };
    row("U14 class weights",
        weighted("weighted_cross_entropy(labels class_weights=0,0.0,0e5) as loss"), three,
        "U14 loss.class_weights:", "class_weights are all 0", "leave the field empty");
    row("U14 class weights of nll",
        weighted("log_softmax -> nll(labels class_weights=0,0,0) as loss"), three,
        "U14 loss.class_weights:", "no image counts", "above 0");
    row("U14 not with one weight above 0",
        weighted("weighted_cross_entropy(labels class_weights=0,0,1e-3)"), three);
    row("U14 not without class weights", weighted("weighted_cross_entropy(labels)"), three);

    // −log(e^s / (e^s + 9)) for a spread of s = 1 and s = 2.
    row("U18 softmax", withHead("softmax as head"), asItIs, "U18 head: softmax 'head'",
        "with 10 classes the loss cannot fall below 1.461", "Take it out");
    row("U18 sigmoid", withHead("sigmoid as head"), asItIs, "U18 head:", "below 1.461", "out");
    row("U18 tanh", withHead("tanh as head"), asItIs, "U18 head:", "below 0.797", "out");
    row("U18 relu", withHead("relu as head"), asItIs, "U18 head:", "from being negative", "out");
    row("U18 behind a reshape", withHead("tanh as head -> reshape(shape=0,10)"), asItIs,
        "U18 head:", "below 0.797", "out");
    row("U18 dropout", withHead("dropout as head"), asItIs, "U18 head: dropout 'head'",
        "sets logits to 0 at random", "before the last layer");
    row("U18 not dropout of rate 0", withHead("dropout(rate=0)"), asItIs);
    row("U18 not leaky relu", withHead("leaky_relu"), asItIs);
    row("U18 not before the last layer", withHead("relu -> dropout -> linear(out_features=10)"),
        asItIs);
}

void TestSetupCheck::addDataRows() {
    row(
        "U05 no such column",
        "x[1,8,8](column=mask) -> flatten -> linear(out_features=10) -> cross_entropy(labels)",
        [](Project&, DataFacts&) {}, "U05! x.column: input 'x' takes column 'mask'",
        "the data have image, label", "Choose one of these columns");
    row("U14 one label of the second loss", twoHeads, second({0, 160}),
        "U14 parity.classes:", "all 160 training images are of class 1", "every class");
    row("two losses", twoHeads, second({80, 80}));
    row("U02", plain, images(15, 16), "U02! .batch: batch is 16", "wanted at most 15", "range");
    row("U02 not at the border", plain, images(16, 16));
    row(
        "U05", "x[1,8,9] -> flatten -> linear(out_features=10) -> cross_entropy(labels)",
        [](Project&, DataFacts&) {}, "U05! x.shape: input 'x' takes images of [1, 8, 9]",
        "the data have [1, 8, 8]", "Change the input's shape");
    row(
        "U06", plain, [](Project&, DataFacts& data) { data.columns[1].largest = 10; },
        "U06! labels.classes: target 'labels' has 10 classes", "labels up to 10", "Raise");
    row("answers of yes and no", yesOrNo, numbers(0, 1));
    row("U06 answers below 0", yesOrNo, numbers(-1, 1), "U06! answer.column: binary_cross_entropy",
        "column 'yes' has numbers from -1 to 1", "Bring them to 0 to 1");
    row("U06 answers above 1", yesOrNo, numbers(0, 255), "U06! answer.column:", "from 0 to 255",
        "such as mse");
    row("masks of two classes", yesOrNoForPixels, masks(2));
    row("U06 masks of three", yesOrNoForPixels, masks(3),
        "U06! answer.column: binary_cross_entropy", "'mask' has numbers from 0 to 2",
        "Take a mask of two classes");
    row("U17 no training images", plain, images(0, 16), "U17! .train:", "no training images",
        "Choose data");
    row(
        "U17 no test images", plain, [](Project&, DataFacts& data) { data.testCount = 0; },
        "U17 .test:", "no test images", "Choose data");
    row("U17 one test image", plain, [](Project&, DataFacts& data) { data.testCount = 1; });
    row("U17 classes", plain, labels({40, 0, 40, 40, 40, 0, 0, 0, 0, 0}),
        "U17 labels.classes:", "6 of 10 classes have no training image: 1, 5, 6, 7, 8, 9",
        "fewer classes");
    row("U17 a class at the end", plain, labels(std::vector<int64_t>(9, 16)),
        "U17 labels.classes:", "1 of 10 classes has no training image: 9", "fewer classes");
    row("U17 not with one image", plain, labels({1, 1, 1, 1, 1, 1, 1, 1, 1, 151}));
    row("U14 one label", plain, labels({0, 0, 0, 160}),
        "U14 labels.classes:", "all 160 training images are of class 3", "every class");

    row("U21 a metric that does not fit", plain, metrics({{"angle", "loss"}}),
        "U21 loss.metrics: metric 'angle' says nothing of loss 'loss'",
        "which compares [N, 10] with [N]", "Choose another metric");
    row("U21 of a loss that is not there", plain, metrics({{"accuracy", "gone"}}),
        "U21 .metrics: metric 'accuracy' is to be of loss 'gone'", "there is no such loss", "anew");
    row("U21 not of one that fits", plain, metrics({{"accuracy", "loss"}}));

    const auto normalisation = [](double mean, double std) {
        return [=](Project& project, DataFacts&) { project.data.normalisation = {mean, std}; };
    };
    row("U20 mean of bytes", plain, normalisation(33.3, 0.3), "U20 .mean:", "mean is 33.3", "255");
    row("U20 std of bytes", plain, normalisation(0.13, 78.6), "U20 .std:", "std is 78.6", "255");
    row("U20 not at the borders", plain, normalisation(1, 1));
    const auto each = [](std::vector<double> mean) {
        return [=](Project& project, DataFacts&) {
            project.data.normalisation.mean = PerChannel(mean);
        };
    };
    const auto evaluated = [](const char* id) {
        return [=](Project& project, DataFacts&) {
            project.data.evaluationTransforms = {{id, Attrs(findTransform(id)->fields)}};
        };
    };
    row("U28 drawn in evaluation", plain, evaluated("flip"),
        "U28 .evaluation_transforms:", "evaluation transform 1, 'Flip', changes images at random",
        "training alone");
    row("U28 not of what draws nothing", plain, evaluated("center_crop"));
    row("U20 means of other channels", plain, each({0.5, 0.4, 0.3}),
        "U20! .mean:", "mean has 3 numbers, and input", "one for each channel");
}

void TestSetupCheck::addCourseRows() {
    const auto whole = [](int64_t value) { return FieldValue(value); };
    row("U15 warm-up of all", plain, schedule("cosine", "warmup_epochs", whole(5), 5),
        "U15 .warmup_epochs:", "rises for 5 epochs, and the run has 5 epochs", "more epochs");
    row("U15 not warm-up of less", plain, schedule("cosine", "warmup_epochs", whole(4), 5));
    row("U15 step after the end", plain, schedule("step", "every", whole(5), 5),
        "U15 .every:", "after 5 epochs, and the run has 5 epochs: it never drops", "drop sooner");
    row("U15 not step before it", plain, schedule("step", "every", whole(4), 5));
    const auto list = [](std::vector<int64_t> epochs) { return FieldValue(std::move(epochs)); };
    row("U15 all steps after the end", plain, schedule("multi_step", "epochs", list({9, 5}), 5),
        "U15 .epochs:", "after 5 epochs, and the run has 5 epochs: it never drops", "drop sooner");
    row("U15 not one of them before it", plain, schedule("multi_step", "epochs", list({9, 4}), 5));
    row("U15 step behind a warm-up", plain, schedule("step", "warmup_epochs", whole(1), 11),
        "U15 .every:", "after 11 epochs, and the run has 11 epochs: it never drops", "sooner");
    row("U15 warm-up of all in front of steps", plain,
        schedule("step", "warmup_epochs", whole(11), 11),
        "U15 .warmup_epochs:", "rises for 11 epochs, and the run has 11 epochs", "more epochs");
    // 0.3 · 4 > 1: one step on the way up.
    const auto cycle = [](int64_t count) {
        return [=](Project& project, DataFacts& data) {
            schedule("one_cycle", "warmup_share", 0.3, 1)(project, data);
            images(count, 16)(project, data);
        };
    };
    row("U15 one cycle of 3", plain, cycle(48),
        "U15 .warmup_share:", "the run has 3 steps, and one_cycle needs 4", "more epochs");
    row("U15 not of 4", plain, cycle(49));

    row("U19 decay", plain, optimizer("sgd", "weight_decay", 2, 0.5),
        "U19 .weight_decay:", "is 1: a step takes all of a weight away", "weight decay below 2");
    row("U19 not decay below 1", plain, optimizer("sgd", "weight_decay", 1.99, 0.5));
    row("U19 decay of AdamW", plain, optimizer("adamw", "weight_decay", 2, 0.5),
        "U19 .weight_decay:", "is 1", "below 2");
    row("U19 not of Adam", plain, optimizer("adam", "weight_decay", 2, 0.5));
    row("U19 rate", plain, optimizer("sgd", "momentum", 0.9, 1), "U19 .lr:",
        "learning rate is 1 and momentum 0.9: a gradient of length 1 moves the weights by 10",
        "0.001 to 0.1");
    row("U19 not a rate below it", plain, optimizer("sgd", "momentum", 0.9, 0.99));
    row("U19 rate without momentum", plain, optimizer("sgd", "momentum", 0, 1000),
        "U19 .lr:", "learning rate is 1000: a gradient of length 1 moves the weights by 1000",
        "0.001");
    row("U19 rate of Adam", plain, optimizer("adam", "weight_decay", 0, 1),
        "U19 .lr:", "a step moves nearly every weight by that", "0.001");
    row("U19 not a smaller rate of Adam", plain, optimizer("adam", "weight_decay", 0, 0.99));
    row("U19 momentum", plain, optimizer("sgd", "momentum", 1, 0.01),
        "U19 .momentum:", "never come to rest", "0.9");
    row("U19 not below 1", plain, optimizer("sgd", "momentum", 0.999, 0.01));
    // 50 steps of 0.01 · clip_norm, ten times as far with momentum.
    const auto clip = [](double norm, double momentum) {
        return [=](Project& project, DataFacts& data) {
            optimizer("sgd", "momentum", momentum, 0.01)(project, data);
            project.training.clipNorm = norm;
        };
    };
    row("U19 clipping", plain, clip(1e-4, 0),
        "U19 .clip_norm:", "all 50 steps together move the weights by 5e-05 at most",
        "Raise clip_norm");
    row("U19 not with momentum", plain, clip(1e-4, 0.9));
    row("U19 not unclipped", plain, clip(0, 0));
}

void TestSetupCheck::tellsWhatIsCertain() {
    QFETCH(std::string, network);
    QFETCH(Change, change);
    QFETCH(QString, begins);
    QFETCH(QString, says);
    QFETCH(QString, next);
    Project project = goodProject(network);
    DataFacts data = goodData();
    change(project, data);
    const std::vector<SetupFinding> findings = checkSetup(project, data);
    QStringList texts;
    for (const SetupFinding& finding : findings) texts << textOf(finding);
    QVERIFY2(findings.size() == (begins.isEmpty() ? 0u : 1u), qPrintable(texts.join('\n')));
    if (begins.isEmpty()) return;
    QVERIFY2(texts[0].startsWith(begins) && texts[0].contains(says), qPrintable(texts[0]));
    const Error& error = findings[0].error;
    QVERIFY2(QString::fromStdString(error.next).contains(next), error.next.c_str());
    QVERIFY(!error.kept.empty() && error.next.ends_with('.'));
}

void TestSetupCheck::judgesNothingThatIsNotKnown() {
    Project project = goodProject(ofOne);
    project.training.schedule = chosen(findSchedule("one_cycle"));
    project.training.clipNorm = 1e-12;
    QVERIFY(checkSetup(project, {}).empty());
}

void TestSetupCheck::leavesShapeErrorsToTheShapePass() {
    Project project = goodProject("x[1,8,8] -> conv2d(kernel=40) -> softmax -> mse(x)");
    QVERIFY(checkSetup(project, {}).empty());
    project.graph = Graph();
    QVERIFY(checkSetup(project, {}).empty());
}

void TestSetupCheck::theWarningsOrTheRefusal() {
    Project project = goodProject(withHead("relu"));
    const auto warnings = setupWarnings(project, goodData());
    QVERIFY(warnings.ok());
    QCOMPARE(warnings->size(), size_t{1});
    project.training.batch = 161;
    const auto refused = setupWarnings(project, goodData());
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, std::string("U02"));
}

void TestSetupCheck::isQuietAboutTheShippedProjects_data() {
    QTest::addColumn<int64_t>("trainCount");
    QTest::newRow("digits_lenet") << int64_t{60000};
    QTest::newRow("digits_exploding") << int64_t{60000};
    QTest::newRow("mnist_lenet") << int64_t{60000};
    QTest::newRow("mnist_fast") << int64_t{60000};
    QTest::newRow("cifar_small_resnet") << int64_t{50000};
    QTest::newRow("cifar_fast") << int64_t{50000};
    QTest::newRow("airbench") << int64_t{50000};
}

void TestSetupCheck::isQuietAboutTheShippedProjects() {
    QFETCH(int64_t, trainCount);
    const auto project =
        loadProject(std::string(VITRINE_SOURCE_DIR "/projects/") + QTest::currentDataTag());
    QVERIFY(project.ok());
    DataFacts data = factsOf(project->data);
    data.trainCount = trainCount;
    data.testCount = 10000;
    if (data.columns.empty())
        for (Column& column : test::imageColumns(Shape(imagesOf(project->graph)), 10))
            data.columns.push_back({.column = column});
    data.columns[1].trainCounts = std::vector<int64_t>(10, trainCount / 10);
    data.columns[1].largest = 9;
    for (const SetupFinding& finding : checkSetup(*project, data))
        QFAIL(qPrintable(textOf(finding)));
}

QTEST_APPLESS_MAIN(TestSetupCheck)
#include "tst_setup_check.moc"
