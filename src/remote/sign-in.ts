/** What to sign in to a host with: agent, key files, password. */
import { existsSync, readFileSync } from "node:fs";

import ssh2, { type AnyAuthMethod } from "ssh2";

import type { SshHost } from "./ssh-hosts.ts";

function readKey(file: string): ReturnType<typeof ssh2.utils.parseKey> {
  try {
    return ssh2.utils.parseKey(readFileSync(file));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What one tries to sign in with, in this order: agent, key files, password; and the same in words. */
export function waysToSignIn(
  host: SshHost,
  password: string | undefined,
): { methods: AnyAuthMethod[]; notes: string[] } {
  const { user: username } = host;
  const methods: AnyAuthMethod[] = [];
  const notes: string[] = [];
  if (host.agent !== undefined && existsSync(host.agent)) {
    methods.push({ type: "agent", username, agent: host.agent });
    notes.push("the SSH agent");
  }
  for (const file of host.keyFiles) {
    const key = readKey(file);
    if (key instanceof Error) {
      const isLocked = /passphrase|encrypted/i.test(key.message);
      notes.push(`${file} (${isLocked ? "locked by a passphrase: add it to the agent" : "not readable"})`);
    } else {
      methods.push({ type: "publickey", username, key });
      notes.push(file);
    }
  }
  if (password !== undefined) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(() => password));
      },
    });
    notes.push("the password of the environment");
  }
  return { methods, notes };
}
