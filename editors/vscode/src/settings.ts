// What the user has set and the key that was typed go in; what the server gets to know comes out.

import { window, workspace, type ExtensionContext, type SecretStorage } from 'vscode';

export const SECTION = 'glm-ls';
export const KEY = 'glm-ls.key';

/** Reads one setting of ours. */
export const read = <T>(key: string, fallback: T): T => workspace.getConfiguration(SECTION).get(key, fallback);

/** Sets a switch of this folder, or of the user where no folder is open. */
export const write = (key: string, value: unknown): Thenable<void> =>
  workspace.getConfiguration(SECTION).update(key, value, !workspace.workspaceFolders);

/** What is set, by dotted key. Defaults are left out: they would overrule the user's config.toml. */
export function explicit(context: ExtensionContext): Record<string, unknown> {
  const settings = workspace.getConfiguration(SECTION);
  const groups: { properties: object }[] = context.extension.packageJSON.contributes.configuration;
  const names = groups.flatMap(({ properties }) => Object.keys(properties));
  const keys = names.map((name) => name.slice(SECTION.length + 1));
  const isSet = (key: string) => {
    const { key: _, defaultValue, ...layers } = settings.inspect(key)!;
    return !key.startsWith('server.') && Object.values(layers).some((value) => value !== undefined);
  };
  return Object.fromEntries(keys.filter(isSet).map((key) => [key, settings.get(key)]));
}

/** The variables that hand the key to the server. */
export async function environmentOf(secrets: SecretStorage): Promise<NodeJS.ProcessEnv> {
  const key = await secrets.get(KEY);
  return key ? { ...process.env, GLM_LS_API_KEY: key } : process.env;
}

/** Asks for the key and keeps it in the editor's secret storage. */
export async function setKey(secrets: SecretStorage): Promise<void> {
  const title = 'API key for the GLM endpoint';
  const prompt = 'Kept in the secret storage; the setting glm-ls.provider says whose key it is.';
  const key = await window.showInputBox({ title, prompt, password: true, ignoreFocusOut: true });
  if (key?.trim()) await secrets.store(KEY, key.trim());
}
