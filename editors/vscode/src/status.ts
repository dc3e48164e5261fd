// What the server says of itself goes in; the item in the status bar comes out.

import { StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { Disposable } from 'vscode';

/** Copilot's didChangeStatus, with the reason as a stable slug. */
export type Status = { kind: 'Normal' | 'Warning' | 'Error' | 'Inactive'; reason: string; message: string; busy?: boolean };
export type Modes = { enabled: boolean; manual: boolean };

const ICONS: Record<Status['kind'], string> = {
  Normal: 'sparkle', Warning: 'warning', Error: 'error', Inactive: 'circle-slash',
};
const QUIET = new Set(['ready', 'embedded']);

/** The words of the item: nothing but the name while all is well. */
export function textOf(status: Status, modes: Modes): string {
  if (!modes.enabled) return '$(circle-slash) GLM: off';
  const icon = status.busy ? 'loading~spin' : ICONS[status.kind] ?? ICONS.Inactive;
  const reason = QUIET.has(status.reason) ? '' : `: ${status.reason}`;
  return `$(${icon}) GLM${reason}${modes.manual ? ' (manual)' : ''}`;
}

export class StatusItem implements Disposable {
  private readonly item = window.createStatusBarItem('glm-ls.status', StatusBarAlignment.Right, 100);
  status: Status = { kind: 'Inactive', reason: 'starting', message: 'Starting' };

  constructor(private readonly modes: () => Modes) {
    this.item.name = 'GLM';
    this.item.command = 'glm-ls.menu';
    this.draw();
    this.item.show();
  }

  tell(status: Status): void {
    this.status = status;
    this.draw();
  }

  draw(): void {
    this.item.text = textOf(this.status, this.modes());
    this.item.tooltip = `GLM: ${this.status.message}`;
    this.item.backgroundColor = { Error: new ThemeColor('statusBarItem.errorBackground'), Warning: undefined, Normal: undefined, Inactive: undefined }[this.status.kind];
  }

  dispose(): void {
    this.item.dispose();
  }
}
