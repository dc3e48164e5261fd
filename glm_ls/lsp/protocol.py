"""pygls made fit for use: every work-around for pygls 2.1 in this one place.

What stock pygls does and this layer does instead (one test each in tests/protocol/):

- a request whose params do not structure is never answered: read leniently, else -32602;
- unknown enum values, even in `initialize`, are such requests: they become pseudo members;
- `$/cancelRequest` does not reach commands: commands are the request's own task;
- an answer for a request that was given up raises InvalidStateError: ignored;
- errors are answered with a traceback and shown as pop-ups: type name only, and the log;
- requests before `initialize` or after `shutdown`: -32002 and -32600;
- params of methods it does not know become named tuples, a class for each: plain JSON values;
- its documents split lines at U+2028 and the like: `workspace.documents` is used instead;
- its reader shares a thread pool and its writer blocks the loop: see `stdio`.

Uses private names of pygls, hence the upper bound in pyproject.toml.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
)

from glm_ls.log import logger
from glm_ls.lsp.aliases import ALIASES
from glm_ls.lsp.lenient import loosened

BUILTIN: Final = (
    "lsp_initialize",
    "lsp_initialized",
    "lsp_shutdown",
    "lsp_set_trace",
    "lsp_workspace__execute_command",
    "lsp_work_done_progress_cancel",
)
"""What is kept of pygls' own features: everything but its documents."""

PARSE_ERROR, INVALID_REQUEST, NOT_FOUND, INVALID_PARAMS, INTERNAL = (
    -32700, -32600, -32601, -32602, -32603,
)  # fmt: skip
NOT_INITIALIZED, CANCELLED = -32002, -32800

log = logger("lsp.protocol")


def accept_unknown_enum_values() -> None:
    """Let every enum of lsprotocol take values it does not know.

    Clients are ahead of the library. A pseudo member keeps its value on the way back, which a
    converter hook that returns the bare value would not.
    """
    for kind in list(vars(types).values()):
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            kind._missing_ = classmethod(_pseudo_member)  # type: ignore[assignment]


def _pseudo_member(cls: type[enum.Enum], value: Any) -> enum.Enum:
    base: Any = next((kind for kind in (str, int) if issubclass(cls, kind)), None)
    member: enum.Enum = base.__new__(cls, value) if base else object.__new__(cls)
    member._name_, member._value_ = f"UNKNOWN_{value}", value
    return member


def _with_plain_params(message: dict[str, Any], kind: type[Any]) -> Any:
    """Return a message of a method that lsprotocol does not know; it may have no params."""
    return kind(**{"params": None, **message})


def _may_be_handled(message: dict[str, Any]) -> bool:
    """Whether a request has an id that can be answered; null is none.

    A response of the client is never refused, lest two sides complain of each other for ever.
    """
    return "method" not in message or isinstance(message.get("id", 0), str | int | float)


