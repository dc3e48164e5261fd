// GLM in VS Code: puts the parts together.

import { commands, workspace } from 'vscode';
import type { ExtensionContext } from 'vscode';
import { executeCommand } from './actions';
import { Answers } from './answers';
import { Ghost } from './ghost';
import { forgetKey, setKey } from './key';
import { openMenu, showDoctor, showUsage } from './menu';
import { NextEdit } from './nextEdit';
import { Review } from './review';
import { Server } from './server';
import { explicit, read } from './settings';
import { StatusItem } from './status';

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const client = () => server?.client;
  const status = new StatusItem(() => ({ enabled: read('enabled', true), manual: read<string>('completion.mode', 'auto') === 'manual' }));
  const answers = new Answers();
  const nextEdit = new NextEdit(client);
  const ghost = new Ghost(client, nextEdit);
  const review = new Review();
  const running = new Server(context, {
    middleware: {
      provideInlineCompletionItems: ghost.provide,
      executeCommand,
      workspace: {
        configuration: ({ items }) => items.map(({ section }) => (section === 'glm-ls' ? explicit(context) : null)),
      },
    },
    onStatus: (told) => status.tell(told),
    onAnswer: ({ title, text }) => void answers.show(title, text),
  });
  server = running;
  const house = { context, server: running, status, answers };
  const table: Record<string, () => unknown> = {
    menu: () => openMenu(house),
    setKey: () => setKey(context.secrets),
    forgetKey: () => forgetKey(context.secrets),
    restart: () => running.restart(),
    log: () => running.log.show(),
    doctor: () => showDoctor(house),
    usage: () => showUsage(house),
    nextFinding: () => review.next(),
    getStarted: () => commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false),
  };
  context.subscriptions.push(
    running, status, answers, nextEdit, ghost, review,
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(`glm-ls.${name}`, run)),
    context.secrets.onDidChange(() => void running.restart()),
    workspace.onDidGrantWorkspaceTrust(() => void running.restart()),
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('glm-ls')) return;
      status.draw();
      if (event.affectsConfiguration('glm-ls.server')) void running.restart();
      else void running.configure();
    }),
  );
  void running.restart();
}

export const deactivate = (): Promise<unknown> | undefined => server?.stop();
