/**
 * Edits of the server's cfg files that put the tracker into the lists that the engine will read, or take it out.
 * Each edit is made where the assignment stands that wins, and is tried out on the whole chain of files before it counts.
 */
import { type Assignment, type CfgFile, type Evaluation, evaluateCfgs, winnerOf } from "./cfg-evaluation.ts";
import { EditRefusal, type ListEnd, addItem, removeItem } from "./list-edits.ts";
import { MAXIMUM_VALUE_LENGTH, endsInSeparator, isSameModule, listItems } from "../server/module-list.ts";
import { insertLine, lineStart, removeLine, sourceLine } from "./text-lines.ts";

/** The file into which the engine itself writes what was set with `seta`; never edited, as it is overwritten. */
const ARCHIVE_CFG = "etconfig_server.cfg";

/** A line that prox added: `set NAME "…" // prox deploy DATE`. */
const OWN_LINE = /^set (\w+) "([^"]*)" \/\/ prox deploy \d{4}-\d\d-\d\d$/;

/** The cfg files that the engine executes at start, with edits over what lies on the server. */
export class CfgWorkspace {
  readonly #find: (name: string) => Promise<CfgFile | undefined>;
  readonly #names: readonly string[];
  readonly #main: CfgFile;
  readonly #today: string;
  readonly #edits = new Map<string, string>();

  /**
   * `main` is the file that the server is started with, `mainName` its name; `find` gives a file by the game's name
   * for it; `today` is the date that stands behind a line that is added, as 2026-01-31.
   */
  constructor(options: {
    main: CfgFile;
    mainName: string;
    find: (name: string) => Promise<CfgFile | undefined>;
    today: string;
  }) {
    this.#main = options.main;
    this.#names = [ARCHIVE_CFG, "autoexec.cfg", options.mainName];
    this.#find = options.find;
    this.#today = options.today;
  }

  /** The edited files by path: their new text. */
  get edits(): ReadonlyMap<string, string> {
    return this.#edits;
  }

  /** Executes all files as they would be with the edits. */
  evaluate(): Promise<Evaluation> {
    return this.#evaluateWith(this.#edits);
  }

