// The editor's configuration goes in; what the user has set comes out, for the server.

import { workspace } from 'vscode';
import type { ExtensionContext } from 'vscode';

const SECTION = 'glm-ls';

/** Reads one setting of ours. */
export const read = <T>(key: string, fallback: T): T => workspace.getConfiguration(SECTION).get(key, fallback);

/** What is set, by dotted key. Defaults are left out: they would overrule the user's config.toml. */
export function explicit(context: ExtensionContext): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const settings = workspace.getConfiguration(SECTION);
  for (const group of context.extension.packageJSON.contributes.configuration) {
    for (const name of Object.keys(group.properties)) {
      const key = name.slice(SECTION.length + 1);
      const told = settings.inspect(key);
      const isSet = [told?.globalValue, told?.workspaceValue, told?.workspaceFolderValue].some((value) => value !== undefined);
      if (isSet && !key.startsWith('server.')) set[key] = settings.get(key);
    }
  }
  return set;
}
