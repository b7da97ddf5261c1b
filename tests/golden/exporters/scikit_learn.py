# SPDX-License-Identifier: Apache-2.0
# What skl2onnx writes of scikit-learn's models: scalers, perceptrons, linear models, trees, and
# rows of them. Outputs: ONNX Runtime, which knows all of ai.onnx.ml. Run with scikit-learn,
# skl2onnx, onnxruntime, safetensors.
import numpy as np
from keeping import keep, written
from skl2onnx import to_onnx
from sklearn import (cluster, decomposition, ensemble, linear_model, naive_bayes, neighbors,
                     neural_network, pipeline, preprocessing, svm)

rng = np.random.default_rng(5)
x = rng.normal(size=(90, 6)).astype("f4") * [1, 2, 0.5, 3, 1, 1] + [0, 1, 0, -2, 0.5, 0]
x = x.astype("f4")
three = (x[:, 0] + x[:, 1] > 1).astype(int) + (x[:, 2] > 0.2)
two, real = (three > 0).astype(int), x @ rng.normal(size=6) + 0.3
rows = x[:7]


def case(name, model, target=None):
    model.fit(x, target)
    options = {"zipmap": False} if hasattr(model, "classes_") else None
    keep(name, to_onnx(model, x[:1], options=options and {id(model): options}), {"X": rows})


mlp = {"hidden_layer_sizes": (8, 5), "random_state": 1, "max_iter": 60}
case("standard_scaler", preprocessing.StandardScaler())
case("min_max_scaler", preprocessing.MinMaxScaler(clip=True))
case("robust_scaler", preprocessing.RobustScaler())
case("normalizer", preprocessing.Normalizer())
case("binarizer", preprocessing.Binarizer(threshold=0.4))
case("polynomial", preprocessing.PolynomialFeatures(2))
case("pca", decomposition.PCA(3))
case("linear_regression", linear_model.LinearRegression(), real)
case("mlp_regressor", neural_network.MLPRegressor(activation="tanh", **mlp), real)
case("mlp_two", neural_network.MLPClassifier(activation="logistic", **mlp), two)
case("mlp_three", neural_network.MLPClassifier(**mlp), three)
case("mlp_pipeline", pipeline.make_pipeline(preprocessing.StandardScaler(), decomposition.PCA(4),
                                            neural_network.MLPClassifier(**mlp)), three)
case("logistic", linear_model.LogisticRegression(), three)
case("logistic_two", linear_model.LogisticRegression(), two)
case("forest", ensemble.RandomForestClassifier(4, max_depth=3, random_state=0), three)
case("forest_regressor", ensemble.RandomForestRegressor(4, max_depth=3, random_state=0), real)
case("support_vectors", svm.SVC(random_state=0), three)
case("bayes", naive_bayes.GaussianNB(), three)
case("neighbours", neighbors.KNeighborsClassifier(3), three)
case("k_means", cluster.KMeans(3, n_init=1, random_state=0))
written("scikit_learn")
