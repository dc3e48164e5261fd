// What the server says of itself goes in; the item in the status bar comes out.

import { StatusBarAlignment, ThemeColor, window } from 'vscode';

const ICONS = { Normal: 'sparkle', Warning: 'warning', Error: 'error', Inactive: 'circle-slash' };
const QUIET = ['ready', 'embedded'];

/** Copilot's didChangeStatus, with the reason as a stable slug. */
export type Status = { kind: keyof typeof ICONS; reason: string; message: string; manual?: boolean };

export class StatusItem {
  readonly item = window.createStatusBarItem('glm-ls.status', StatusBarAlignment.Right, 100);
  status: Status = { kind: 'Inactive', reason: 'starting', message: 'Starting' };

  /** Nothing but the name while all is well. */
  show(status: Status): void {
    this.status = status;
    const { kind, reason, message, manual } = status;
    const why = QUIET.includes(reason) ? '' : `: ${reason}`;
    const backgroundColor = kind === 'Error' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    const text = `$(${ICONS[kind]}) GLM${why}${manual ? ' (manual)' : ''}`;
    const tooltip = `GLM: ${message}`;
    Object.assign(this.item, { name: 'GLM', command: 'glm-ls.menu', text, tooltip, backgroundColor });
    this.item.show();
  }
}
