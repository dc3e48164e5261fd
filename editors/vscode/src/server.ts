// The server's life: found, started, started again after a crash, and stopped.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { homedir } from 'node:os';
import { once } from 'node:events';
import { ProgressLocation, extensions, window, workspace } from 'vscode';
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { CloseAction, ErrorAction, LanguageClient } from 'vscode-languageclient/node';
import type { LanguageClientOptions, Middleware } from 'vscode-languageclient/node';
import { afterCrash } from './backoff';
import { environmentOf } from './key';
import { NoServer, commandFromEnvironment, commandFromOwn, commandFromSetting, lastLine } from './python';
import type { Command } from './python';
import { explicit, read } from './settings';
import type { Status } from './status';

export const SCHEMES = ['file', 'untitled', 'vscode-vfs'];
export type Answer = { title: string; text: string };
type Hooks = { middleware: Middleware; onStatus: (status: Status) => void; onAnswer: (answer: Answer) => void };

/** Leaves it to us to tell the user about trouble, once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

const stopped = (message: string): Status => ({ kind: 'Error', reason: 'stopped', message });

export class Server implements Disposable {
  client: LanguageClient | undefined;
  command: Command | undefined;
  readonly log: LogOutputChannel = window.createOutputChannel('GLM', { log: true });
  private crashes: number[] = [];
  private lastWords = '';
  private timer: NodeJS.Timeout | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: ExtensionContext, private readonly hooks: Hooks) {}

  /** Starts afresh, whatever ran before; turns that come meanwhile wait for this one. */
  restart(): Promise<unknown> {
    this.crashes = [];
    return this.enqueue(() => this.start());
  }

  stop(): Promise<unknown> {
    return this.enqueue(() => this.end());
  }

  /** Sends what the user has set now. */
  async configure(): Promise<void> {
    await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: { 'glm-ls': explicit(this.context) } }).catch(() => undefined);
  }

  private enqueue(turn: () => Promise<unknown>): Promise<unknown> {
    clearTimeout(this.timer);
    return (this.queue = this.queue.then(turn, turn));
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose().catch(() => undefined);
  }

  private async start(): Promise<void> {
    await this.end();
    this.hooks.onStatus({ kind: 'Inactive', reason: 'starting', message: 'Starting' });
    try {
      this.command = await this.find();
      const child = await this.launch(this.command);
      const client = this.clientOf(child);
      this.client = client;
      // A server that ends before it answers would leave the start waiting; `closed` sees it too.
      await Promise.race([client.start(), once(child, 'exit')]).catch((error) => this.log.error(String(error)));
    } catch (error) {
      await this.giveUp(error instanceof NoServer ? error.message : `The server does not start. ${lastLine(error)}`);
    }
  }

  private async find(): Promise<Command> {
    const set = read<string>('server.path', '');
    if (set) return commandFromSetting(set.replace(/^~(?=[/\\])/, homedir()));
    const active = workspace.isTrusted ? await activePython() : undefined;
    const found = active && (await commandFromEnvironment(active));
    if (found) return found;
    const requirement = read<string>('server.package', '') || `glm-ls==${this.context.extension.packageJSON.version}`;
    return window.withProgress({ location: ProgressLocation.Notification, title: 'GLM' }, (progress) => (
      commandFromOwn(this.context.globalStorageUri.fsPath, requirement, (message) => progress.report({ message }))));
  }

  private async launch({ program, args }: Command): Promise<ChildProcess> {
    this.log.info(`starting ${program} ${args.join(' ')}`);
    const child = spawn(program, args, { env: await environmentOf(this.context.secrets), stdio: 'pipe', cwd: homedir() });
    child.stdin.on('error', () => undefined); // a server that is gone is seen by its exit
    child.stderr.on('data', (words: Buffer) => (this.lastWords = words.toString()));
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw new NoServer(`${program} cannot be started: ${lastLine(error)}`);
    }
    return child;
  }

  private clientOf(child: ChildProcess): LanguageClient {
    const options: LanguageClientOptions = {
      documentSelector: SCHEMES.map((scheme) => ({ scheme })),
      outputChannel: this.log,
      initializationOptions: { 'glm-ls': explicit(this.context) },
      middleware: this.hooks.middleware,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (this.client === client) this.crashed();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    const client: LanguageClient = new QuietClient('glm-ls', 'GLM', async () => child, options);
    client.onNotification('didChangeStatus', this.hooks.onStatus);
    client.onNotification('glm-ls/showDocument', this.hooks.onAnswer);
    return client;
  }

  private crashed(): void {
    const { crashes, pause } = afterCrash(this.crashes, Date.now());
    this.crashes = crashes;
    this.client = undefined;
    if (pause === undefined) return void this.giveUp(`The server stopped ${crashes.length} times in a row. ${lastLine({ stderr: this.lastWords })}`.trim());
    this.hooks.onStatus({ kind: 'Warning', reason: 'restarting', message: 'The server stopped; it is started again' });
    this.timer = setTimeout(() => void this.enqueue(() => this.start()), pause);
  }

  /** One message, and the ways on. */
  private async giveUp(message: string): Promise<void> {
    this.log.error(message);
    this.hooks.onStatus(stopped(message));
    const ways = { 'Open Log': () => this.log.show(), Retry: () => void this.restart() };
    void window.showErrorMessage(`GLM: ${message}`, ...Object.keys(ways)).then((way) => way && ways[way as keyof typeof ways]());
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.log.dispose();
  }
}

/** The interpreter that the Python extension has chosen, where that extension is there. */
async function activePython(): Promise<string | undefined> {
  const python = extensions.getExtension('ms-python.python');
  const api = await python?.activate().then(() => python.exports, () => undefined);
  const resource = workspace.workspaceFolders?.[0]?.uri;
  const environments = api?.environments;
  const environment = await environments?.resolveEnvironment?.(environments.getActiveEnvironmentPath(resource));
  return environment?.executable?.uri?.fsPath;
}