  #evaluateWith(edits: ReadonlyMap<string, string>): Promise<Evaluation> {
    return evaluateCfgs(this.#names, async (name) => {
      const file = await this.#find(name);
      const text = file === undefined ? undefined : edits.get(file.path);
      return file === undefined || text === undefined ? file : { path: file.path, text };
    });
  }

  /** The value that a variable will have, empty where nothing sets it. */
  async valueOf(name: string): Promise<string> {
    return winnerOf(await this.evaluate(), name)?.value ?? "";
  }

  /** Puts a module into `lua_modules`; where it stands already, nothing changes. Throws {@link EditRefusal}. */
  async list(module: string, listEnd: ListEnd): Promise<void> {
    const winner = winnerOf(await this.evaluate(), "lua_modules");
    refuseTrailingSeparator(winner);
    const items = listItems(winner?.value ?? "");
    if (items.some((item) => isSameModule(item, module))) return;
    const wanted = listEnd === "first" ? [module, ...items] : [...items, module];
    await this.#assign("lua_modules", winner, wanted, (text, { command, verb }) =>
      command === undefined ? undefined : addItem(text, command, verb === "", module, listEnd),
    );
  }

  /** Takes a module out of `lua_modules`. Throws {@link EditRefusal}. */
  async unlist(module: string): Promise<void> {
    const matches = (item: string): boolean => isSameModule(item, module);
    await this.#removeItems("lua_modules", matches);
  }

  /**
   * Puts a SHA-1 into `lua_allowedModules` and takes out others, unless nothing is restricted there.
   * Throws {@link EditRefusal}.
   */
  async allow(sha1: string, outdated: readonly string[]): Promise<void> {
    const current = await this.valueOf("lua_allowedModules");
    if (current === "") return;
    const isOutdated = (item: string): boolean =>
      item.toLowerCase() !== sha1 && outdated.includes(item.toLowerCase());
    await this.#removeItems("lua_allowedModules", isOutdated);
    const winner = winnerOf(await this.evaluate(), "lua_allowedModules");
    // The engine only looks whether the digits stand somewhere in the value.
    if (winner?.value.toLowerCase().includes(sha1) === true) return;
    const wanted = [sha1.toUpperCase(), ...listItems(winner?.value ?? "")];
    await this.#assign("lua_allowedModules", winner, wanted, (text, { command, verb }) =>
      command === undefined ? undefined : addItem(text, command, verb === "", sha1.toUpperCase(), "first"),
    );
  }

  /** Takes SHA-1s out of `lua_allowedModules`, unless that would leave it empty, which allows everything. */
  async disallow(sha1s: readonly string[]): Promise<void> {
    const isGone = (item: string): boolean => sha1s.includes(item.toLowerCase());
    const items = listItems(await this.valueOf("lua_allowedModules"));
    if (items.every(isGone)) return;
    await this.#removeItems("lua_allowedModules", isGone);
  }

  async #removeItems(name: string, matches: (item: string) => boolean): Promise<void> {
    for (;;) {
      const winner = winnerOf(await this.evaluate(), name);
      const items = listItems(winner?.value ?? "");
      const gone = items.find(matches);
      if (winner === undefined || gone === undefined) return;
      const wanted = items.filter((item) => item !== gone);
      if (winner.command !== undefined && (await this.#removeOwnLine(winner, wanted))) continue;
      await this.#assign(name, winner, wanted, (text, { command, verb }) =>
        command === undefined ? undefined : removeItem(text, command, verb === "", (item) => item === gone),
      );
    }
  }

  /** Removes a line that prox added, where what remains is the value that is wanted. */
  async #removeOwnLine(winner: Assignment, wanted: readonly string[]): Promise<boolean> {
    const { text, path } = winner.file;
    const start = lineStart(text, winner.command?.start ?? 0);
    if (!OWN_LINE.test(sourceLine(text, start))) return false;
    return this.#tryEdit(path, removeLine(text, start), winner.name, wanted);
  }

  /**
   * Makes a variable's list what is wanted: by editing the winning assignment, or, where none can be edited because
   * there is none or the engine keeps it, by a line of its own in the main file.
   */
  async #assign(
    name: string,
    winner: Assignment | undefined,
    wanted: readonly string[],
    edit: (text: string, winner: Assignment) => string | undefined,
  ): Promise<void> {
    if (winner !== undefined && !winner.file.path.endsWith(`/${ARCHIVE_CFG}`)) {
      const place = `${winner.file.path}:${winner.line}`;
      const edited = explainedAt(place, () => edit(winner.file.text, winner));
      if (edited === undefined) {
        throw new EditRefusal(`${place} sets ${name} from another variable, where prox cannot edit it`);
      }
      if (await this.#tryEdit(winner.file.path, edited, name, wanted)) return;
      throw new EditRefusal(`${place} sets ${name}, but an edit there would not have the wanted effect`);
    }
    const value = wanted.join(" ");
    if (value.length > MAXIMUM_VALUE_LENGTH) {
      throw new EditRefusal(
        `${name} would hold ${value.length} characters, and the engine stops at more than ${MAXIMUM_VALUE_LENGTH}`,
      );
    }
    const { path } = this.#main;
    const text = this.#edits.get(path) ?? this.#main.text;
    const { mapLoads } = await this.evaluate();
    const mapLoad = mapLoads.find(({ root }) => root.path === path);
    const added = insertLine(
      text,
      `set ${name} "${value}" // prox deploy ${this.#today}`,
      mapLoad?.root.start,
    );
    if (await this.#tryEdit(path, added, name, wanted)) return;
    throw new EditRefusal(
      `cannot add a line to ${path}: it holds a zero byte, or a comment or command that does not end`,
    );
  }

  /** Keeps an edit where it has the effect that is wanted. */
  async #tryEdit(path: string, text: string, name: string, wanted: readonly string[]): Promise<boolean> {
    const edits = new Map(this.#edits).set(path, text);
    const value = winnerOf(await this.#evaluateWith(edits), name)?.value ?? "";
    if (listItems(value).join(" ") !== wanted.join(" ")) return false;
    this.#edits.set(path, text);
    return true;
  }
}

/** Runs an edit; its refusal gets the place in front. */
function explainedAt<T>(place: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (error instanceof EditRefusal) throw new EditRefusal(`${place} ${error.message}`);
    throw error;
  }
}

function refuseTrailingSeparator(winner: Assignment | undefined): void {
  if (winner === undefined || !endsInSeparator(winner.value)) return;
  throw new EditRefusal(
    `${winner.file.path}:${winner.line} ends lua_modules in a separator (${JSON.stringify(winner.value)}), ` +
      "which stops the engine when a map starts: remove it first",
  );
}
