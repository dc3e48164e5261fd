// Texts for reading, such as an explanation, go in; read-only documents come out, colored as
// Markdown but with no link that can be followed, since a model wrote them.

import { EventEmitter, Uri, ViewColumn, languages, window, workspace } from 'vscode';

const SCHEME = 'glm-ls';

export type Answer = { title: string; text: string };

export class Answers {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  readonly parts = [workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: ({ path }) => this.texts.get(path) ?? '',
  })];

  async show({ title, text }: Answer): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${title.replaceAll(/[/\\]/g, ' ')}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    const document = await languages.setTextDocumentLanguage(await workspace.openTextDocument(uri), 'glm-answer');
    const isAlone = [undefined, SCHEME].includes(window.activeTextEditor?.document.uri.scheme);
    await window.showTextDocument(document, isAlone ? ViewColumn.Active : ViewColumn.Beside, !isAlone);
  }
}
