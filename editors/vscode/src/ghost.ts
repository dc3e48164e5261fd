// Ghost text on its way from the server to the editor: what is shown, and taken in part, is told.
// Where there is nothing to show at the cursor, the next edit elsewhere is asked for.

import { InlineCompletionItem, InlineCompletionTriggerKind, Range, workspace } from 'vscode';
import type { Disposable, Position, TextDocument } from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import type { NextEdit } from './nextEdit';
import { takenOf } from './parts';
import type { Shown } from './parts';

type Client = () => LanguageClient | undefined;

export class Ghost implements Disposable {
  private shown: (Shown & { item: object }) | undefined;
  private readonly listening = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const [change] = contentChanges;
    if (contentChanges.length !== 1 || !change || !this.shown) return;
    const { line, character } = change.range.start;
    const taken = takenOf(this.shown, {
      uri: document.uri.toString(),
      start: { line, column: character },
      before: document.lineAt(line).text.slice(0, character),
      text: change.text,
    });
    if (taken) this.tell('textDocument/didPartiallyAcceptCompletion', { item: this.shown.item, acceptedLength: taken });
  });

  constructor(private readonly client: Client, private readonly nextEdit: NextEdit) {}

  readonly provide: NonNullable<Middleware['provideInlineCompletionItems']> = async (document, position, context, token, next) => {
    this.nextEdit.clear();
    const answer = await next(document, position, context, token);
    const items = Array.isArray(answer) ? answer : answer?.items ?? [];
    if (token.isCancellationRequested) return answer;
    if (items[0]) this.note(document, position, items[0]);
    else if (context.triggerKind === InlineCompletionTriggerKind.Automatic) return this.nextEdit.offer(document, position, token);
    return answer;
  };

  private note(document: TextDocument, position: Position, { insertText, range, command }: InlineCompletionItem): void {
    const { line, character } = range?.start ?? position;
    const text = typeof insertText === 'string' ? insertText : insertText.value;
    const item = { insertText: text, range: plain(range ?? new Range(position, position)), command };
    this.shown = { uri: document.uri.toString(), at: { line, column: character }, text, item };
    this.tell('textDocument/didShowCompletion', { item });
  }

  private tell(method: string, params: object): void {
    void this.client()?.sendNotification(method, params).catch(() => undefined);
  }

  dispose(): void {
    this.listening.dispose();
  }
}

const plain = ({ start, end }: Range) => ({
  start: { line: start.line, character: start.character },
  end: { line: end.line, character: end.character },
});
