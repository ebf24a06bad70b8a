/** Everything that is wrong in the configuration: in each file by itself, and in what they say together. */
import { readFile } from "node:fs/promises";

import { messageOf, ProxError } from "../errors.ts";
import { nearestName } from "../nearest-name.ts";
import { type ConfigProblem, problemAt, problemsOf } from "./config-file.ts";
import {
  type Settings,
  type SettingsSources,
  configFiles,
  loadSettings,
  requireBasepath,
  requireFtpUser,
} from "./settings.ts";

/** What a check of the configuration found. */
export interface ConfigCheck {
  readonly files: readonly string[];
  readonly problems: readonly ConfigProblem[];
  /** The settings in force; undefined where a file is wrong. */
  readonly settings: Settings | undefined;
}

interface TextOfFile {
  readonly file: string;
  readonly text: string;
}

/** The first file that has a server or group, with the keys that lead to it; else the first one. */
function placeIn(
  texts: readonly TextOfFile[],
  keys: readonly string[],
  what: { message: string; advice: string },
) {
  const [key = "", name = ""] = keys;
  const owner = texts.find(({ text }) => {
    const { [key]: found } = JSON.parse(text) as Record<string, Record<string, unknown> | string | undefined>;
    return typeof found === "object" ? Object.hasOwn(found, name) : found !== undefined;
  });
  const { file, text } = owner ?? texts[0] ?? { file: "", text: "" };
  return problemAt(text, file, keys, what);
}

/** What is wrong in what the files and the environment say together. */
function problemsTogether(settings: Settings, texts: readonly TextOfFile[]): ConfigProblem[] {
  const { defaultServer, groups, serverNames } = settings;
  const problems: ConfigProblem[] = [];
  const unknown = (name: string, keys: readonly string[], subject: string): void => {
    if (serverNames.includes(name)) return;
    const nearest = nearestName(name, serverNames);
    const advice =
      nearest === undefined ? `the servers are ${serverNames.join(", ")}` : `did you mean "${nearest}"?`;
    problems.push(
      placeIn(texts, keys, { message: `${subject} names "${name}", which is no server`, advice }),
    );
  };
  for (const [group, members] of groups) {
    for (const member of members) unknown(member, ["groups", group], `group "${group}"`);
  }
  if (defaultServer !== undefined) unknown(defaultServer, ["defaultServer"], "defaultServer");
  for (const name of serverNames) {
    try {
      const server = settings.server(name);
      requireBasepath(server);
      requireFtpUser(server);
    } catch (error) {
      if (!(error instanceof ProxError)) throw error;
      const advice = error.suggestions[0] ?? "";
      problems.push(placeIn(texts, ["servers", name], { message: error.message, advice }));
    }
  }
  return problems;
}

/** Checks all files of the configuration and what they say together. */
export async function checkConfig(sources: SettingsSources = {}): Promise<ConfigCheck> {
  const { all: files } = configFiles(sources);
  const problems: ConfigProblem[] = [];
  const texts: TextOfFile[] = [];
  for (const file of files) {
    try {
      const text = await readFile(file, "utf8");
      texts.push({ file, text });
      problems.push(...problemsOf(text, file));
    } catch (error) {
      const advice = "name an existing file with --config, or write one with `prox init`";
      problems.push({ file, line: 1, column: 1, message: `cannot be read: ${messageOf(error)}`, advice });
    }
  }
  if (problems.length > 0) return { files, problems, settings: undefined };
  try {
    const settings = await loadSettings(sources);
    return { files, problems: problemsTogether(settings, texts), settings };
  } catch (error) {
    // A variable or flag has a wrong value.
    if (!(error instanceof ProxError)) throw error;
    const advice = error.suggestions[0] ?? "";
    return {
      files,
      problems: [{ file: files[0] ?? "", line: 1, column: 1, message: error.message, advice }],
      settings: undefined,
    };
  }
}
