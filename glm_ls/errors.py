"""What can go wrong, as one tree; each leaf says how it is reported and when to try again.

    GlmError
    ├── SettingsError           a setting cannot be used as it is
    ├── DocumentError           a document cannot be worked on
    └── ProviderError           a model endpoint did not give an answer
        ├── KeyMissing          no key was found for the provider
        ├── KeyRejected         the key is wrong, expired or has no permission
        ├── BillingProblem      the account has no balance or no plan for this model
        ├── QuotaExhausted      a window's allowance is used up until a known time
        ├── RateLimited         too many requests at once
        ├── Overloaded          the service asks to come back later
        ├── PromptTooLong       the prompt does not fit the model's context
        ├── BadParameter        the endpoint refuses a field of the request
        ├── ModelUnknown        the endpoint does not know the model
        ├── ContentRefused      the service's content policy said no
        ├── NetworkDown         no connection, or it broke in the middle
        │   └── TlsFailed       the certificate was not accepted
        ├── TimedOut            a phase took longer than its time-out
        ├── BadAnswer           what came back is no answer of this API
        ├── CircuitOpen         not asked: the endpoint failed a moment ago
        └── CapReached          not asked: the user's own cap per hour or day is reached

`reason` is the stable slug that the status, the log and `glm-ls doctor` show.
`retry` is the rule the client follows; only attempts before the first byte count.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Retry(NamedTuple):
    """How often and after how long a failed request may be sent again."""

    attempts: int = 0
    """Further tries of the same request; 0: the failure is final for this request."""
    first_delay_s: float = 0.0
    """Delay before the first further try; doubles with each, with up to 25 % jitter."""
    pause_s: float = 0.0
    """How long the endpoint is left alone afterwards; 0: the next request may go at once."""


class GlmError(Exception):
    """Anything glm-ls raises on purpose."""

    reason: ClassVar[str] = "error"


class SettingsError(GlmError):
    """A setting cannot be used as it is."""

    reason = "settings"


class DocumentError(GlmError):
    """A document cannot be worked on: unknown, binary, too large, outside the workspace."""

    reason = "document"


class GitFailed(GlmError):
    """Git could not be run, or refused; the message is git's own."""

    reason = "git"


class ReviewError(GlmError):
    """What is to be reviewed cannot be found: no repository, an unknown revision."""

    reason = "review"


class ProviderError(GlmError):
    """A model endpoint did not give an answer."""

    reason = "provider"
    retry: ClassVar[Retry] = Retry()
    advice: ClassVar[str] = ""
    tell: ClassVar[bool] = True
    """Whether the user has to act: shown once per outage. Else the status says it."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: int = 0,
        retry_after_s: float | None = None,
        until: str = "",
        limit: int | None = None,
    ) -> None:
        """Keep what the endpoint said.

        `message` is the endpoint's own text, redacted; `code` its business code, `status` the
        HTTP status; `retry_after_s` what Retry-After said; `until` an ISO 8601 time (UTC) for
        QuotaExhausted; `limit` the largest accepted value, where the message names one.
        """
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.retry_after_s = retry_after_s
        self.until = until
        self.limit = limit


class KeyMissing(ProviderError):
    reason = "key-missing"
    advice = "Set GLM_API_KEY (or ZAI_API_KEY, ZHIPUAI_API_KEY, COMETAPI_KEY) or api_key_command."


class KeyRejected(ProviderError):
    reason = "key-rejected"
    retry = Retry(pause_s=30)
    advice = "Check the key, and that it belongs to this provider."


class BillingProblem(ProviderError):
    reason = "billing"
    retry = Retry(pause_s=60)
    advice = "Recharge the account; a coding-plan key needs provider = 'zai-coding'."


class QuotaExhausted(ProviderError):
    reason = "quota"
    retry = Retry(pause_s=300)
    advice = "The allowance comes back at the time shown."


class RateLimited(ProviderError):
    reason = "rate-limited"
    tell = False
    retry = Retry(attempts=2, first_delay_s=0.4, pause_s=1)
    advice = "Fewer requests at once: lower limits.concurrency."


class Overloaded(ProviderError):
    reason = "overloaded"
    tell = False
    retry = Retry(attempts=1, first_delay_s=0.5, pause_s=2)
    advice = "The service is busy; it is tried again by itself."


class PromptTooLong(ProviderError):
    reason = "prompt-too-long"
    tell = False
    advice = "Lower context.max_tokens."


class BadParameter(ProviderError):
    reason = "bad-parameter"
    advice = "The endpoint refuses a field; check provider and model, and the log."


class ModelUnknown(ProviderError):
    reason = "model-unknown"
    retry = Retry(pause_s=30)
    advice = "Run `glm-ls models` and set model to one the endpoint serves."


class ContentRefused(ProviderError):
    reason = "content-refused"
    tell = False
    advice = "The service's content policy refused this text."


class NetworkDown(ProviderError):
    reason = "network"
    retry = Retry(attempts=1, first_delay_s=0.1, pause_s=1)
    advice = "Check base_url, the network and the proxy."


class TlsFailed(NetworkDown):
    reason = "tls"
    retry = Retry(pause_s=10)
    advice = "Set network.ca_bundle to your organization's certificates."


class TimedOut(ProviderError):
    reason = "timeout"
    retry = Retry(pause_s=1)
    advice = "The endpoint is slow; raise network.first_byte_s, or choose a faster model."


class BadAnswer(ProviderError):
    reason = "bad-answer"
    retry = Retry(pause_s=1)
    advice = "What answers at base_url is no GLM endpoint; check the address and the proxy."


class CircuitOpen(ProviderError):
    reason = "circuit-open"
    tell = False
    advice = "The endpoint is tried again by itself."


class CapReached(ProviderError):
    reason = "cap"
    advice = "Raise the caps in limits.*, or wait."
