/**
 * Reads OpenSSH's client configuration as ssh itself does: the first value wins, blocks of `Host` and `Match`, included
 * files. Held against `ssh -G` by a test. Runs no command: what only a command could tell is refused.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";

import { ProxError } from "../errors.ts";

/** What the configuration says about a host, tokens and `~` not expanded yet; undefined where it says nothing. */
export interface SshOptions {
  /** `HostName`, with `%h` replaced, or the name that was asked for. */
  hostname: string;
  user?: string;
  port?: number;
  hostKeyAlias?: string;
  identityAgent?: string;
  identitiesOnly?: boolean;
  proxyJump?: string;
  proxyCommand?: string;
  identityFiles: string[];
  certificateFiles: string[];
  userKnownHostsFiles?: string[];
  globalKnownHostsFiles?: string[];
}

/** Which files to read, and where relative ones and `~` start. */
export interface SshConfigPlaces {
  readonly home: string;
  /** The user's file, then the system's. */
  readonly files: readonly { readonly file: string; readonly isUsers: boolean }[];
}

/** How deep `Include` may nest, as in OpenSSH. */
const MAXIMUM_DEPTH = 16;

/** The words of a line: in quotes or not, `\` before a quote or itself; a word that starts with `#` ends it. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    if (text.charAt(at) === "#") break;
    let word = "";
    let quote = "";
    for (; at < text.length; at += 1) {
      const character = text.charAt(at);
      const next = text.charAt(at + 1);
      if (character === "\\" && (/["'\\]/.test(next) || (quote === "" && next === " "))) {
        word += next;
        at += 1;
      } else if (quote === "" && /\s/.test(character)) break;
      else if (quote === "" && /["']/.test(character)) quote = character;
      else if (character === quote) quote = "";
      else word += character;
    }
    words.push(word);
  }
  return words;
}

/** Whether `*` and `?` of a pattern fit a text. */
function fits(text: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

/** Whether one of the patterns fits and none that starts with `!` does. */
function fitsList(text: string, patterns: readonly string[]): boolean {
  let isFitting = false;
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) {
      if (fits(text, pattern.slice(1))) return false;
    } else if (fits(text, pattern)) isFitting = true;
  }
  return isFitting;
}

