r"""From the stream of a model to a suggestion, as early as it is certain.

The stages are pure functions of everything that has come. They run where an answer can turn out
to be complete (at the ends of lines and at special tokens), which depends on the text and never
on how the stream was cut into pieces; in between a delta is only appended. A stage that cannot
tell yet makes the stream go on.
"""

from __future__ import annotations

from glm_ls.postprocess.cutting import whole_part
from glm_ls.postprocess.draft import Draft, Stage
from glm_ls.postprocess.echo import drop_echo
from glm_ls.postprocess.ending import RULES, end_text
from glm_ls.postprocess.frame import Frame, to_newlines
from glm_ls.postprocess.indentation import fit_indent, fit_start
from glm_ls.postprocess.junction import join_line
from glm_ls.postprocess.markers import CODE_TRIGGER, TRIGGER, cut_special, drop_reasoning
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.postprocess.unseen import drop_unseen
from glm_ls.postprocess.unwrap import unwrap
from glm_ls.postprocess.whole_file import skip_to_cursor
from glm_ls.postprocess.worth import judge

TO_CODE: dict[str, Stage] = {
    "reasoning": drop_reasoning,
    "special-token": cut_special,
    "unseen": drop_unseen,
    "wrapping": unwrap,
    "whole-file": skip_to_cursor,
    "echo": drop_echo,
    "start": fit_start,
    "indentation": fit_indent,
}
"""From an answer to code at its place."""
TO_SUGGESTION: dict[str, Stage] = {
    "end": end_text,
    "junction": join_line,
    "worth": judge,
}
"""From code to what is shown."""

FILTERS = frozenset(
    (*TO_CODE, *TO_SUGGESTION, *(name for rules in RULES.values() for name in rules), "cut")
)
"""Names of all stages and rules; each can be switched off by its name."""

MOST_CHARS = 20_000
MOST_LOOKS = 500
"""An answer that is not complete by then has lost its way, and each look takes its time."""
STRIDE = 512
"""Code points after which an answer is looked at though its line has not ended."""


class CompletionStream:
    """One answer of a model on its way to ghost text."""

    def __init__(self, site: Site, *, chat: bool) -> None:
        """Prepare for an answer at `site`.

        `chat`: prose, fences and echoes are to be expected; else it is a fill-in-the-middle
        answer, which is taken more literally.
        """
        self._frame = Frame.of(site, chat=chat)
        self._raw = ""
        self._looked = 0
        self._looks = 0
        self._ended: Draft | None = None
        self.fired: list[str] = []
        """Names of the stages and rules that changed or ended the text, for the debug log."""

    def feed(self, text: str) -> bool:
        """Take a piece of the answer; True: enough has come, the connection can be closed."""
        self._raw += text[: MOST_CHARS - len(self._raw)]
        while not self._has_enough() and (at := self._next_look()):
            self._looked, self._looks = at, self._looks + 1
            draft = self._run(self._raw[: self._looked], final=False)
            if draft is not None and draft.final:
                self._ended = draft
        return self._has_enough()

    def _next_look(self) -> int:
        """Return where the text is looked at next, 0 while that has not come."""
        trigger = TRIGGER if self._frame.chat else CODE_TRIGGER
        found = trigger.search(self._raw, self._looked)
        at = found.end() if found else len(self._raw) + 1
        stride = self._looked - self._looked % STRIDE + STRIDE
        return min(at, stride) if min(at, stride) <= len(self._raw) else 0

    def _has_enough(self) -> bool:
        return self._is_lost or self._ended is not None

    @property
    def _is_lost(self) -> bool:
        return self._looks >= MOST_LOOKS or len(self._raw) >= MOST_CHARS

    def so_far(self) -> str | None:
        """Return the code that has come, its last line perhaps in part; None: not certain yet."""
        draft = self._pass(TO_CODE, Draft(to_newlines(self._raw), final=False))
        return draft.text if draft else None

    def close(self, *, whole: bool) -> Suggestion | None:
        """Return what to show, None for nothing.

        `whole`: the stream ended by itself. A stream that was cut counts up to its last line end.
        """
        lost = self._is_lost and not self._ended
        whole = whole and not lost
        raw = self._raw if whole else self._raw[: self._raw.rfind("\n") + 1]
        draft = self._ended or self._run(raw, final=True)
        if lost:
            self.fired.append("too much")
        if (
            draft is not None
            and not whole
            and not self._ended
            and "cut" not in self._frame.site.off
        ):
            draft = self._mended(draft)
        if draft is None or not draft.text:
            return None
        rest = self._rest(draft, raw) if self._ended and draft.rest else draft.rest
        return Suggestion(draft.text, draft.replace, rest.rstrip())

    def _mended(self, draft: Draft) -> Draft:
        text = whole_part(self._frame, draft.text)
        if text != draft.text:
            self.fired.append("cut")
        return draft.with_text(text)

    def _rest(self, ended: Draft, raw: str) -> str:
        """Return what came behind the text, with what was not looked at any more."""
        code = self._pass(TO_CODE, Draft(to_newlines(raw), final=True))
        seen = ended.text + ended.rest
        goes_on = code is not None and code.text.startswith(seen)
        return code.text[len(ended.text) :] if code and goes_on else ended.rest

    def _run(self, raw: str, *, final: bool) -> Draft | None:
        self.fired = []
        return self._pass(TO_CODE | TO_SUGGESTION, Draft(to_newlines(raw), final))

    def _pass(self, stages: dict[str, Stage], draft: Draft) -> Draft | None:
        """Run stages; None while one of them is undecided."""
        for name, stage in stages.items():
            if name in self._frame.site.off:
                continue
            decided = stage(self._frame, draft)
            if decided is None:
                return None
            if decided is not draft:
                ended = decided.note if decided.note != draft.note else ""
                self.fired.append(f"{name}: {ended}" if ended else name)
            draft = decided
        return draft