class Protocol(LanguageServerProtocol):
    """One client's messages in, exactly one answer for every request out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in (JsonRPCNotification, JsonRPCRequestMessage):
            self._converter.register_structure_hook(kind, _with_plain_params)
        self.on_exit: Callable[[int], None] = lambda code: None
        self._begun = False

    def _register_builtin_features(self) -> None:
        for name in BUILTIN:
            attribute = getattr(self, name)
            self.fm.add_builtin_feature(attribute.method_name, attribute)

    # -- in ----------------------------------------------------------------------------

    def dispatch(self, body: bytes) -> None:
        """Handle one message; whatever it is, the server goes on."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return self._refuse(None, PARSE_ERROR, "the message is not JSON")
        if not isinstance(message, dict) or not _may_be_handled(message):
            return self._refuse(None, INVALID_REQUEST, "the message is no request of JSON-RPC")
        if message.get("method") == types.EXIT:
            return self.on_exit(0 if self._shutdown else 1)
        return self._dispatch({**message, "jsonrpc": self.VERSION})

    def _dispatch(self, message: dict[str, Any]) -> None:
        method, number = message.get("method"), message.get("id")
        is_request = "method" in message and number is not None
        if "method" in message and not is_request and not self._begun:
            return  # the protocol wants early notifications dropped
        refusal = self._too_early_or_late(method) if is_request else None
        structured = None if refusal else self._structured(message)
        if structured is not None:
            self.handle_message(structured)
        elif is_request:
            self._refuse(number, *(refusal or (INVALID_PARAMS, f"invalid params for {method}")))
        else:
            log.warning("dropped a malformed message: %s", method or "a response")

    def _too_early_or_late(self, method: object) -> tuple[int, str] | None:
        if self._shutdown:
            return INVALID_REQUEST, "the server is shutting down"
        if method == types.INITIALIZE:
            if self._begun:
                return INVALID_REQUEST, "initialize was sent twice"
            self._begun = True
        elif not self._begun:
            return NOT_INITIALIZED, "the server is not initialized"
        return None

    def _structured(self, message: dict[str, Any]) -> Any | None:
        """Return the typed message, read leniently at the second try, None where that fails."""
        try:
            kind = self._kind_of(message)
            try:
                return self._converter.structure(message, kind)
            except Exception:
                if "method" in message:
                    return self._converter.structure(loosened(message), kind)
                # Whoever asked sees that it is odd; nobody may wait in vain.
                return JsonRPCResponseMessage(message["id"], self.VERSION, message.get("result"))
        except Exception:  # whatever a hook, or the mending of a wrong shape, raises
            return None

    def _kind_of(self, message: dict[str, Any]) -> Any:
        """Return the class of a message; raises TypeError for an id that cannot be one."""
        method, number = message.get("method"), message.get("id")
        if not isinstance(number, str | int | float | None):
            raise TypeError("id")
        if isinstance(method, str):
            generic = JsonRPCNotification if number is None else JsonRPCRequestMessage
            return self.get_message_type(method) or generic
        if message.get("error") is not None:
            return types.ResponseErrorMessage
        known = self._result_types.pop(number, None) if isinstance(number, str | int) else None
        return known or JsonRPCResponseMessage

    def _handle_request(self, msg_id: Any, method_name: str, params: Any) -> None:
        try:
            handler, arguments = self._handler_of(method_name, params)
        except JsonRpcMethodNotFound:
            return self._refuse(msg_id, NOT_FOUND, f"no method {method_name}")
        self._ctx_msg_id.set(msg_id)
        answer = partial(self._send_handler_result, msg_id=msg_id)
        self._execute_handler(msg_id, handler, answer, args=arguments)
        return None

    def _handler_of(self, method: str, params: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Return what runs for a request; a command runs as the request itself."""
        if method != types.WORKSPACE_EXECUTE_COMMAND:
            return self._get_handler(method), (params,)
        command = self.fm.commands.get(ALIASES.get(params.command, params.command))
        if command is None:
            raise JsonRpcMethodNotFound.of(params.command)
        return command, tuple(params.arguments or ())

    def _handle_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        future = self._request_futures.get(msg_id)
        if future is not None and future.done():
            self._request_futures.pop(msg_id, None)  # whoever asked has given up
            return
        super()._handle_response(msg_id, result, error)

    # -- out ---------------------------------------------------------------------------

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException):
            self._request_futures.pop(msg_id, None)
            self._refuse(msg_id, error.code, error.message)
        elif error is not None:
            self._request_futures.pop(msg_id, None)
            log.error("request %s failed", msg_id, exc_info=error)
            self._refuse(msg_id, INTERNAL, type(error).__name__)
        else:
            super()._send_handler_result(future, msg_id=msg_id)

    def _refuse(self, msg_id: Any, code: int, message: str) -> None:
        self._result_types.pop(msg_id, None)
        error = {"code": code, "message": message}
        self._send_data({"jsonrpc": "2.0", "id": msg_id, "error": error})

    def _send_data(self, data: Any) -> None:
        if not data or self.writer is None:
            return
        # ASCII escapes carry lone surrogates, which UTF-8 cannot.
        body = json.dumps(data, default=self._serialize_message, separators=(",", ":")).encode()
        self.writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
