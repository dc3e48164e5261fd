// What the user set, which Python has glm-ls and where ours may live go in; the command line of
// the server comes out.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROBE_MS = 10_000;
const INSTALL_MS = 300_000;
const OLDEST = '(3, 11)';

export type Command = { program: string; args: string[] };

/** Words for the user about why there is no server to start. */
export class NoServer extends Error {}

/** Returns how a program serves; a Python is told not to import from the folder it stands in. */
export function commandOf(program: string): Command {
  const isPython = /^python[\d.]*(\.exe)?$/i.test(path.basename(program.replaceAll('\\', '/')));
  return { program, args: isPython ? ['-P', '-m', 'glm_ls'] : [] };
}

export async function commandFromSetting(program: string): Promise<Command> {
  try {
    await access(program);
  } catch {
    throw new NoServer(`glm-ls.server.path: there is no file ${program}.`);
  }
  return commandOf(program);
}

async function answers(python: string, code: string): Promise<boolean> {
  return run(python, ['-P', '-c', code], { timeout: PROBE_MS }).then(() => true, () => false);
}

/** Returns how a Python environment serves; undefined if it has no glm-ls. */
export async function commandFromEnvironment(python: string): Promise<Command | undefined> {
  return (await answers(python, 'import glm_ls.lsp')) ? commandOf(python) : undefined;
}

const inside = (environment: string): string =>
  path.join(environment, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** The folder of an environment that holds exactly this package. */
export function folderOf(storage: string, requirement: string): string {
  return path.join(storage, `server-${createHash('sha256').update(requirement).digest('hex').slice(0, 12)}`);
}

async function findPython(): Promise<string> {
  const names = process.platform === 'win32' ? ['py', 'python'] : ['python3', 'python'];
  for (const minor of ['', '3.14', '3.13', '3.12', '3.11']) {
    for (const name of minor ? [`python${minor}`] : names) {
      if (await answers(name, `import sys; assert sys.version_info >= ${OLDEST}`)) return name;
    }
  }
  throw new NoServer('Python 3.11 or newer was not found. Install it, or set glm-ls.server.path.');
}

/** Returns the server of our own environment, made first if it is not there. */
export async function commandFromOwn(
  storage: string, requirement: string, tell: (step: string) => void,
): Promise<Command> {
  const folder = folderOf(storage, requirement);
  if (!(await access(inside(folder)).then(() => true, () => false))) {
    await make(storage, folder, requirement, tell);
  }
  return commandOf(inside(folder));
}

/** Makes it aside and renames it, so that a half-made one is never used; two windows may race. */
async function make(
  storage: string, folder: string, requirement: string, tell: (step: string) => void,
): Promise<void> {
  const aside = `${folder}.${process.pid}`;
  tell('looking for Python');
  const python = await findPython();
  await mkdir(storage, { recursive: true });
  try {
    tell('making an environment');
    await run(python, ['-m', 'venv', '--without-pip', aside], { timeout: INSTALL_MS });
    tell(`installing ${path.basename(requirement)}`);
    const own = inside(aside);
    const install = ['install', '--quiet', '--no-compile', '--no-input', '--disable-pip-version-check', requirement];
    // The pip that is there saves the seconds that another one takes to install.
    await run(python, ['-m', 'pip', '--python', own, ...install], { timeout: INSTALL_MS }).catch(async () => {
      await run(own, ['-m', 'ensurepip'], { timeout: INSTALL_MS });
      await run(own, ['-m', 'pip', ...install], { timeout: INSTALL_MS });
    });
    await rename(aside, folder).catch(() => undefined);
  } catch (error) {
    throw new NoServer(`The server could not be installed. ${lastLine(error)}`);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  for (const name of await readdir(storage)) {
    const isOld = name.startsWith('server-') && !name.includes('.') && name !== path.basename(folder);
    if (isOld) await rm(path.join(storage, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What a failed program said last, which is the reason. */
export function lastLine(error: unknown): string {
  const { stderr = '', stdout = '', message = '' } = error as Record<string, string>;
  const lines = (stderr.trim() || stdout.trim() || message).split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /^ERROR:|No module named ensurepip/.test(line));
  return telling ?? lines.at(-1) ?? '';
}
