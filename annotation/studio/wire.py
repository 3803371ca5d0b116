"""The JSON of Label Studio: what the server, its exports and its labelling pages define, and not we."""

from __future__ import annotations

from typing import Any

Wire = dict[str, Any]  # an object: a task, an annotation, a result, a value
