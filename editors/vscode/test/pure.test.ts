// The parts that need no editor.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NoServer, commandFromEnvironment, commandFromOwn, commandFromSetting, commandOf, folderOf, lastLine } from '../src/python';

for (const [program, args] of [
  ['/x/bin/glm-ls', []],
  ['/x/bin/python', ['-P', '-m', 'glm_ls']],
  ['/x/bin/python3.12', ['-P', '-m', 'glm_ls']],
  ['C:\\x\\Scripts\\python.exe', ['-P', '-m', 'glm_ls']],
  ['/x/pythonic', []],
] as const) {
  test(`serving with ${program}`, () => assert.deepEqual(commandOf(program).args, args));
}

test('a path that leads nowhere is named', async () => {
  await assert.rejects(commandFromSetting('/nowhere/glm-ls'), /no file \/nowhere\/glm-ls/);
});

test('an environment without glm-ls is passed over', async () => {
  assert.equal(await commandFromEnvironment('/nowhere/python'), undefined);
});

/** Runs with nothing on the path but these programs. */
async function withPath(programs: Record<string, string>, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'glm-ls-'));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = folder;
  try {
    await run(folder);
  } finally {
    process.env.PATH = before;
  }
}

test('a missing Python is said so', () => withPath({}, async (folder) => {
  await assert.rejects(commandFromOwn(join(folder, 's'), 'glm-ls', () => undefined), (error) => (
    error instanceof NoServer && /^Python 3.11 or newer was not found/.test(error.message)));
}));

test('a Python that is too old is no Python', () => withPath({ python3: 'exit 1' }, async (folder) => {
  await assert.rejects(commandFromOwn(join(folder, 's'), 'glm-ls', () => undefined), /was not found/);
}));

test('a failed installation leaves nothing behind and names its reason', () => (
  withPath({ python3: 'case "$*" in *venv*) echo "Error: no ensurepip" >&2; exit 1;; esac' }, async (folder) => {
    const storage = join(folder, 'storage');
    await assert.rejects(commandFromOwn(storage, 'glm-ls', () => undefined), /could not be installed. Error: no ensurepip/);
    assert.deepEqual(readdirSync(storage), []);
  })));

test('each version has a folder of its own', () => {
  assert.notEqual(folderOf('/s', 'glm-ls==1'), folderOf('/s', 'glm-ls==2'));
});

test('the reason of a failed pip is its error, not its advice', () => {
  const stderr = 'ERROR: No matching distribution found\n\n[notice] A new release of pip is available';
  assert.equal(lastLine({ stderr }), 'ERROR: No matching distribution found');
});
