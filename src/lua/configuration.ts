/** The effective settings: cvars where they are set, values compiled in by `prox build` or defaults elsewhere. */
import { isWeapon } from "../engine/weapons.ts";
import { FIRE_SETTING, NUMBER_SETTINGS } from "./settings.ts";
import type { NumberSetting } from "./settings.ts";

/** What `prox build` puts before the bundle; absent when the compiler's output is run as it is. */
declare const PROX_BUILD:
  { readonly version: string; readonly settings?: Readonly<Record<string, string | undefined>> } | undefined;

/** Version of the tracker, for the files' header. */
export const TRACKER_VERSION: string = PROX_BUILD?.version ?? "unbuilt";

/** The numbers in effect, by the key of their setting; filled by {@link readConfiguration}. */
export const config = {} as Record<(typeof NUMBER_SETTINGS)[number]["key"], number>;

/** The text of `prox_fire` in effect, and what it means. */
export interface FireFilter {
  text: string;
  /** Whether shots are recorded unless `exceptions` says otherwise. */
  recordsAll: boolean;
  /** Weapons, by number, that differ from that. */
  exceptions: (boolean | undefined)[];
  recordsItems: boolean;
}

/** The filter in effect: that of the default until {@link readConfiguration} reads the setting. */
export const fireFilter: FireFilter = {
  text: FIRE_SETTING.default,
  recordsAll: true,
  exceptions: [],
  recordsItems: true,
};

/** Whether a use of this weapon becomes a `fire` row. */
export function recordsFire(weapon: number): boolean {
  if (fireFilter.exceptions[weapon] === true) return true;
  return fireFilter.recordsAll && (fireFilter.recordsItems || isWeapon(weapon));
}

/** The text of a setting: the cvar's, or what was compiled in; empty when neither is there. */
function settingText(name: string): string {
  const text = et.trap_Cvar_Get(name);
  return text === "" ? (PROX_BUILD?.settings?.[name] ?? "") : text;
}

function readNumber(setting: NumberSetting): number {
  const value = tonumber(settingText(setting.name));
  // The comparison with itself is false for NaN alone.
  if (value === undefined || value !== value) return setting.default;
  if (value < setting.minimum) return setting.minimum;
  if (value > setting.maximum) return setting.maximum;
  return value;
}

function readFireFilter(): void {
  const text = string.lower(settingText(FIRE_SETTING.name));
  fireFilter.exceptions = [];
  let listed = 0;
  for (const [number] of string.gmatch(text, "%d+")) {
    fireFilter.exceptions[tonumber(number) ?? 0] = true;
    listed += 1;
  }
  const isKnown = text === "all" || text === "weapons" || text === "none" || listed > 0;
  fireFilter.text = isKnown ? text : FIRE_SETTING.default;
  fireFilter.recordsAll = fireFilter.text === "all" || fireFilter.text === "weapons";
  fireFilter.recordsItems = fireFilter.text === "all";
}

/** Reads all settings; to be called when a round begins. */
export function readConfiguration(): void {
  for (const setting of NUMBER_SETTINGS) config[setting.key] = readNumber(setting);
  readFireFilter();
}

/** Calls `tell` with each setting in effect, in a fixed order. */
export function forEachSetting(tell: (name: string, value: string) => void): void {
  for (const setting of NUMBER_SETTINGS) tell(setting.name, string.format("%.14g", config[setting.key]));
  tell(FIRE_SETTING.name, fireFilter.text);
}

/** Prints a line to the server's console. */
export function print(text: string): void {
  et.G_Print(`prox: ${text}\n`);
}

/** Prints a line to the server's console when `prox_debug` is 1. */
export function debug(text: string): void {
  if (config.debug === 1) print(text);
}
