// What the user chooses: a row of the menu behind the status bar item, an instruction for a selection.

import { CodeAction, CodeActionKind, commands, languages, window } from 'vscode';
import type { Disposable, QuickPickItem, Range } from 'vscode';
import type { Server } from './server';
import { write } from './settings';

type Report = { engine?: string; model?: string };

const TITLE = 'Rewrite with GLM…';
const COMMAND = 'glm-ls.rewriteSelection';

export async function openMenu({ ask, status: { status } }: Server): Promise<void> {
  const { engine = '', model = engine } = (await ask<Report>('glm-ls.status')) ?? {};
  const to = (name: string, ...words: string[]) => () => commands.executeCommand(name, ...words);
  const rows: (QuickPickItem & { run: () => unknown })[] = [
    status.reason === 'off'
      ? { label: '$(check) Enable here', run: () => write('enabled', true) }
      : { label: '$(circle-slash) Disable here', run: () => write('enabled', false) },
    status.manual
      ? { label: '$(play) Suggest while typing', run: () => write('completion.mode', 'auto') }
      : { label: '$(debug-pause) Suggest only when asked', run: () => write('completion.mode', 'manual') },
    { label: '$(symbol-misc) Model', description: model, run: to('workbench.action.openSettings', 'glm-ls.model') },
    { label: '$(key) API key', run: to('glm-ls.setKey') },
    { label: '$(graph) Usage', run: to('glm-ls.usage') },
    { label: '$(output) Log', run: to('glm-ls.log') },
    { label: '$(pulse) Find out what is wrong', description: status.reason, run: to('glm-ls.doctor') },
    { label: '$(debug-restart) Restart', run: to('glm-ls.restart') },
  ];
  await (await window.showQuickPick(rows, { title: `GLM: ${status.message}` }))?.run();
}

async function rewrite({ client, ask }: Server): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor || !client) return;
  const { asRange, asUri } = client.code2ProtocolConverter;
  const place = { uri: asUri(editor.document.uri), range: asRange(editor.selection) };
  const prompt = 'What should become of the selection: use a dataclass, handle an empty list, translate …';
  const instruction = await window.showInputBox({ title: TITLE, prompt, ignoreFocusOut: true });
  if (instruction?.trim()) await ask('glm-ls.action', { action: 'rewrite', instruction, ...place });
}

/** The command that rewrites a selection, and an action on every selection that runs it. */
export function offerRewrite(server: Server): Disposable[] {
  const action = new CodeAction(TITLE, CodeActionKind.RefactorRewrite.append('glm.ask'));
  action.command = { title: TITLE, command: COMMAND };
  const provideCodeActions = (_: unknown, { isEmpty }: Range) => (isEmpty ? [] : [action]);
  return [
    languages.registerCodeActionsProvider('*', { provideCodeActions }),
    commands.registerCommand(COMMAND, () => rewrite(server)),
  ];
}
