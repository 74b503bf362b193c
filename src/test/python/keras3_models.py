"""Writes the Keras 3 models that tests read, with what Keras predicts for some rows.

By hand, in the project's folder:

    python3 -m venv keras3 && keras3/bin/pip install keras==3.15.1 h5py==3.16.0 jax==0.10.2
    keras3/bin/python src/test/python/keras3_models.py

Keras computes with its numpy backend, which takes its convolutions from jax; nothing else of jax or
TensorFlow is used. All files are written by Keras' own model.save(). They go to
src/test/resources/io/syncnorm/keras, with SHA256SUMS; README.md there says what each is for. Weights
and rows are drawn from fixed seeds, so a second run gives the same numbers. Its files have other bytes,
because Keras stores the time of saving.
"""

import hashlib
import io
import json
import os
import pathlib
import zipfile

os.environ["KERAS_BACKEND"] = "numpy"

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

FOLDER = pathlib.Path("src/test/resources/io/syncnorm/keras")
ROWS = 3
CHANNELS_FIRST = {"data_format": "channels_first"}


def dense():
    """What vectors go through; normalization with and without gamma and beta."""
    return keras.Sequential(
        [
            layers.Input((6,)),
            layers.Dense(8, use_bias=False, name="first"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-4),
            layers.Activation("relu"),
            layers.Dropout(0.25),
            layers.Dense(7, activation="tanh", kernel_regularizer="l2"),
            layers.BatchNormalization(scale=False),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(6),
            layers.BatchNormalization(center=False),
            layers.ReLU(),
            layers.Dense(5, activation="elu"),
            layers.Dense(5, activation="leaky_relu"),
            layers.ReLU(negative_slope=0.1),
            layers.Dense(4, activation="softmax"),
        ]
    )


def images():
    """What images go through, not square and with two channels, so that no order can be mistaken."""
    return keras.Sequential(
        [
            layers.Input((8, 9, 2)),
            layers.BatchNormalization(),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Conv2D(5, (2, 3), strides=(1, 2), use_bias=False),
            layers.BatchNormalization(),
            layers.ELU(),
            layers.AveragePooling2D(2, strides=1, padding="same"),
            layers.Flatten(),
            layers.Dense(6, activation="sigmoid"),
            layers.Dropout(0.5),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )


def channels_first():
    return keras.Sequential(
        [
            layers.Input((2, 8, 9)),
            layers.Conv2D(4, 3, activation="relu", **CHANNELS_FIRST),
            layers.BatchNormalization(axis=1),
            layers.MaxPooling2D(2, **CHANNELS_FIRST),
            layers.Flatten(**CHANNELS_FIRST),
            layers.Dense(3, activation="softmax"),
        ]
    )


def pooled():
    """A network for the images of SampleData that pools globally and returns logits."""
    return keras.Sequential(
        [
            layers.Input((4, 4, 1)),
            layers.Conv2D(4, 3, strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )


def unsupported():
    return keras.Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.Rescaling(1 / 255),
            layers.SeparableConv2D(4, 3, name="separable"),
            layers.Conv2D(4, 3, dilation_rate=2, name="dilated"),
            layers.Conv2D(4, 3, activation="gelu", padding="same", name="bent"),
            layers.GlobalMaxPooling2D(name="largest"),
            layers.Dense(4, kernel_constraint="non_neg", name="constrained"),
            layers.LayerNormalization(name="norm"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def functional():
    x = keras.Input((6,))
    y = layers.Dense(5, activation="relu")(x)
    return keras.Model(x, layers.Dense(3, activation="softmax")(layers.concatenate([x, y])))


def drawn(model, seed):
    """Sets every weight to a random value, with positive variances."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        for weight in layer.weights:
            is_positive = weight.name in ("moving_variance", "gamma")
            low, high = (0.5, 1.5) if is_positive else (-0.5, 0.5)
            weight.assign(random.uniform(low, high, weight.shape).astype("float32"))
    return model


def expected(model, seed, logits=False):
    """Rows, flat in the order of Keras' input, and their probabilities."""
    rows = np.random.default_rng(seed).uniform(-1, 1, (ROWS, *model.input_shape[1:]))
    rows = rows.astype("float32")
    found = np.asarray(model.predict(rows, verbose=0), "float64")
    if logits:
        found = np.exp(found) / np.exp(found).sum(axis=1, keepdims=True)
    return {
        "shape": list(model.input_shape[1:]),
        "rows": [[float(f"{x:.9g}") for x in row.ravel()] for row in rows],
        "probabilities": [[float(f"{p:.9g}") for p in row] for row in found],
    }


def rename_group(archive, copy):
    """Copies an archive with the name that Keras 2.12 had for the group of its layers."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = io.BytesIO(source.read(name))
            if name == "model.weights.h5":
                with h5py.File(content, "a") as file:
                    file.move("layers", "_layer_checkpoint_dependencies")
            target.writestr(name, content.getvalue())
    kernels = [
        keras.saving.load_model(path, compile=False).layers[0].kernel for path in (archive, copy)
    ]
    assert np.array_equal(*kernels), "Keras does not find the weights"


def main():
    logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    adam = keras.optimizers.Adam(0.002, beta_1=0.8, epsilon=1e-6)
    sgd = keras.optimizers.SGD(0.05, momentum=0.7, nesterov=True)
    adamw = keras.optimizers.AdamW(0.05, weight_decay=0.01)
    rms = keras.optimizers.RMSprop(0.004, rho=0.8)
    all_expected = {}

    model = drawn(dense(), 1)
    model.compile(adam, "categorical_crossentropy", metrics=["accuracy"])
    model.save(FOLDER / "dense.keras")
    model.save(FOLDER / "dense.h5")
    all_expected["dense"] = expected(model, 11)

    model = drawn(images(), 2)
    model.compile(sgd, "sparse_categorical_crossentropy")
    model.save(FOLDER / "images.keras")
    model.save(FOLDER / "images.h5")
    all_expected["images"] = expected(model, 12)

    model = drawn(channels_first(), 3)
    model.compile(rms, keras.losses.CategoricalCrossentropy())
    model.save(FOLDER / "channels_first.keras")
    all_expected["channels_first"] = expected(model, 13)

    model = drawn(pooled(), 4)
    model.compile(adamw, logits)
    model.save(FOLDER / "pooled.keras")
    all_expected["pooled"] = expected(model, 14, logits=True)
    drawn(pooled(), 4).save(FOLDER / "uncompiled.keras")
    rename_group(FOLDER / "pooled.keras", FOLDER / "old_group.keras")

    unsupported().save(FOLDER / "unsupported.keras")
    functional().save(FOLDER / "functional.keras")

    with open(FOLDER / "expected.json", "w", encoding="utf-8") as file:
        json.dump({"keras": keras.version(), "models": all_expected}, file, indent=1)
        file.write("\n")
    names = sorted(path for path in FOLDER.iterdir() if path.name not in ("README.md", "SHA256SUMS"))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in names]
    (FOLDER / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


main()
