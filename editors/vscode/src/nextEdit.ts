// The server's next edit goes in; ghost text where it is at the cursor, else a marked place that
// Tab goes to and, once there, changes, come out.

import { InlineCompletionItem, MarkdownString, Range, Selection, TextEditorRevealType, ThemeColor, WorkspaceEdit, commands, window, workspace } from 'vscode';
import type { CancellationToken, Disposable, Position, TextDocument, TextEditor } from 'vscode';
import { State } from 'vscode-languageclient/node';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Command, Range as WireRange } from 'vscode-languageclient/node';

const METHOD = 'glm-ls/nextEdit';
const NOT_FOUND = -32601;
const NEAR_LINES = 2;
const LABEL_CHARS = 80;

type Edit = { text: string; textDocument: { uri: string; version: number }; range: WireRange; command?: Command };
type Offer = { editor: TextEditor; version: number; range: Range; text: string; command: Command | undefined };

/** The new text in the one line that a decoration has. */
export function labelOf(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim());
  const rest = lines.length > 1 ? ` … +${lines.length - 1}` : '';
  return `${(lines[0] ?? '(delete)').trim().slice(0, LABEL_CHARS)}${rest}`;
}

export class NextEdit implements Disposable {
  private offered: Offer | undefined;
  private readonly unable = new WeakSet<LanguageClient>();
  private readonly mark = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor('diffEditor.removedTextBackground'),
    after: { margin: '0 0 0 2em', color: new ThemeColor('editorGhostText.foreground'), fontStyle: 'italic' },
  });
  private readonly parts = [
    this.mark,
    workspace.onDidChangeTextDocument(({ document }) => this.offered?.editor.document === document && this.clear()),
    window.onDidChangeActiveTextEditor(() => this.clear()),
    commands.registerCommand('glm-ls.acceptNextEdit', () => this.accept()),
    commands.registerCommand('glm-ls.dismissNextEdit', () => this.clear()),
  ];

  constructor(private readonly client: () => LanguageClient | undefined) {}

  /** Asks for the next edit; returns it where it is ghost text, marks its place where not. */
  async offer(document: TextDocument, position: Position, token: CancellationToken): Promise<InlineCompletionItem[]> {
    const client = this.client();
    if (client?.state !== State.Running || this.unable.has(client)) return [];
    const params = {
      textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri), version: document.version },
      position: client.code2ProtocolConverter.asPosition(position),
      context: { triggerKind: 2 },
    };
    const answer = await client.sendRequest<{ edits: Edit[] } | null>(METHOD, params, token).catch((error: { code?: number }) => {
      if (error.code === NOT_FOUND) this.unable.add(client);
      return null;
    });
    const edit = answer?.edits[0];
    const editor = window.activeTextEditor;
    const isStale = document.version !== params.textDocument.version || editor?.document !== document;
    if (!edit || isStale || edit.textDocument.uri !== params.textDocument.uri || token.isCancellationRequested) return [];
    const range = document.validateRange(client.protocol2CodeConverter.asRange(edit.range));
    if (range.isSingleLine && range.contains(position) && edit.text.startsWith(document.getText(range.with({ end: position })))) {
      return [new InlineCompletionItem(edit.text, range, edit.command)];
    }
    this.show({ editor, version: document.version, range, text: edit.text, command: edit.command });
    return [];
  }

  private show(offer: Offer): void {
    this.offered = offer;
    const hoverMessage = new MarkdownString().appendCodeblock(offer.text, offer.editor.document.languageId);
    const after = { contentText: `→ ${labelOf(offer.text)}  (Tab)` };
    const end = offer.editor.document.lineAt(offer.range.end).range.end;
    offer.editor.setDecorations(this.mark, [{ range: offer.range, hoverMessage }, { range: new Range(end, end), renderOptions: { after } }]);
    void commands.executeCommand('setContext', 'glm-ls.hasNextEdit', true);
  }

  /** Goes to the place; changes it if the cursor is there already. */
  private async accept(): Promise<void> {
    if (!this.offered) return;
    const { editor, version, range, text, command } = this.offered;
    const { line } = editor.selection.active;
    if (line < range.start.line - NEAR_LINES || line > range.end.line + NEAR_LINES) {
      editor.selection = new Selection(range.start, range.start);
      editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
    this.clear();
    if (editor.document.version !== version) return;
    const change = new WorkspaceEdit();
    change.replace(editor.document.uri, range, text);
    if (!(await workspace.applyEdit(change)) || !command) return;
    await commands.executeCommand(command.command, ...(command.arguments ?? []));
  }

  clear(): void {
    if (!this.offered) return;
    this.offered.editor.setDecorations(this.mark, []);
    this.offered = undefined;
    void commands.executeCommand('setContext', 'glm-ls.hasNextEdit', false);
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}
