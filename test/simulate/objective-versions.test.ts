/**
 * What older engines and other modules take away: the signals of a recorded match with objectives are removed one by one, and
 * the tracker tells what is left, and declares what it cannot tell.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { beforeAll, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { createMemoryServer } from "../lua/memory-server.ts";
import { expectHarmless, roundsOf, type Text } from "../lua/played.ts";
import { trackerModule } from "../support/simulations.ts";

type Row = Readonly<Record<string, string>>;

interface Told {
  readonly rows: readonly Row[];
  readonly announcements: number;
  readonly capture: (name: string) => string | undefined;
}

let recording: string;
let whole: Told;
beforeAll(async () => {
  recording = gunzipSync(readFileSync(packagePath("test/fixtures/recordings/objectives-12.tsv.gz"))).toString(
    "latin1",
  );
  whole = await tell(recording);
}, 300_000);

function read(file: Text): Told {
  const names = file.value("columns")?.split("\t") ?? [];
  return {
    rows: file.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""]))),
    announcements: file.lines.filter((line) => line.startsWith("#announce\t")).length,
    capture: (name) => file.value(`capture\t${name}`),
  };
}

/** Plays the recording without the lines of which `isGone` says so. */
async function tell(text: string, isGone: (line: string) => boolean = () => false): Promise<Told> {
  const server = await createMemoryServer([await trackerModule()], { prox_announce: "1" });
  const lines = text.split("\n").filter((line) => line.startsWith("S\t") || !isGone(line));
  server.play(Buffer.from(lines.join("\n"), "latin1"));
  server.finish();
  expectHarmless(server);
  const file = roundsOf(server)[0]?.objectives;
  server.close();
  if (file === undefined) throw new Error("there is no objectives file");
  return read(file);
}

const isPack = ({ event }: Row): boolean => event === "pack_health" || event === "pack_ammo";
/** Fields of a row but for those. */
const without = (row: Row, ...fields: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !fields.includes(name)));
/** The rows that are not the same, by their events. */
function changed(before: readonly Row[], after: readonly Row[], ...fields: readonly string[]): string[] {
  expect(after.map(({ event }) => event)).toEqual(before.map(({ event }) => event));
  const isOther = (row: Row, index: number): boolean =>
    JSON.stringify(without(row, ...fields)) !== JSON.stringify(without(after[index] ?? {}, ...fields));
  return [...new Set(before.filter(isOther).map(({ event = "" }) => event))].sort();
}
const print = (pattern: string): RegExp => new RegExp(`^C\tet_Print\t\\d+\t(?:${pattern})`);

test(
  "an engine of 2.81 gives no experience for documents and poles, and logs no packs",
  { timeout: 300_000 },
  async () => {
    const gone = print("Objective_Destroyed|Health_Pack|Ammo_Pack|Dynamite_Diffuse: \\d+ the Main Gate");
    const old = recording
      .replaceAll(/^(C\tet_Print\t\d+\tDynamite_(?:Plant|Diffuse): \d+) .*?(\\n)$/gm, "$1$2")
      .replaceAll(/^V\tmod_version\t.*$/gm, "V\tmod_version\tv2.81.1");
    expect(old).not.toBe(recording);
    const { announcements, capture, rows } = await tell(
      old,
      (line) => gone.test(line) || /^C\tet_SetPlayerSkill\t\d+\t\d+\t0\b/.test(line),
    );
    expect(whole.rows.filter(isPack).length).toBeGreaterThan(2);
    expect(rows.filter(isPack)).toEqual([]);
    expect(announcements).toBe(whole.announcements);
    expect([capture("objectives"), capture("announce")]).toEqual(["on", "on"]);
    // Who it was is the same by the nearest player; how it is known is not.
    const before = whole.rows.filter((row) => !isPack(row));
    expect(changed(before, rows)).toEqual(["spawn_capture"]);
    expect(changed(before, rows, "source")).toEqual([]);
    expect(
      new Set(rows.filter(({ event }) => event === "spawn_capture").map(({ source }) => source)),
    ).toEqual(new Set(["near"]));
  },
);

test("an engine that gives its log to no module says nothing of the log", { timeout: 300_000 }, async () => {
  const { announcements, capture, rows } = await tell(recording, (line) => print("").test(line));
  expect(announcements).toBe(0);
  expect([capture("objectives"), capture("announce")]).toEqual(["on", "unavailable"]);
  const before = whole.rows.filter((row) => !isPack(row));
  expect(changed(before, rows)).toEqual(["carry_return"]);
  expect(changed(before, rows, "source")).toEqual([]);
});

test(
  "without et_Damage the engine's note of the enemy says who, and nothing by what",
  { timeout: 300_000 },
  async () => {
    const { rows } = await tell(recording, (line) => line.startsWith("C\tet_Damage\t"));
    const destroyed = ["construct_damage", "construct_destroy", "objective_destroy", "vehicle_disable"];
    expect(changed(whole.rows, rows)).toEqual(destroyed);
    expect(changed(whole.rows, rows, "means_of_death")).toEqual([]);
  },
);

test(
  "without et_WeaponFire charges are found within two seconds, and engineers are the nearest",
  { timeout: 300_000 },
  async () => {
    const { rows } = await tell(recording, (line) => line.startsWith("C\tet_WeaponFire\t"));
    const count = (list: readonly Row[], event: string): number =>
      list.filter((row) => row["event"] === event).length;
    for (const event of [
      "dynamite_throw",
      "dynamite_arm",
      "dynamite_defuse",
      "construct_finish",
      "mine_place",
      "satchel_place",
    ])
      expect([event, count(rows, event)]).toEqual([event, count(whole.rows, event)]);
    const thrown = (list: readonly Row[]): Row[] => list.filter(({ event }) => event === "dynamite_throw");
    for (const [index, row] of thrown(rows).entries()) {
      const late = Number(row["time_ms"]) - Number(thrown(whole.rows)[index]?.["time_ms"]);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(2050);
      expect(row["slot"]).toBe(thrown(whole.rows)[index]?.["slot"]);
    }
    const sources = rows.filter(({ event }) => event === "dynamite_arm").map(({ source }) => source);
    expect(new Set(sources)).toEqual(new Set(["near"]));
  },
);

test.each(["s.angles2", "enemy", "takedamage", "r.absmin", "s.density"])(
  "without the field %s there is no objectives file but an empty one, and the capture says so",
  { timeout: 300_000 },
  async (field) => {
    const missing = recording.replaceAll(
      /^(# et-recording 1\t.*)$/gm,
      `$1\n!\t${field}\tnil\ttried to get invalid gentity field "${field}"`,
    );
    // Half a round is enough: what cannot be recorded is not there from the beginning.
    const cut = missing.slice(0, missing.indexOf("\nC\tet_RunFrame\t", Math.floor(missing.length * 0.3)) + 1);
    const { capture, rows } = await tell(cut);
    expect(capture("objectives")).toBe("unavailable");
    expect(rows).toEqual([]);
  },
);
