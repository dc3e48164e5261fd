// Texts for reading, such as an explanation: read-only documents, colored as Markdown, in which no
// link can be followed, since a model wrote them.

import { EventEmitter, Uri, ViewColumn, languages, window, workspace } from 'vscode';
import type { Disposable, TextDocumentContentProvider } from 'vscode';

const SCHEME = 'glm-ls';

export class Answers implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  private readonly parts = [
    this.changed,
    workspace.registerTextDocumentContentProvider(SCHEME, this),
    workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  ];

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  async show(title: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${title.replaceAll(/[/\\]/g, ' ')}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await languages.setTextDocumentLanguage(document, 'glm-answer');
    const isAlone = !window.activeTextEditor || window.activeTextEditor.document.uri.scheme === SCHEME;
    const viewColumn = isAlone ? ViewColumn.Active : ViewColumn.Beside;
    await window.showTextDocument(document, { viewColumn, preserveFocus: !isAlone, preview: true });
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}