/** The files that a path with wildcards names, in the order of their names. */
function globFiles(pattern: string): string[] {
  const [first = "", ...parts] = pattern.split("/");
  let found = [first === "" ? "/" : first];
  for (const part of parts) {
    if (part === "") continue;
    found = found.flatMap((folder) => {
      if (!/[*?[]/.test(part)) return existsSync(path.join(folder, part)) ? [path.join(folder, part)] : [];
      try {
        return readdirSync(folder)
          .filter((name) => (!name.startsWith(".") || part.startsWith(".")) && fits(name, part))
          .sort()
          .map((name) => path.join(folder, name));
      } catch {
        return [];
      }
    });
  }
  return found;
}

/** Reads the configuration for one host. */
class Evaluation {
  readonly options: SshOptions;
  readonly #name: string;
  readonly #places: SshConfigPlaces;
  #hostName: string | undefined;
  #isFinal = false;
  #wantsFinal = false;

  constructor(name: string, given: { user?: string; port?: number }, places: SshConfigPlaces) {
    this.#name = name;
    this.#places = places;
    this.options = { hostname: name, identityFiles: [], certificateFiles: [], ...given };
  }

  run(): SshOptions {
    this.#readAll();
    this.options.hostname = this.#expandedHost().toLowerCase();
    if (this.#wantsFinal) {
      this.#hostName = this.options.hostname;
      this.#isFinal = true;
      this.#readAll();
    }
    return this.options;
  }

  #readAll(): void {
    for (const { file, isUsers } of this.#places.files) this.#read(file, isUsers, true, false, 0);
  }

  #expandedHost(): string {
    const { options } = this;
    return (this.#hostName ?? options.hostname).replaceAll(/%([h%])/g, (_all, token: string) =>
      token === "h" ? this.#name : "%",
    );
  }

  /** `isNever`: the file is included where nothing applies. */
  #read(file: string, isUsers: boolean, isActive: boolean, isNever: boolean, depth: number): void {
    if (depth > MAXIMUM_DEPTH || !existsSync(file)) return;
    let applies = isActive;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const match = /^\s*([^\s=#"]+)\s*=?\s*(.*?)\s*$/.exec(line);
      if (match === null) continue;
      const keyword = (match[1] ?? "").toLowerCase();
      const words = splitWords(match[2] ?? "");
      if (keyword === "host") applies = !isNever && this.#matchesHost(words);
      else if (keyword === "match") applies = !isNever && this.#matchesAll(words);
      else if (keyword === "include") {
        for (const pattern of words) {
          for (const each of globFiles(this.#includePath(pattern, isUsers)))
            this.#read(each, isUsers, applies, isNever || !applies, depth + 1);
        }
      } else if (applies) this.#set(keyword, words);
    }
  }

  #includePath(pattern: string, isUsers: boolean): string {
    const { home } = this.#places;
    if (pattern.startsWith("~/")) return path.join(home, pattern.slice(2));
    return path.resolve(isUsers ? path.join(home, ".ssh") : "/etc/ssh", pattern);
  }

  #matchesHost(patterns: readonly string[]): boolean {
    return fitsList(this.#name, patterns);
  }

  #matchesAll(words: readonly string[]): boolean {
    let isMatching = true;
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] ?? "";
      const isNegated = word.startsWith("!");
      // `host=name` is one word.
      const [rawName = "", joined] = word.slice(isNegated ? 1 : 0).split(/=(.*)/s);
      const name = rawName.toLowerCase();
      if (name === "all") continue;
      if (name === "canonical" || name === "final") {
        if (name === "final") this.#wantsFinal = true;
        if (this.#isFinal === isNegated) isMatching = false;
        continue;
      }
      const value = joined ?? words[(at += 1)] ?? "";
      if (isMatching && this.#criterion(name, value) === isNegated) isMatching = false;
    }
    return isMatching;
  }

  #criterion(name: string, value: string): boolean {
    const patterns = value.split(",");
    const lower = patterns.map((pattern) => pattern.toLowerCase());
    switch (name) {
      case "host":
        return fitsList(this.#expandedHost().toLowerCase(), lower);
      case "originalhost":
        return fitsList(this.#name.toLowerCase(), lower);
      case "user":
        return fitsList(this.options.user ?? userInfo().username, patterns);
      case "localuser":
        return fitsList(userInfo().username, patterns);
      default:
        throw new ProxError(
          "E_SSH_CONFIG",
          `cannot read ~/.ssh/config for ${this.#name}: it asks for "Match ${name}", and prox runs no commands`,
          { suggestions: ["write the host's settings in a Host block before it"] },
        );
    }
  }

  #set(keyword: string, words: readonly string[]): void {
    const { options } = this;
    const [value] = words;
    if (value === undefined) return;
    switch (keyword) {
      case "hostname":
        this.#hostName ??= value;
        break;
      case "user":
        options.user ??= value;
        break;
      case "port":
        options.port ??= Number(value);
        break;
      case "hostkeyalias":
        options.hostKeyAlias ??= value;
        break;
      case "identityagent":
        options.identityAgent ??= value;
        break;
      case "identitiesonly":
        options.identitiesOnly ??= /^(?:yes|true)$/i.test(value);
        break;
      case "identityfile":
        if (!options.identityFiles.includes(value)) options.identityFiles.push(value);
        break;
      case "certificatefile":
        options.certificateFiles.push(value);
        break;
      case "userknownhostsfile":
        options.userKnownHostsFiles ??= [...words];
        break;
      case "globalknownhostsfile":
        options.globalKnownHostsFiles ??= [...words];
        break;
      // Whichever of these two comes first makes the other void; `ProxyJump none` does not.
      case "proxyjump":
        if (options.proxyCommand === undefined) options.proxyJump ??= value;
        break;
      case "proxycommand":
        if ((options.proxyJump ?? "none") === "none") options.proxyCommand ??= words.join(" ");
    }
  }
}

/**
 * What the configuration says of a host by the name that was asked for; `given` stands over it, as ssh's own flags do.
 * Throws E_SSH_CONFIG for a block that only a command could decide.
 */
export function readSshOptions(
  name: string,
  given: { user?: string; port?: number },
  places: SshConfigPlaces,
): SshOptions {
  return new Evaluation(name, given, places).run();
}
