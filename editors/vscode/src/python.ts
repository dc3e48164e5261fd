// Which Python has glm-ls and where ours may live go in; the command line of the server comes out.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';

const TIMEOUT_MS = 300_000;
const NAMES = ['python3', 'python', 'py', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const IS_NEW_ENOUGH = 'import sys; assert sys.version_info >= (3, 11)';

export type Command = { program: string; args: string[] };

/** Words for the user about why there is no server to start. */
export class NoServer extends Error {}

/** Returns how a program serves; a Python is told not to import from the folder it stands in. */
export function commandOf(program: string): Command {
  const isPython = /^python[\d.]*(\.exe)?$/i.test(path.basename(program.replaceAll('\\', '/')));
  return { program, args: isPython ? ['-P', '-m', 'glm_ls'] : [] };
}

const isTrue = (done: Promise<unknown>): Promise<boolean> => done.then(() => true, () => false);
const run = (program: string, ...args: string[]) => promisify(execFile)(program, args, { timeout: TIMEOUT_MS });
const runs = (python: string, code: string) => isTrue(run(python, '-P', '-c', code));

export async function commandFromSetting(program: string): Promise<Command> {
  if (await isTrue(access(program))) return commandOf(program);
  throw new NoServer(`glm-ls.server.path: there is no file ${program}.`);
}

/** Returns how a Python environment serves; undefined if it has no glm-ls. */
export async function commandFromEnvironment(python: string): Promise<Command | undefined> {
  return (await runs(python, 'import glm_ls.lsp')) ? commandOf(python) : undefined;
}

/** The folder of an environment that holds exactly this package. */
export const folderOf = (storage: string, requirement: string): string =>
  path.join(storage, `server-${createHash('sha256').update(requirement).digest('hex').slice(0, 12)}`);

const inside = (environment: string): string =>
  path.join(environment, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** Returns the server of our own environment. One that is not there is made aside and renamed, so
 *  that a half-made one is never used: two windows may race. */
export async function commandFromOwn(
  storage: string, requirement: string, tell: (step: string) => void,
): Promise<Command> {
  const folder = folderOf(storage, requirement);
  const aside = `${folder}.${process.pid}`;
  if (await isTrue(access(inside(folder)))) return commandOf(inside(folder));
  const python = await findPython();
  try {
    await mkdir(storage, { recursive: true });
    tell('making an environment');
    await run(python, '-m', 'venv', '--without-pip', aside);
    tell(`installing ${path.basename(requirement)}`);
    await install(python, inside(aside), requirement);
    await rename(aside, folder).catch(() => undefined);
  } catch (error) {
    throw new NoServer(`The server could not be installed. ${lastLine(error)}`);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const isOld = (name: string) => /^server-\w+$/.test(name) && name !== path.basename(folder);
  const old = (await readdir(storage)).filter(isOld).map((name) => path.join(storage, name));
  await Promise.allSettled(old.map((name) => rm(name, { recursive: true, force: true })));
  return commandOf(inside(folder));
}

/** Installs by the pip that is there, which saves the seconds that another one takes to install. */
async function install(python: string, own: string, requirement: string): Promise<void> {
  const words = ['install', '--quiet', '--no-compile', '--no-input', '--disable-pip-version-check', requirement];
  await run(python, '-m', 'pip', '--python', own, ...words).catch(async () => {
    await run(own, '-m', 'ensurepip');
    await run(own, '-m', 'pip', ...words);
  });
}

async function findPython(): Promise<string> {
  for (const name of NAMES) if (await runs(name, IS_NEW_ENOUGH)) return name;
  throw new NoServer('Python 3.11 or newer was not found. Install it, or set glm-ls.server.path.');
}

/** What a failed program said last, which is the reason. */
export function lastLine(error: unknown): string {
  const { stderr = '', stdout = '', message = '' } = error as Record<string, string>;
  const lines = (stderr.trim() || stdout.trim() || message).split('\n').map((line) => line.trim());
  return lines.find((line) => /^ERROR:|No module named ensurepip/.test(line)) ?? lines.at(-1) ?? '';
}
