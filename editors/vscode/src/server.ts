// The server's life: found, started, started again after a crash, and stopped.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { ProgressLocation, extensions, window, workspace, type ExtensionContext } from 'vscode';
import { CloseAction, ErrorAction, LanguageClient } from 'vscode-languageclient/node';
import type { InitializeParams, LanguageClientOptions } from 'vscode-languageclient/node';
import type { Answer, Answers } from './answers';
import type { Provide } from './nextEdit';
import {
  NoServer, commandFromEnvironment, commandFromOwn, commandFromSetting, lastLine, type Command,
} from './python';
import { SECTION, environmentOf, explicit, read } from './settings';
import type { Status, StatusItem } from './status';

const DELAYS_MS = [500, 2000, 5000];
const TOGETHER_MS = 50;
const FORGOTTEN_MS = 180_000;

class Client extends LanguageClient {
  /** Leaves it to us to tell the user about trouble, once. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  protected override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    params.capabilities.experimental = { glmLs: { showDocument: true } };
  }
}

export class Server {
  client: LanguageClient | undefined;
  readonly log = window.createOutputChannel('GLM', { log: true });
  private crashes: number[] = [];
  private lastWords = '';
  private timer: NodeJS.Timeout | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly context: ExtensionContext, readonly status: StatusItem,
    private readonly answers: Answers, private readonly provide: Provide,
  ) {}

  /** Starts afresh, whatever ran before; once for reasons that come together. */
  restart(): void {
    this.crashes = [];
    this.schedule(TOGETHER_MS);
  }

  /** Runs a command of the server; undefined if it cannot be run. */
  readonly ask = async <T>(command: string, ...words: unknown[]): Promise<T | undefined> => {
    const params = { command, arguments: words };
    return this.client?.sendRequest<T>('workspace/executeCommand', params).catch(() => undefined);
  };

  /** Has the server ask what the user has set now. */
  configure(): Promise<void> | undefined {
    return this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null }).catch(() => undefined);
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.queue = this.queue.then(() => this.start())), pause);
  }

  private async start(): Promise<void> {
    await this.end();
    this.status.show({ kind: 'Inactive', reason: 'starting', message: 'Starting' });
    try {
      const child = await this.launch(await this.find());
      const client = (this.client = this.clientOf(child));
      // A server that ends before it answers would leave the start waiting; `closed` sees it too.
      await Promise.race([client.start(), once(child, 'exit')]).catch((error) => this.log.error(String(error)));
    } catch (error) {
      this.giveUp(error instanceof NoServer ? error.message : `The server does not start. ${lastLine(error)}`);
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose().catch(() => undefined);
  }

  private async find(): Promise<Command> {
    const set = read<string>('server.path', '');
    if (set) return commandFromSetting(set.replace(/^~(?=[/\\])/, homedir()));
    const active = workspace.isTrusted && (await activePython().catch(() => undefined));
    const found = active && (await commandFromEnvironment(active));
    if (found) return found;
    const { extension, globalStorageUri } = this.context;
    const requirement = read<string>('server.package', '') || `glm-ls==${extension.packageJSON.version}`;
    return window.withProgress({ location: ProgressLocation.Notification, title: 'GLM' }, (progress) => (
      commandFromOwn(globalStorageUri.fsPath, requirement, (message) => progress.report({ message }))));
  }

  private async launch({ program, args }: Command): Promise<ChildProcess> {
    this.log.info(`starting ${program} ${args.join(' ')}`);
    const child = spawn(program, args, { env: await environmentOf(this.context.secrets), cwd: homedir() });
    child.stdin.on('error', () => undefined); // a server that is gone is seen by its exit
    child.stderr.on('data', (words: Buffer) => (this.lastWords = words.toString()));
    await once(child, 'spawn');
    return child;
  }

  private clientOf(child: ChildProcess): LanguageClient {
    const told = () => explicit(this.context);
    const options: LanguageClientOptions = {
      documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-vfs' }],
      outputChannel: this.log,
      initializationOptions: { [SECTION]: told() },
      middleware: {
        provideInlineCompletionItems: this.provide,
        workspace: { configuration: ({ items }) => items.map(({ section }) => (section === SECTION ? told() : null)) },
      },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (this.client === client) this.crashed();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    const client: LanguageClient = new Client(SECTION, 'GLM', async () => child, options);
    client.onNotification('didChangeStatus', (status: Status) => this.status.show(status));
    client.onNotification('glm-ls/showDocument', (answer: Answer) => this.answers.show(answer));
    return client;
  }

  private crashed(): void {
    this.client = undefined;
    this.crashes = [...this.crashes, Date.now()].filter((time) => Date.now() - time < FORGOTTEN_MS);
    const why = `The server stopped ${this.crashes.length} times in a row. ${lastLine({ stderr: this.lastWords })}`;
    const pause = DELAYS_MS[this.crashes.length - 1];
    if (!pause) return this.giveUp(why.trim());
    this.status.show({ kind: 'Warning', reason: 'restarting', message: 'The server stopped; it is started again' });
    this.schedule(pause);
  }

  /** One message, and the ways on. */
  private giveUp(message: string): void {
    this.log.error(message);
    this.status.show({ kind: 'Error', reason: 'stopped', message });
    const ways: Record<string, () => unknown> = { 'Open Log': () => this.log.show(), Retry: () => this.restart() };
    void window.showErrorMessage(`GLM: ${message}`, ...Object.keys(ways)).then((way) => way && ways[way]?.());
  }

  dispose(): void {
    clearTimeout(this.timer);
    void this.end().then(() => this.log.dispose());
  }
}

/** The interpreter that the Python extension has chosen, where that extension is there. */
async function activePython(): Promise<string | undefined> {
  const python = extensions.getExtension('ms-python.python');
  const { environments } = (await python?.activate()) ?? {};
  const chosen = environments?.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
  return (await environments?.resolveEnvironment(chosen))?.executable?.uri?.fsPath;
}
