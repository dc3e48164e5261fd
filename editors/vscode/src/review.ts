// Diagnostics of ours go in; a tree with counts, and the way from one finding to the next come out.

import { EventEmitter, Selection, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, languages, window, workspace } from 'vscode';
import type { Diagnostic, Disposable, TreeDataProvider, TreeView } from 'vscode';

const SOURCE = 'glm';
const NAMES = ['error', 'warning', 'note', 'hint'];
const ICONS = ['error', 'warning', 'info', 'lightbulb'];

type File = { uri: Uri; findings: Diagnostic[] };
type Node = File | { uri: Uri; finding: Diagnostic };

/** How many of each severity, the worst first: `1 warning, 2 notes`. */
export function countsOf(severities: readonly number[]): string {
  const counts = NAMES.map((name, level) => ({ name, count: severities.filter((one) => one === level).length }));
  return counts.filter(({ count }) => count).map(({ name, count }) => `${count} ${name}${count > 1 ? 's' : ''}`).join(', ');
}

/** The first place behind here; from the last one on to the first. */
export function nextOf<T extends { file: string; line: number; column: number }>(places: readonly T[], here: { file: string; line: number; column: number }): T | undefined {
  const isBehind = (place: T) => place.file > here.file
    || (place.file === here.file && (place.line > here.line || (place.line === here.line && place.column > here.column)));
  return places.find(isBehind) ?? places[0];
}

function files(): File[] {
  return languages.getDiagnostics()
    .map(([uri, all]) => ({ uri, findings: all.filter(({ source }) => source === SOURCE).sort((a, b) => a.range.start.compareTo(b.range.start)) }))
    .filter(({ findings }) => findings.length)
    .sort((a, b) => (a.uri.toString() < b.uri.toString() ? -1 : 1));
}

export class Review implements TreeDataProvider<Node>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: TreeView<Node> = window.createTreeView('glm-ls.review', { treeDataProvider: this });
  private readonly listening = languages.onDidChangeDiagnostics(() => this.refresh());

  private refresh(): void {
    const all = files().flatMap(({ findings }) => findings);
    this.view.badge = all.length ? { value: all.length, tooltip: countsOf(all.map(({ severity }) => severity)) } : undefined;
    this.changed.fire();
  }

  getChildren(node?: Node): Node[] {
    if (!node) return files();
    return 'findings' in node ? node.findings.map((finding) => ({ uri: node.uri, finding })) : [];
  }

  getTreeItem(node: Node): TreeItem {
    if ('findings' in node) {
      const item = new TreeItem(node.uri, TreeItemCollapsibleState.Expanded);
      item.description = countsOf(node.findings.map(({ severity }) => severity));
      return item;
    }
    const { finding, uri } = node;
    const item = new TreeItem(finding.message.split('\n')[0] ?? '');
    item.description = `line ${finding.range.start.line + 1}`;
    item.tooltip = finding.message;
    item.iconPath = new ThemeIcon(ICONS[finding.severity] ?? 'info');
    item.command = { command: 'vscode.open', title: 'Open', arguments: [uri, { selection: finding.range }] };
    return item;
  }

  async next(): Promise<void> {
    const places = files().flatMap(({ uri, findings }) => findings.map(({ range: { start } }) => (
      { file: uri.toString(), line: start.line, column: start.character, uri, start })));
    const active = window.activeTextEditor?.selection.active;
    const file = window.activeTextEditor?.document.uri.toString() ?? '';
    const place = nextOf(places, { file, line: active?.line ?? 0, column: active?.character ?? 0 });
    if (!place) return void window.setStatusBarMessage('GLM: no findings', 3000);
    const document = await workspace.openTextDocument(place.uri);
    await window.showTextDocument(document, { selection: new Selection(place.start, place.start) });
  }

  dispose(): void {
    for (const part of [this.view, this.listening, this.changed]) part.dispose();
  }
}
