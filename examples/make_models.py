#!/usr/bin/env python3
"""Makes the example models, and records TensorFlow's answers to the example requests.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install -r examples/requirements.txt
    /tmp/venv/bin/python examples/make_models.py

Writes models/<name>/1, requests/<name>.json and replies/<name>.json beside this file (then
`npm run format` lays the JSON out). All seeds are
fixed; on another processor the last digits of trained weights, and so of replies, may differ.
"""

import json
import os
import pathlib
import shutil

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

HERE = pathlib.Path(__file__).resolve().parent


def train(variables, loss, steps, rate=0.02):
    """Minimises loss(step) over the variables."""
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(variables)

    @tf.function
    def step(index):
        with tf.GradientTape() as tape:
            value = loss(index)
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
        return value

    for index in tf.range(steps):
        value = step(index)
    return float(value)


class HalfPlusTwo(tf.Module):
    """y = x / 2 + 2, the "hello world" of model servers."""

    def __init__(self):
        super().__init__()
        self.a = tf.Variable(0.5)
        self.b = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name="x")])
    def serve(self, x):
        return {"y": self.a * x + self.b}


class Digits(tf.Module):
    """A small convolutional network that reads 8×8 grey images of digits (0 white, 16 black)."""

    def __init__(self):
        super().__init__()
        def weights(*shape):
            return tf.Variable(tf.random.normal(shape, stddev=float(np.prod(shape[:-1])) ** -0.5))

        self.kernel1, self.bias1 = weights(3, 3, 1, 16), tf.Variable(tf.zeros(16))
        self.kernel2, self.bias2 = weights(3, 3, 16, 24), tf.Variable(tf.zeros(24))
        self.dense, self.bias3 = weights(4 * 4 * 24, 10), tf.Variable(tf.zeros(10))

    def logits(self, image):
        x = tf.expand_dims(image / 16.0, -1)
        x = tf.nn.relu(tf.nn.conv2d(x, self.kernel1, 1, "SAME") + self.bias1)
        x = tf.nn.relu(tf.nn.conv2d(x, self.kernel2, 1, "SAME") + self.bias2)
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return tf.matmul(tf.reshape(x, [-1, 4 * 4 * 24]), self.dense) + self.bias3

    @tf.function(input_signature=[tf.TensorSpec([None, 8, 8], tf.float32, name="image")])
    def serve(self, image):
        probabilities = tf.nn.softmax(self.logits(image))
        return {"digit": tf.argmax(probabilities, axis=1), "probabilities": probabilities}


def make_digits():
    data = load_digits()
    images, labels = np.float32(data.images), np.int32(data.target)
    held_out = 297
    model = Digits()

    def loss(step):
        rows = tf.random.stateless_uniform([128], [7, step], 0, len(labels) - held_out, tf.int32)
        logits = model.logits(tf.gather(images[held_out:], rows))
        targets = tf.gather(labels[held_out:], rows)
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))

    train(list(model.trainable_variables), loss, 400, 0.005)
    right = model.serve(images[:held_out])["digit"].numpy() == labels[:held_out]
    print(f"digits: {right.mean():.3f} right of {held_out} held out")
    return model, {"image": images[:2]}


TEAMS = {
    "billing": [
        "I was charged twice for my order", "please refund the second payment", "the invoice shows a wrong amount",
        "my credit card was declined", "why is the price higher than last month", "I need a receipt for this payment",
        "cancel my subscription and refund me", "the discount is missing from the invoice",
    ],
    "delivery": [
        "my parcel has not arrived yet", "where is my order", "the package was damaged on the way",
        "can you ship to another address", "tracking says delivered but there is no parcel",
        "the courier left the box in the rain", "how long does shipping take", "the order came without one item",
    ],
    "technical": [
        "the app crashes when I log in", "I cannot reset my password", "the page shows an error and does not load",
        "the update broke the search", "login fails with an unknown error", "the screen stays black after the update",
        "how do I connect the device to my phone", "notifications do not work in the app",
    ],
}


class TextClassifier(tf.Module):
    """Says which team a customer's message is for; takes raw text, the vocabulary is in the graph."""

    def __init__(self, texts, teams):
        super().__init__()
        words = sorted({word for text in texts for word in self.clean(tf.constant([text])).numpy()[0].decode().split()})
        self.teams = tf.constant(teams)
        initializer = tf.lookup.KeyValueTensorInitializer(tf.constant(words), tf.range(len(words), dtype=tf.int64))
        # Words that training has not seen share a few buckets.
        self.vocabulary = tf.lookup.StaticVocabularyTable(initializer, num_oov_buckets=4)
        self.embedding = tf.Variable(tf.random.normal([len(words) + 4, 16], stddev=0.1))
        self.dense = tf.Variable(tf.random.normal([16, len(teams)], stddev=0.2))
        self.bias = tf.Variable(tf.zeros(len(teams)))

    @staticmethod
    def clean(text):
        return tf.strings.strip(tf.strings.regex_replace(tf.strings.lower(text, "utf-8"), r"[^\pL\pN]+", " "))

    def logits(self, text):
        words = tf.strings.split(self.clean(text))
        ids = tf.ragged.map_flat_values(self.vocabulary.lookup, words)
        rows = tf.gather(self.embedding, ids.flat_values)
        sums = tf.math.unsorted_segment_sum(rows, ids.value_rowids(), ids.nrows())
        counts = tf.cast(tf.maximum(ids.row_lengths(), 1), tf.float32)
        return tf.matmul(sums / counts[:, tf.newaxis], self.dense) + self.bias

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def serve(self, text):
        scores = tf.nn.softmax(self.logits(text))
        return {"team": tf.gather(self.teams, tf.argmax(scores, axis=1)), "scores": scores}


