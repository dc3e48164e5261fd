// Commands of the server that need words from the user: asked for here, then sent on.

import { window } from 'vscode';
import type { ExecuteCommandMiddleware } from 'vscode-languageclient/node';

const REWRITE = 'glm-ls.rewrite';

/** The arguments with the instruction in the first one; undefined if it is there already. */
export function lacksInstruction([first]: readonly unknown[]): Record<string, unknown> | undefined {
  if (typeof first !== 'object' || first === null) return undefined;
  const told = first as Record<string, unknown>;
  return typeof told.instruction === 'string' && told.instruction.trim() ? undefined : told;
}

export const executeCommand: NonNullable<ExecuteCommandMiddleware['executeCommand']> = async (command, args, next) => {
  const told = command === REWRITE ? lacksInstruction(args) : undefined;
  if (!told) return next(command, args);
  const instruction = await window.showInputBox({
    title: 'Rewrite with GLM',
    prompt: 'What should become of the selection?',
    placeHolder: 'use a dataclass, handle an empty list, translate the comments …',
    ignoreFocusOut: true,
  });
  return instruction?.trim() ? next(command, [{ ...told, instruction: instruction.trim() }, ...args.slice(1)]) : undefined;
};
