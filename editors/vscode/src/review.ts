// Diagnostics of ours go in; a tree with counts, and the way from one finding to the next come out.

import { EventEmitter, Range, ThemeIcon, TreeItem, TreeItemCollapsibleState, languages, window } from 'vscode';
import type { Diagnostic, Position, TreeDataProvider, Uri } from 'vscode';

const LEVELS = [['error', 'error'], ['warning', 'warning'], ['note', 'info'], ['hint', 'lightbulb']] as const;

type Place = { uri: Uri; start: Position };
type Finding = Place & { found: Diagnostic };
/** A finding, or all of a file. */
type Node = Finding | Finding[];

/** How many of each severity, the worst first: `1 warning, 2 notes`. */
const countsOf = (all: readonly Finding[]): string => LEVELS
  .map(([name], level) => ({ name, count: all.filter(({ found }) => found.severity === level).length }))
  .flatMap(({ name, count }) => (count ? [`${count} ${name}${count > 1 ? 's' : ''}`] : []))
  .join(', ');

const inOrder = (one: Place, other: Place): number =>
  one.uri.toString().localeCompare(other.uri.toString()) || one.start.compareTo(other.start);

const findings = (): Finding[] => languages.getDiagnostics()
  .flatMap(([uri, all]) => all.map((found) => ({ uri, start: found.range.start, found })))
  .filter(({ found }) => found.source === 'glm')
  .sort(inOrder);

export class Review implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view = window.createTreeView<Node>('glm-ls.review', { treeDataProvider: this });
  readonly parts = [this.view, languages.onDidChangeDiagnostics(() => this.refresh())];

  private refresh(): void {
    const all = findings();
    this.view.badge = { value: all.length, tooltip: countsOf(all) };
    this.changed.fire();
  }

  getChildren(node?: Node): Node[] {
    if (node) return Array.isArray(node) ? node : [];
    const files: Record<string, Finding[]> = {};
    for (const finding of findings()) (files[finding.uri.toString()] ??= []).push(finding);
    return Object.values(files);
  }

  getTreeItem(node: Node): TreeItem {
    if (Array.isArray(node)) {
      const item = new TreeItem(node[0]!.uri, TreeItemCollapsibleState.Expanded);
      return Object.assign(item, { description: countsOf(node) });
    }
    const { message, range, severity } = node.found;
    return Object.assign(new TreeItem(message.split('\n')[0] ?? ''), {
      description: `line ${range.start.line + 1}`,
      tooltip: message,
      iconPath: new ThemeIcon(LEVELS[severity][1]),
      command: { command: 'vscode.open', title: 'Open', arguments: [node.uri, { selection: range }] },
    });
  }

  /** Goes to the first finding behind the cursor; from the last one to the first. */
  async next(): Promise<void> {
    const editor = window.activeTextEditor;
    const here = editor && { uri: editor.document.uri, start: editor.selection.active };
    const next = findings().find((one) => here && inOrder(one, here) > 0) ?? findings()[0];
    if (next) await window.showTextDocument(next.uri, { selection: new Range(next.start, next.start) });
    else window.setStatusBarMessage('GLM: no findings', 3000);
  }
}