def make_text_classifier():
    teams = sorted(TEAMS)
    texts = [text for team in teams for text in TEAMS[team]]
    targets = tf.constant([index for index, team in enumerate(teams) for _ in TEAMS[team]])
    model = TextClassifier(texts, teams)

    def loss(_):
        logits = model.logits(tf.constant(texts))
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))

    train(list(model.trainable_variables), loss, 100)
    return model, {"text": ["Where is my parcel?!", "The app shows an ERROR after login", "Refund, please"]}


USERS, ITEMS, FACTORS = 500, 200, 12


class Recommender(tf.Module):
    """Ranks the items that a shop could show to a user, by taste, price and time."""

    def __init__(self):
        super().__init__()
        self.users = tf.Variable(tf.random.normal([USERS, FACTORS], stddev=0.3))
        self.items = tf.Variable(tf.random.normal([ITEMS, FACTORS], stddev=0.3))
        self.item_bias = tf.Variable(tf.zeros(ITEMS))
        self.weekend_bias = tf.Variable(tf.zeros(ITEMS))
        self.price_weight = tf.Variable(tf.zeros(USERS))

    def logits(self, user_id, item_ids, price, is_weekend):
        taste = tf.einsum("uf,uif->ui", tf.gather(self.users, user_id), tf.gather(self.items, item_ids))
        weekend = tf.cast(is_weekend, tf.float32)[:, tf.newaxis] * tf.gather(self.weekend_bias, item_ids)
        dear = tf.gather(self.price_weight, user_id)[:, tf.newaxis] * tf.math.log1p(price)
        return taste + tf.gather(self.item_bias, item_ids) + weekend + dear

    @tf.function(input_signature=[
        tf.TensorSpec([None], tf.int64, name="user_id"), tf.TensorSpec([None, None], tf.int64, name="item_ids"),
        tf.TensorSpec([None, None], tf.float32, name="price"), tf.TensorSpec([None], tf.bool, name="is_weekend")])
    def serve(self, user_id, item_ids, price, is_weekend):
        scores = tf.sigmoid(self.logits(user_id, item_ids, price, is_weekend))
        order = tf.argsort(scores, axis=1, direction="DESCENDING", stable=True)
        return {"scores": scores, "ranked_items": tf.gather(item_ids, order, batch_dims=1)}


def make_recommender():
    random = np.random.default_rng(5)
    genre, taste = random.integers(0, 4, ITEMS), random.integers(0, 4, USERS)
    thrift = random.random(USERS) < 0.5
    rows = 20_000
    user, item = random.integers(0, USERS, rows), random.integers(0, ITEMS, (rows, 1))
    price = np.float32(random.uniform(1, 60, (rows, 1)))
    weekend = random.random(rows) < 0.3
    wish = 2.0 * (genre[item[:, 0]] == taste[user]) + 0.8 * weekend * (genre[item[:, 0]] == 0)
    wish = wish - 0.06 * thrift[user] * price[:, 0] - 0.7
    bought = np.float32(random.random(rows) < 1 / (1 + np.exp(-2 * wish)))[:, np.newaxis]
    model = Recommender()

    def loss(step):
        at = tf.random.stateless_uniform([1024], [11, step], 0, rows, tf.int32)
        logits = model.logits(*(tf.gather(column, at) for column in (user, item, price, weekend)))
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.gather(bought, at), logits))

    train(list(model.trainable_variables), loss, 300)
    return model, {
        "user_id": np.int64([7, 42]), "item_ids": np.int64([[3, 14, 15, 92], [65, 35, 89, 79]]),
        "price": np.float32([[9.5, 20, 3.25, 49], [12, 8, 30, 5.5]]), "is_weekend": np.array([True, False])}


def plain(value):
    """A tensor as JSON values; a float32 by its shortest digits, as servers write it."""
    if isinstance(value, (list, np.ndarray)):
        return [plain(part) for part in value]
    if isinstance(value, np.floating):
        return float(str(value))
    if isinstance(value, np.generic):
        return value.item()
    return value.decode() if isinstance(value, bytes) else value


def rows(tensors):
    """Columns as the rows of the REST API: a tensor that is alone goes without its name."""
    columns = {name: plain(value) for name, value in tensors.items()}
    if len(columns) == 1:
        return next(iter(columns.values()))
    return [dict(zip(columns, values)) for values in zip(*columns.values())]


def write_json(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value) + "\n", encoding="utf-8")


def write(name, model, inputs):
    folder = HERE / "models" / name / "1"
    shutil.rmtree(folder, ignore_errors=True)
    tf.saved_model.save(model, str(folder), signatures={"serving_default": model.serve})
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    outputs = serve(**{key: tf.constant(value) for key, value in inputs.items()})
    outputs = {key: outputs[key].numpy() for key in sorted(outputs)}
    write_json(HERE / "requests" / f"{name}.json", {"instances": rows(inputs)})
    write_json(HERE / "replies" / f"{name}.json", {"predictions": rows(outputs)})
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{name}: {size // 1000} kB")


def main():
    tf.config.experimental.enable_op_determinism()
    makers = {
        "half_plus_two": lambda: (HalfPlusTwo(), {"x": np.float32([1, 2, 5])}),
        "digits": make_digits, "text_classifier": make_text_classifier, "recommender": make_recommender}
    for name, make in makers.items():
        keras.utils.set_random_seed(20)
        write(name, *make())


if __name__ == "__main__":
    main()
