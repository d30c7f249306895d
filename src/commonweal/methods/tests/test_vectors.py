"""Text similarity: words of any script, TF-IDF against scikit-learn, the sentence model against published figures."""

from __future__ import annotations

import contextlib
import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import vectors
from commonweal.methods.errors import BadInput
from commonweal.methods.tests.shared import shared
from commonweal.methods.vectors import semantic, wordpiece

TEXTS = [
    "The bus is late again",
    "Buses and trains are late",
    "More trees in the park",
    "The park needs trees",
    "",
    "!!!",
]


@pytest.fixture(scope="module")
def encoder():
    pytest.importorskip(semantic.PACKAGE, reason="the semantic extra is not installed")
    return vectors.load_encoder()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élan vital, ÉLAN!", ["elan", "vital", "elan"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Łódź Øresund", ["lodz", "oresund"]),
        ("Привет, мир", ["привет", "мир"]),
        ("公共交通", ["公共", "共交", "交通"]),
        ("UberX自用車", ["uberx", "自用", "用車"]),
        ("ไทย", ["ไท", "ทย"]),
        ("한국어 말", ["한국어", "말"]),
        ("हिन्दी", ["हिन्दी"]),
        ("שָׁלוֹם", ["שלום"]),
        ("… 🙂 —", []),
    ],
)
def test_words_are_found_in_any_script(text, expected):
    assert vectors.words(text) == expected


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_every_text_has_words_and_they_are_folded_for_good(text):
    for word in vectors.words(text):
        assert word
        assert not any(one.isspace() for one in word)


def test_weights_are_those_of_scikit_learn():
    text = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is not installed")
    theirs = text.TfidfVectorizer(analyzer=vectors.words, sublinear_tf=True)
    expected = theirs.fit_transform(TEXTS).toarray()
    model = vectors.fit(TEXTS)
    order = [model.vocabulary[word] for word in theirs.get_feature_names_out()]
    assert np.allclose(model.vectors(TEXTS).toarray()[:, order], expected)


def test_the_nearest_come_first_and_oneself_never():
    model = vectors.fit(TEXTS)
    found = vectors.neighbours(model.vectors(TEXTS), count=2)
    assert found[2][0].row == 3
    assert found[4] == found[5] == []
    assert all(near.row != n for n, row in enumerate(found) for near in row)
    assert model.shared_words(TEXTS[2], TEXTS[3])[:2] == ("park", "trees")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 8))
def test_neighbours_are_those_of_a_full_sort(seed, rows, count):
    chance = np.random.default_rng(seed)
    points = chance.normal(size=(rows, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    alike = points @ points.T
    for n, found in enumerate(vectors.neighbours(points, count=count, at_least=-2)):
        others = np.sort(np.delete(alike[n], n))[::-1][:count]
        assert np.allclose([near.similarity for near in found], others)


def test_vectors_of_two_models_are_not_compared():
    with pytest.raises(BadInput, match="one model"):
        vectors.neighbours(np.eye(3), np.eye(4))


def test_no_texts_make_an_empty_model():
    model = vectors.fit([])
    assert model.vectors(["anything"]).shape == (1, 0)
    assert vectors.neighbours(model.vectors(["a", "b"])) == [[], []]


def test_a_missing_extra_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(semantic, "PACKAGE", "no_such_package_here")
    assert not semantic.is_installed()
    with pytest.raises(BadInput, match="compared by their words"):
        vectors.load_encoder()
    with pytest.raises(BadInput, match="install the extra again"):
        vectors.load_encoder(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader_of_weights(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("model")
    (folder / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(raw)
    with pytest.raises(BadInput, match="not the published model"):
        vectors.load_encoder(folder)
    with contextlib.suppress(BadInput):
        vectors.load_encoder(folder, check=False)


def test_a_text_is_cut_into_known_pieces():
    known = {word: n for n, word in enumerate(["[UNK]", "[CLS]", "[SEP]", "cafe", "##s", "!", "公"])}
    assert wordpiece.pieces("Cafés! 公公 xyz", known, 99) == [1, 3, 4, 5, 6, 6, 0, 2]
    assert wordpiece.pieces("cafe cafe cafe", known, 4) == [1, 3, 3, 2]


def test_pieces_are_those_of_the_published_tokenizer(encoder):
    library = pytest.importorskip("tokenizers", reason="the tokenizers library is not installed")
    theirs = library.Tokenizer.from_file(str(semantic._installed() / "tokenizer.json"))
    theirs.no_padding()
    theirs.no_truncation()
    with shared("opinions/vtaiwan.uberx/comments.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["comment-body"] for row in csv.DictReader(lines)]
    for text in [*texts, "naïve café\u200b", "İstanbul ŒUVRE", "$3.50 ^_^ `x`", "a" * 150, ""]:
        assert wordpiece.pieces(text, encoder.vocabulary, 10**6) == theirs.encode(text).ids


def test_sentences_are_as_alike_as_published(encoder):
    """The similarities that the sentence-transformers documentation prints for this model."""
    found = encoder.encode(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    expected = [[1, 0.6660, 0.1046], [0.6660, 1, 0.1411], [0.1046, 0.1411, 1]]
    assert np.allclose(found @ found.T, expected, atol=6e-5)


def test_padding_changes_nothing(encoder):
    texts = ["Trees.", "A much longer sentence about the trees that a park in this town needs.", ""]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
