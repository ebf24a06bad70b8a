/** What to sign in to a host with: agent, key files, password. */
import { existsSync, readFileSync } from "node:fs";

import ssh2, { type AnyAuthMethod, type IdentityCallback, type ParsedKey } from "ssh2";

import type { SshHost } from "./ssh-hosts.ts";

function readKey(file: string): ParsedKey | Error {
  try {
    return ssh2.utils.parseKey(readFileSync(file));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The public half of a key file: from the `.pub` beside it, or from the file itself. */
function publicHalf(file: string): Buffer | undefined {
  const beside = existsSync(`${file}.pub`) ? readKey(`${file}.pub`) : readKey(file);
  return beside instanceof Error ? undefined : beside.getPublicSSH();
}

/** The user's agent, which offers the keys of these files first, or, where they are the only ones allowed, nothing else. */
class OrderedAgent extends ssh2.OpenSSHAgent {
  readonly #wanted: readonly Buffer[];
  readonly #isOnly: boolean;

  constructor(socket: string, wanted: readonly Buffer[], isOnly: boolean) {
    super(socket);
    this.#wanted = wanted;
    this.#isOnly = isOnly;
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    super.getIdentities((error, keys) => {
      if (error !== undefined && error !== null) {
        done(error);
        return;
      }
      const all = (keys ?? []) as ParsedKey[];
      const isWanted = (key: ParsedKey): boolean =>
        this.#wanted.some((wanted) => wanted.equals(key.getPublicSSH()));
      const others = this.#isOnly ? [] : all.filter((key) => !isWanted(key));
      done(undefined, [...all.filter(isWanted), ...others]);
    });
  }
}

/** A way to sign in, or what is wrong with a key file, in words. */
function fromFile(file: string, username: string): { method?: AnyAuthMethod; note: string } {
  const key = readKey(file);
  if (key instanceof Error) {
    const isLocked = /passphrase|encrypted/i.test(key.message);
    return { note: `${file} (${isLocked ? "locked by a passphrase: add it to the agent" : "not readable"})` };
  }
  if (!key.isPrivateKey()) return { note: `${file} (a public key: its private key must be in the agent)` };
  return { method: { type: "publickey", username, key }, note: file };
}

/** What one tries to sign in with, in this order: the settings' key, agent, key files, password; the same in words. */
export function waysToSignIn(
  host: SshHost,
  password: string | undefined,
): { methods: AnyAuthMethod[]; notes: string[] } {
  const { user: username, ownKey, keyFiles, agent, identitiesOnly } = host;
  const methods: AnyAuthMethod[] = [];
  const notes: string[] = [];
  const add = (file: string): void => {
    const { method, note } = fromFile(file, username);
    if (method !== undefined) methods.push(method);
    notes.push(note);
  };
  if (ownKey !== undefined) add(ownKey);
  if (agent !== undefined && existsSync(agent)) {
    const files = ownKey === undefined ? keyFiles : [ownKey];
    const wanted = files.flatMap((file) => publicHalf(file) ?? []);
    methods.push({ type: "agent", username, agent: new OrderedAgent(agent, wanted, identitiesOnly) });
    notes.push(identitiesOnly ? "the SSH agent (only these keys: IdentitiesOnly)" : "the SSH agent");
  }
  for (const file of keyFiles) add(file);
  for (const file of host.certificateFiles) notes.push(`${file} (prox cannot use certificates)`);
  if (password !== undefined) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(() => password));
      },
    });
    notes.push("the password from the environment");
  }
  return { methods, notes };
}
