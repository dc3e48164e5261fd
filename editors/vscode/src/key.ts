// The API key: typed by the user, kept in the editor's secret storage, handed on in an environment.

import { window } from 'vscode';
import type { SecretStorage } from 'vscode';

const NAME = 'glm-ls.key';

/** The variables that hand the key to a child process. */
export async function environmentOf(secrets: SecretStorage): Promise<NodeJS.ProcessEnv> {
  const key = await secrets.get(NAME);
  return key ? { ...process.env, GLM_LS_API_KEY: key } : process.env;
}

export async function setKey(secrets: SecretStorage): Promise<void> {
  const key = await window.showInputBox({
    title: 'API key for the GLM endpoint',
    prompt: 'Kept in the secret storage; the setting glm-ls.provider says whose key it is.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key?.trim()) await secrets.store(NAME, key.trim());
}

export const forgetKey = (secrets: SecretStorage): Thenable<void> => secrets.delete(NAME);
