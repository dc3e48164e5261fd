// GLM in VS Code: puts the parts together.

import { commands, window, workspace, type ExtensionContext } from 'vscode';
import { Answers, type Answer } from './answers';
import { offerRewrite, openMenu } from './asking';
import { NextEdit } from './nextEdit';
import { Review } from './review';
import { Server } from './server';
import { KEY, setKey } from './settings';
import { StatusItem } from './status';

export function activate(context: ExtensionContext): void {
  const [status, answers, review] = [new StatusItem(), new Answers(), new Review()];
  const server: Server = new Server(context, status, answers, (...place) => nextEdit.provide(...place));
  const nextEdit = new NextEdit(server);
  const show = async (about: string) => answers.show(
    (await server.ask<Answer>('glm-ls.report', { about })) ?? { title: 'GLM', text: status.status.message });
  const table: Record<string, () => unknown> = {
    menu: () => openMenu(server),
    setKey: () => setKey(context.secrets),
    forgetKey: () => context.secrets.delete(KEY),
    restart: () => server.restart(),
    log: () => server.log.show(),
    doctor: () => show('doctor'),
    usage: () => show('usage'),
    reviewFile: () => server.ask('glm-ls.review', { uri: window.activeTextEditor?.document.uri.toString() }),
    reviewChanges: () => server.ask('glm-ls.review'),
    nextFinding: () => review.next(),
    getStarted: () => commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`),
  };
  context.subscriptions.push(
    server, status.item, ...answers.parts, ...nextEdit.parts, ...review.parts, ...offerRewrite(server),
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(`glm-ls.${name}`, run)),
    context.secrets.onDidChange(() => server.restart()),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('glm-ls.server')) server.restart();
      else if (event.affectsConfiguration('glm-ls')) void server.configure();
    }),
  );
  server.restart();
}
