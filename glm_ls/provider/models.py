"""Models: what each can do and what it costs, read from models.toml.

The list is additive, never a whitelist: an endpoint may serve models that nobody listed, and
those work with the defaults of a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from glm_ls.errors import SettingsError
from glm_ls.provider.request import Usage
from glm_ls.provider.rows import build_row, merged_rows

GLM_TEMPLATE = "<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>"

_MARK = re.compile(r"[-:@_]")
"""What stands between a model's name and its variant: `-fp8`, `:cloud`."""


class Cost(NamedTuple):
    """What a request cost."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Model:
    """One row of models.toml."""

    name: str
    context: int = 131_072
    """Window in tokens, prompt and answer together."""
    max_output: int = 131_072
    """Largest accepted max_tokens; more is refused with 1210."""
    thinking: Literal["toggle", "always", "none"] = "toggle"
    """`toggle`: can be switched off; `always`: cannot (GLM-5.3); `none`: never thinks."""
    fim: bool = False
    """Whether the tokenizer has the code tokens; still probed on a self-hosted endpoint."""
    fim_template: str = GLM_TEMPLATE
    price: tuple[float, ...] = ()
    """USD per million tokens: input, cached input, output. Empty: unknown."""
    prices: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """The same by dialect, where it differs."""

    def cost(self, usage: Usage, dialect: str) -> Cost | None:
        """Return what the usage costs at this dialect, None where no price is known."""
        price = self.prices.get(dialect, self.price)
        if len(price) != 3:
            return None
        fresh = max(0, usage.prompt - usage.cached)
        amount = (fresh * price[0] + usage.cached * price[1] + usage.completion * price[2]) / 1e6
        own = dialect == "bigmodel" and dialect in self.prices
        return Cost(amount, "CNY" if own else "USD")


def load_models(user_rows: Mapping[str, Mapping[str, object]]) -> dict[str, Model]:
    """Return every known model by name; raises SettingsError for a row that cannot be used."""
    rows = merged_rows("models.toml", user_rows)
    return {name: _checked(build_row(Model, "models", name, row)) for name, row in rows.items()}


def find_model(name: str, models: Mapping[str, Model]) -> Model:
    """Return the row of a model, also for `z-ai/glm-4.6` or `GLM-4.6-FP8`, or a row of defaults.

    The longest known name wins after which the variant begins with a mark: `glm-4.6v` is another
    model than `glm-4.6`.
    """
    if name in models:
        return models[name]
    rows = {key.lower(): model for key, model in models.items()}
    bare = name.rpartition("/")[2].lower()
    for end in (len(bare), *(at.start() for at in reversed([*_MARK.finditer(bare)]))):
        if bare[:end] in rows:
            return rows[bare[:end]]
    return Model(name=name)


def _checked(model: Model) -> Model:
    where = f"models.{model.name}"
    if model.context < 1 or model.max_output < 1:
        raise SettingsError(f"{where}: context and max_output must be positive")
    for field_name, price in [("price", model.price), *model.prices.items()]:
        if len(price) not in (0, 3):
            raise SettingsError(f"{where}: {field_name} must be [input, cached input, output]")
    try:
        model.fim_template.format(prefix="", suffix="", path="", language="")
    except (LookupError, ValueError, AttributeError):
        raise SettingsError(
            f"{where}.fim_template may hold {{prefix}}, {{suffix}}, {{path}} and {{language}}"
        ) from None
    return model
