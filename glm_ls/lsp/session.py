"""What the server knows while an editor is connected, rebuilt when settings change."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled

from glm_ls import log as logs
from glm_ls.config.layers import Resolved, resolve
from glm_ls.config.paths import USER_FILE, WORKSPACE_FILE, user_config_dir
from glm_ls.context.target import Target
from glm_ls.lsp.capabilities import Client, client_of
from glm_ls.lsp.from_proto import end_of
from glm_ls.lsp.notices import Notices
from glm_ls.lsp.review_state import Reviewing
from glm_ls.lsp.superseding import Superseding
from glm_ls.text.position import Encoding
from glm_ls.workspace.admission import admit
from glm_ls.workspace.documents import Documents
from glm_ls.workspace.edits import Edits
from glm_ls.workspace.ignore import IGNORE_FILES
from glm_ls.workspace.roots import Roots, file_name, shown_path

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.features.actions import Actor
    from glm_ls.features.completion import Completer
    from glm_ls.features.learning import Learner
    from glm_ls.features.next_edit import Predictor
    from glm_ls.features.pacing import Pacing
    from glm_ls.features.project import Project
    from glm_ls.features.recent import Recent
    from glm_ls.features.statistics import Statistics
    from glm_ls.features.trail import Trail
    from glm_ls.provider.router import Health, Router
    from glm_ls.store.ledger import Ledger
    from glm_ls.text.edit import Change
    from glm_ls.text.snapshot import Snapshot
    from glm_ls.workspace.ignore import Ignore

END_S = 1.0
"""How long running work, and then the ledger, may take to come to an end."""

LOADED_LATER: tuple[str, ...] = (
    "features.actions",
    "features.completion",
    "features.engines",
    "features.learning",
    "features.next_edit",
    "features.project",
    "features.statistics",
    "features.status",
)
"""Modules that the editor need not wait for at the start."""

log = logs.logger("lsp.session")


class Session:
    """The state of one connection."""

    def __init__(self, notify: Callable[[str, Any], None]) -> None:
        """`notify(method, params)` sends a notification to the client."""
        self.documents = Documents()
        self.edits = Edits()
        self.superseding = Superseding()
        self.client = Client()
        self.encoding: Encoding = "utf-16"
        self.roots = Roots()
        self._folders: list[str] = []
        self.resolved: Resolved
        self.started = asyncio.Event()
        """Set while the engines fit the settings; requests wait for it."""
        self.broken = ""
        """Why nothing can be done; empty where it can."""
        self._opened = False
        self.notify = notify
        self.notices = Notices(notify)
        self.reviewing = Reviewing()
        self._complained: set[str] = set()
        self.client_settings: object = None
        self._background: set[asyncio.Task[Any]] = set()
        self._applying = asyncio.Lock()
        self._built: Settings | None = None
        """Settings the engines were opened with."""
        self._refused: dict[str, str] = {}
        self.recent: Recent
        self.ignore: Ignore
        self.router: Router
        self.completer: Completer
        self._pacing: Pacing | None = None
        """Kept when settings change."""
        self.predictor: Predictor
        self.actor: Actor
        self.ledger: Ledger
        self.statistics: Statistics | None = None
        """None until the ledger is open."""
        self.trail: Trail | None = None
        self.project: Project | None = None
        """None until it is known whether projects are indexed, and where they are not."""
        self._project_of: object = None
        """What the project was opened with."""
        self._learner: Learner | None = None
        """None where there is no embedded engine."""

    # -- life --------------------------------------------------------------------------

    def begin(self, params: types.InitializeParams) -> None:
        """Take what `initialize` tells; quick, because the editor waits for the answer."""
        self.client = client_of(params)
        folders = [folder.uri for folder in params.workspace_folders or ()]
        self._folders = folders or [uri for uri in (params.root_uri,) if uri]
        self.roots = Roots.of(self._folders)
        self.client_settings = params.initialization_options
        self.resolved = self._resolve()
        logs.configure(self.settings.log.level, self.settings.log.file)

    async def start(self) -> None:
        """Load what the start did not need and open the engines."""
        try:
            await asyncio.to_thread(_load)
            from glm_ls.features.engines import open_ledger
            from glm_ls.features.statistics import Statistics

            self.ledger = await open_ledger()
            loop, ghost = asyncio.get_running_loop(), self.client.inline_completion
            self.statistics = Statistics(loop, self.documents.get, self.ledger.note, parts=ghost)
            await self._open_engines()
        except Exception as error:
            log.exception("the engines did not start")
            self.broken = f"glm-ls could not start: {type(error).__name__}, see its log"
            self.notices.broke(self.broken)
            self.started.set()  # whoever waits is answered

    async def close(self) -> None:
        """End what runs, within END_S, and close connections and files."""
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=END_S)
        if self.project is not None:
            await self.project.close()
        await self.reviewing.close()
        if self._opened:
            await self.router.close()
            closing = asyncio.to_thread(self.ledger.close)
            await asyncio.wait([asyncio.ensure_future(closing)], timeout=END_S)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something in the background; an exception ends in the log."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background work failed", exc_info=error)

    # -- documents ---------------------------------------------------------------------

    def look_at(self, snapshot: Snapshot) -> None:
        """Judge a document that was opened or replaced whole: may it be worked on?"""
        self._refused.pop(snapshot.uri, None)
        if why := admit(snapshot, self.settings.privacy.max_file_mb):
            self._refused[snapshot.uri] = why
            log.info("%s is left alone: %s", file_name(snapshot.uri), why)

    def refusal(self, snapshot: Snapshot) -> str | None:
        """Return why a document is neither sent nor learned, None where it may be."""
        return self._refused.get(snapshot.uri) or self.ignore.refusal(snapshot.uri)

    def check_current(self, target: Target) -> None:
        """Raise RequestCancelled where the document has moved on: its editor asks again."""
        current = self.documents.get(target.snapshot.uri)
        if current is None or current.version != target.snapshot.version:
            raise JsonRpcRequestCancelled("the document has changed")

    def path_if_shown(self, uri: str) -> str | None:
        """Return the path an open document is shown under, None where it may not be."""
        snapshot = self.documents.get(uri)
        refused = snapshot is None or self.refusal(snapshot)
        return None if refused else shown_path(uri, self.roots)

    def forget(self, uri: str) -> None:
        """Drop what is kept of a document that is closed."""
        self.edits.forget(uri)
        self._refused.pop(uri, None)
        self.superseding.end(uri)
        if self.statistics is not None and (snapshot := self.documents.get(uri)):
            self.statistics.closed(snapshot.uri)
        if self._opened:
            self.completer.forget(uri)
            self.predictor.predictions.forget(uri)
        if self.project is not None:
            self.project.closed(uri)

    def changed(self, before: Snapshot, after: Snapshot) -> None:
        """Take a change of a document for what is predicted from it."""
        self.edits.note(before, after, monotonic())
        if self.statistics is not None:
            self.statistics.changed(before, after)
        if self._opened:
            self.predictor.predictions.changed(before, after)

    def typed(self, snapshot: Snapshot, change: Change) -> None:
        """Note a change of a range that the user made; the cursor stands behind it."""
        assert change.start is not None
        if self.trail is not None:
            self.trail.edited(snapshot.uri, change.start[0])
        if self._opened:
            behind = end_of(snapshot, change, self.encoding)
            self.completer.typed(Target(snapshot, behind, shown_path(snapshot.uri, self.roots)))

    def refresh(self, uri: str) -> None:
        """Teach the embedded engine a document as it is now, or have it forget one now refused."""
        snapshot = self.documents.get(uri)
        if snapshot and self._learner and self._learner.begun:
            self.spawn(self._learner.refresh(snapshot))

    @property
    def learning(self) -> bool:
        """Whether the embedded engine is still reading."""
        return bool(self._learner and self._learner.busy)

    def saved(self, uri: str) -> None:
        """Count a file as changed on disk."""
        if self.project is not None:
            self.project.saved(uri)

    # -- settings ----------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.resolved.settings

    async def configure(self, raw: object) -> None:
        """Take settings the client sent, in any shape, and rebuild what depends on them."""
        self.client_settings = raw
        await self.reload()

    async def reload(self) -> None:
        """Read every layer again; live changes take effect without a restart."""
        before, self.resolved = self.resolved, self._resolve()
        self._complain()
        if before.settings != self.resolved.settings:
            logs.configure(self.settings.log.level, self.settings.log.file)
            if self._opened:
                self.started.clear()  # requests that come now wait for the new engines
                self.superseding.end_all()
                await self._open_engines()

    def take_in(self, names: set[str]) -> None:
        """Count what changed in files of these names: ignore files, the workspace's settings."""
        if self._opened and not names.isdisjoint(IGNORE_FILES):
            self.ignore.refresh()
        if WORKSPACE_FILE in names:
            self.spawn(self.reload())

    def change_folders(self, added: list[str], removed: list[str]) -> None:
        """Take workspace folders in and out."""
        kept = [uri for uri in self._folders if uri not in removed]
        self._folders = [*kept, *added]
        self.roots = Roots.of(self._folders)
        if self.started.is_set():
            from glm_ls.workspace.ignore import Ignore

            self.ignore = Ignore(self.roots, self.settings.privacy.ignore)
            self.spawn(self._move_project())

    async def _move_project(self) -> None:
        async with self._applying:
            await self._open_project()
            await self._complete_with()

    def _resolve(self) -> Resolved:
        return resolve(
            user_file=user_config_dir() / USER_FILE,
            client=self.client_settings,
            environ=os.environ,
            workspace_files=[folder / WORKSPACE_FILE for folder in self.roots.folders],
        )

    def _complain(self) -> None:
        """Say each complaint once."""
        for complaint in self.resolved.complaints:
            if (words := str(complaint)) not in self._complained:
                self._complained.add(words)
                log.warning("%s", words)
                self.notices.show(words, types.MessageType.Warning)

    async def _open_engines(self) -> None:
        from glm_ls.features.containment import World
        from glm_ls.features.engines import open_actor, open_embedded, open_router
        from glm_ls.features.learning import Learner
        from glm_ls.features.next_edit import Predictor
        from glm_ls.features.recent import Recent
        from glm_ls.workspace.ignore import Ignore

        async with self._applying:
            settings = self.settings
            if settings != self._built:
                self.ignore = Ignore(self.roots, settings.privacy.ignore)
                for snapshot in self.documents:
                    self.look_at(snapshot)
                if self._learner is not None:
                    self._learner.stop()
                embedded = open_embedded(settings)
                self._learner = Learner(embedded, settings, self) if embedded else None
                router = await open_router(
                    settings, os.environ, embedded, self.ledger, on_health=self._report
                )
                if self._opened:
                    await self.router.close()
                self._opened, self.router, self._built = True, router, settings
                self.recent = Recent()
                self.predictor = Predictor(
                    settings,
                    router,
                    self.edits,
                    self.documents.get,
                    self.path_if_shown,
                    lambda live: World(self.roots, self.ignore, {live.uri: live}),
                )
                self.actor = open_actor(settings, router, self)
                await self._open_project()
                await self._complete_with()
                self._complain()
                self._report(router.health)
            if settings == self.settings:
                self.started.set()  # else whoever brought newer ones waits for the lock

    async def _complete_with(self) -> None:
        from glm_ls.features.completion import Completer
        from glm_ls.features.pacing import Pacing

        if self._pacing is None:
            self._pacing = Pacing()
        else:
            await self.completer.close()
        self.completer = Completer(
            self.settings,
            self.router,
            self.recent,
            self.project,
            documents=self.documents,
            pacing=self._pacing,
        )

    async def _open_project(self) -> None:
        """Start the index of the workspace's folders, unless it runs with the same settings."""
        from glm_ls.context.child import ProjectContext
        from glm_ls.features.project import Project
        from glm_ls.features.trail import Trail

        settings = self.settings
        wanted = self.roots, settings.privacy.ignore, settings.context.project_tokens > 0
        if wanted == self._project_of:
            return
        if self.project is not None:
            await self.project.close()
        self.project, self._project_of = None, wanted
        if settings.enabled and settings.context.project_tokens > 0 and self.roots.folders:
            self.trail = Trail()
            self.project = Project(
                ProjectContext(settings.privacy.ignore, settings.log.level),
                self.roots,
                trail=self.trail,
                documents=self.documents,
                refusal=lambda uri: self.ignore.refusal(uri),
            )
            self.spawn(self.project.open())

    def _report(self, health: Health) -> None:
        """Tell a change of health; the embedded engine begins to learn once it is to answer."""
        may_take_over = self._learner is not None and self.settings.embedded.takeover
        answers = may_take_over if health.error else health.engine == "embedded"
        if answers and self._learner is not None:
            self._learner.begin()
        self.notices.report(health, self.settings, embedded=may_take_over)


def _load() -> None:
    """Import what the first request needs; in a thread, so that the loop gets its turns."""
    for name in LOADED_LATER:
        import_module(f"glm_ls.{name}")
