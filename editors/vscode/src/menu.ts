// The menu behind the status bar item: a table of rows, each with what it does.

import { execFile } from 'node:child_process';
import { ConfigurationTarget, commands, window, workspace } from 'vscode';
import type { ExtensionContext, QuickPickItem } from 'vscode';
import type { Answers } from './answers';
import { environmentOf } from './key';
import type { Server } from './server';
import { explicit, read } from './settings';
import type { StatusItem } from './status';

type Row = QuickPickItem & { run: () => unknown };
export type Usage = { feature: string; [column: string]: unknown };
type Report = { engine?: string; model?: string; accepted_24h?: number; usage_24h?: Usage[] };
export type House = { context: ExtensionContext; server: Server; status: StatusItem; answers: Answers };

/** A switch of this folder, or of the user where no folder is open. */
const set = (key: string, value: unknown) => workspace.getConfiguration('glm-ls').update(
  key, value, workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);

function rows({ status }: House, { engine, model }: Report): Row[] {
  const [on, manual] = [read('enabled', true), read<string>('completion.mode', 'auto') === 'manual'];
  const command = (name: string) => () => commands.executeCommand(`glm-ls.${name}`);
  return [
    { label: on ? '$(circle-slash) Disable here' : '$(check) Enable here', run: () => set('enabled', !on) },
    manual
      ? { label: '$(play) Suggest while typing', run: () => set('completion.mode', 'auto') }
      : { label: '$(debug-pause) Suggest only when asked', description: 'manual mode', run: () => set('completion.mode', 'manual') },
    { label: '$(symbol-misc) Model', description: model ?? engine ?? '', run: chooseModel },
    { label: '$(key) API key', run: command('setKey') },
    { label: '$(graph) Usage', run: command('usage') },
    { label: '$(output) Log', run: command('log') },
    { label: '$(pulse) Find out what is wrong', description: status.status.reason, run: command('doctor') },
    { label: '$(debug-restart) Restart', run: command('restart') },
  ];
}

export async function openMenu(house: House): Promise<void> {
  const choices = rows(house, await report(house.server));
  const chosen = await window.showQuickPick(choices, { title: `GLM: ${house.status.status.message}` });
  await chosen?.run();
}

async function report(server: Server): Promise<Report> {
  const params = { command: 'glm-ls.status', arguments: [] };
  return (await server.client?.sendRequest<Report>('workspace/executeCommand', params).catch(() => undefined)) ?? {};
}

async function chooseModel(): Promise<void> {
  const value = await window.showInputBox({
    title: 'Model', value: read<string>('model', ''), prompt: 'Empty: the default of the provider.',
  });
  if (value !== undefined) await workspace.getConfiguration('glm-ls').update('model', value.trim() || undefined, ConfigurationTarget.Global);
}

/** The rows in columns, each as wide as its longest cell. */
export function tableOf(usage: readonly Usage[]): string {
  const columns = Object.keys(usage[0] ?? {});
  if (!columns.length) return 'Nothing was asked of an endpoint.';
  const cell = (value: unknown) => (typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value ?? ''));
  const lines = [columns, ...usage.map((row) => columns.map((column) => cell(row[column])))];
  const width = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) => line.map((text, at) => text.padEnd(width[at] ?? 0)).join('  ').trimEnd()).join('\n');
}

export async function showUsage({ server, answers }: House): Promise<void> {
  const { usage_24h: usage = [], accepted_24h: accepted } = await report(server);
  await answers.show('GLM usage', `# The last 24 hours\n\n${tableOf(usage)}\n\nSuggestions taken: ${accepted ?? 0}\n`);
}

/** The variables that say to the command line what the editor says to the server. */
export function variablesOf(settings: Record<string, unknown>): NodeJS.ProcessEnv {
  const told = Object.entries(settings).filter(([, value]) => typeof value !== 'object' || Array.isArray(value));
  return Object.fromEntries(told.map(([key, value]) => [`GLM_LS_${key.toUpperCase().replaceAll('.', '_')}`, String(value)]));
}

/** Runs the command line's doctor with the server's own key and settings. */
export async function showDoctor({ context, server, answers, status }: House): Promise<void> {
  if (!server.command) return answers.show('GLM doctor', status.status.message);
  const { program, args } = server.command;
  const variables = { ...variablesOf(explicit(context)), ...await environmentOf(context.secrets), NO_COLOR: '1' };
  const text = await new Promise<string>((resolve) => {
    execFile(program, [...args, 'doctor'], { env: variables, timeout: 60_000 }, (_, out, trouble) => resolve(out || trouble));
  });
  return answers.show('GLM doctor', text);
}
