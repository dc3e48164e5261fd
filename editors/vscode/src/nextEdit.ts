// Where there is no ghost text at the cursor, the server's next edit goes in; ghost text where it
// is at the cursor, else a marked place that Tab goes to and, once there, changes, come out.

import {
  InlineCompletionItem, InlineCompletionTriggerKind, MarkdownString, Range, Selection,
  TextEditorRevealType, ThemeColor, commands, window, workspace,
} from 'vscode';
import type { CancellationToken, Position, TextDocument, TextEditor } from 'vscode';
import type { Command, Middleware, Range as WireRange } from 'vscode-languageclient/node';
import type { Server } from './server';

const NEAR_LINES = 2;

/** `label`: the text on one line; `ghost`: it can be ghost text at the cursor. */
type Edit = { text: string; range: WireRange; command: Command; label: string; ghost: boolean };
type Offer = { editor: TextEditor; range: Range; text: string; command: Command };
export type Provide = NonNullable<Middleware['provideInlineCompletionItems']>;

export class NextEdit {
  private offered: Offer | undefined;
  private readonly mark = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor('diffEditor.removedTextBackground'),
    after: { margin: '0 0 0 2em', color: new ThemeColor('editorGhostText.foreground'), fontStyle: 'italic' },
  });
  readonly parts = [
    this.mark,
    workspace.onDidChangeTextDocument(({ document }) => this.offered?.editor.document === document && this.clear()),
    window.onDidChangeActiveTextEditor(() => this.clear()),
    commands.registerCommand('glm-ls.acceptNextEdit', () => this.accept()),
    commands.registerCommand('glm-ls.dismissNextEdit', () => this.dismiss()),
  ];

  constructor(private readonly server: Server) {}

  readonly provide: Provide = async (document, position, context, token, next) => {
    this.clear();
    const answer = await next(document, position, context, token);
    const items = Array.isArray(answer) ? answer : answer?.items ?? [];
    const isAsked = context.triggerKind === InlineCompletionTriggerKind.Invoke;
    return items.length || isAsked ? answer : this.offer(document, position, token);
  };

  /** Asks for the next edit; returns it where it is ghost text, marks its place where not. */
  private async offer(document: TextDocument, position: Position, token: CancellationToken) {
    const { client } = this.server;
    const editor = window.activeTextEditor;
    if (!client || editor?.document !== document || token.isCancellationRequested) return [];
    const { asUri, asPosition } = client.code2ProtocolConverter;
    const textDocument = { uri: asUri(document.uri), version: document.version };
    const params = { textDocument, position: asPosition(position), context: { triggerKind: 2 } };
    const asked = client.sendRequest<{ edits: Edit[] }>('glm-ls/nextEdit', params, token);
    const edit = (await asked.catch(() => undefined))?.edits[0];
    if (!edit || document.version !== textDocument.version) return [];
    const { text, command, label, ghost } = edit;
    const range = client.protocol2CodeConverter.asRange(edit.range);
    if (ghost) return [new InlineCompletionItem(text, range, command)];
    this.offered = { editor, range, text, command };
    const { end } = document.lineAt(range.end).range;
    const hoverMessage = new MarkdownString().appendCodeblock(text, document.languageId);
    const renderOptions = { after: { contentText: `→ ${label}  (Tab)` } };
    editor.setDecorations(this.mark, [{ range, hoverMessage }, { range: new Range(end, end), renderOptions }]);
    void commands.executeCommand('setContext', 'glm-ls.hasNextEdit', true);
    return [];
  }

  /** Goes to the place; changes it if the cursor is there. Any other change takes the offer away. */
  private async accept(): Promise<void> {
    if (!this.offered) return;
    const { editor, range, text, command } = this.offered;
    const { line } = editor.selection.active;
    if (line < range.start.line - NEAR_LINES || line > range.end.line + NEAR_LINES) {
      editor.selection = new Selection(range.start, range.start);
      return editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
    }
    this.clear();
    const isDone = await editor.edit((change) => change.replace(range, text));
    if (isDone) await this.server.ask(command.command, ...(command.arguments ?? []));
  }

  private async dismiss(): Promise<void> {
    const told = this.offered?.command.arguments ?? [];
    this.clear();
    await this.server.ask('glm-ls.nextEdit.rejected', ...told);
  }

  private clear(): void {
    if (!this.offered) return;
    this.offered.editor.setDecorations(this.mark, []);
    this.offered = undefined;
    void commands.executeCommand('setContext', 'glm-ls.hasNextEdit', false);
  }
}
