/** The reader of the proximity tracker's files, held against counts of the files and against our own tracker in the same match. */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { beforeAll, describe, expect, test } from "vitest";

import { SLOTS } from "../../src/format/column.ts";
import { NUMBER_SETTINGS } from "../../src/lua/settings.ts";
import { CELL_UNITS, PROXIMITY_READER } from "../../src/parsers/foreign/proximity/reader.ts";
import type { ForeignLine, ForeignRound } from "../../src/parsers/foreign/foreign-round.ts";
import { fileFaultOf } from "../../src/import/file-fault.ts";
import { countProximity, sectionRows } from "../support/count-proximity.ts";
import { samplesOf, type Sample } from "../support/foreign-files.ts";
import { setUpImports } from "../support/import.ts";
import { playRecording, type PlayedRecording } from "../support/simulations.ts";

const SAMPLES = samplesOf("proximity", /^v[456]/);
/** A sample by version and the beginning of its name. */
const named = (wanted: string): Sample => {
  const [version, start = ""] = wanted.split("/");
  const found = SAMPLES.find(
    ({ name, path: inside }) => inside.split("/")[1] === version && name.startsWith(start),
  );
  if (found === undefined) throw new Error(`no sample ${wanted}`);
  return found;
};

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function read(
  bytes: Buffer,
  name = "2026-11-22-151941-arena1-round-1_engagements.txt",
): Promise<ForeignRound> {
  for await (const round of PROXIMITY_READER.readRounds(oneChunk(bytes), { name })) return round;
  throw new Error("no round");
}

const valuesOf = (lines: Iterable<ForeignLine> | undefined) =>
  [...(lines ?? [])].map((line) => {
    if ("fault" in line) throw new Error(line.fault.message);
    return line.values;
  });

const imports = setUpImports();
const { run } = imports;
const clear = () =>
  imports.sql`truncate rounds, players, import_files, known_paths, player_positions, combat_events cascade`;

describe("each sample", () => {
  test.each(SAMPLES.map((sample) => [sample.path, sample] as const))(
    "%s has the rows that a count of the file gives",
    async (_path, { bytes, name }) => {
      const counts = countProximity(bytes.toString("latin1"));
      // Samples of several versions are the same round: each gets a start of its own.
      await clear();
      const file = path.join(imports.folder, name);
      await writeFile(file, bytes);
      const report = await run([file]);
      expect(report.files.filter(({ error }) => error !== null)).toEqual([]);
      expect(report.totals.rounds.imported).toBe(1);
      const events = await imports.sql`select event, count(*)::int as rows from combat_events group by event`;
      expect(Object.fromEntries(events.map(({ event, rows }) => [event, rows]))).toEqual(counts.events);
      const [found] = await imports.sql`
        select (select count(*)::int from player_positions) as positions, (select count(*)::int from players) as players`;
      expect(found).toEqual({ positions: counts.positions, players: counts.players });
      // Positions lie at moments of each player's own: each counts once in its second.
      // Citus joins no distributed table with one that is not.
      const [seen] = await imports.sql`
        select count(distinct (time_ms / 1000, slot))::int as players from player_positions where team in (1, 2)`;
      const [shape] = await imports.sql`
        select coalesce(sum(players), 0)::int as players from team_shapes join rounds using (round_id)`;
      expect(shape?.["players"]).toBe(seen?.["players"]);
      if (counts.positions > 0) expect(shape?.["players"]).toBeGreaterThan(0);
    },
  );

  test.each(SAMPLES.map((sample) => [sample.path, sample] as const))(
    "%s, cut anywhere, is refused or incomplete",
    async (_path, { bytes }) => {
      const text = bytes.toString("latin1");
      // Behind the last section that rows are taken from, nothing that prox takes is missing.
      const ends = [
        "COMBAT_POSITIONS",
        "SHOT_FIRED",
        "KILL_OUTCOME",
        "REACTION_METRICS",
        "MOVEMENT_HEATMAP",
      ].map((section) => {
        const from = text.indexOf(`\n# ${section}\n`);
        const next = from < 0 ? -1 : text.slice(from + 2).search(/\n\n# [A-Z_]+\n/);
        return from < 0 ? 0 : next < 0 ? text.length : from + 3 + next;
      });
      const last = Math.max(...ends);
      let state = 12345;
      const random = (): number => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
      let whole = 0;
      for (let cut = 0; cut < 200; cut++) {
        const at = 1 + Math.floor(random() * (last - 2));
        try {
          const { captures, end } = await read(bytes.subarray(0, at));
          if (end !== undefined) whole++;
          else
            expect([...captures.values()].some((word) => ["failed", "unavailable"].includes(word))).toBe(
              true,
            );
        } catch (error) {
          if (fileFaultOf(error) === undefined) throw error;
        }
      }
      expect(whole).toBe(0);
    },
  );
});

describe("the same match in our own format", () => {
  let played: PlayedRecording;
  beforeAll(async () => {
    played = await playRecording("stopwatch-12", { prox_sample_ms: "50" });
    return () => {
      played.dispose();
    };
  }, 120_000);

  test("has the same kills, shots, players and places as 6.11", async () => {
    const folder = path.join(imports.folder, "theirs");
    await mkdir(folder);
    for (const sample of ["v6.11/2026-11-22-151941", "v6.11/2026-11-22-152147"]) {
      const { bytes, name } = named(sample);
      await writeFile(path.join(folder, name), bytes);
    }
    await clear();
    await run([folder, played.folder]);
    const { sql } = imports;
    // Both rounds are linked to ours, which count.
    const linked = await sql`
      select r.round, o.source from rounds r join rounds o on o.round_id = r.same_as_round_id where r.source = 'proximity' order by 1`;
    expect(linked).toEqual([
      { round: 1, source: "prox" },
      { round: 2, source: "prox" },
    ]);
    const kinds = async (event: string, more = sql``) => {
      const rows = await sql<{ source: string; row: unknown }[]>`
        select r.source, jsonb_build_array(r.round, e.time_ms, a.guid, t.guid, e.weapon ${more}) as row
        from combat_events e join rounds r using (round_id)
        left join players a on a.player_id = e.attacker_player_id left join players t on t.player_id = e.target_player_id
        where e.event = ${event} and (e.event <> 'kill' or e.relation = 'enemy')
        order by 1, 2`;
      return [rows.filter((row) => row.source === "prox"), rows.filter((row) => row.source !== "prox")].map(
        (some) => some.map(({ row }) => JSON.stringify(row)).sort(),
      ) as [string[], string[]];
    };
    const [ourKills, theirKills] = await kinds("kill", sql`, e.means_of_death, e.axis_alive, e.allies_alive`);
    expect(theirKills).toHaveLength(22 + 24);
    expect(theirKills).toEqual(ourKills);
    const [ourShots, theirShots] = await kinds("fire");
    expect(theirShots).toHaveLength(905 + 1024);
    expect(theirShots.filter((shot) => !ourShots.includes(shot))).toEqual([]);

    // Our rules were applied to their kills: what needs whole hits was left out.
    const found = await sql<{ source: string; rows: unknown[] }[]>`
      select r.source, (
        select jsonb_agg(jsonb_build_array(one.round, v.time_ms, p.guid, o.guid, e.guid) order by one.round, v.time_ms, p.guid)
        from proximity_events v join rounds one using (round_id) join players p using (player_id)
        join players o on o.player_id = v.partner_player_id join players e on e.player_id = v.enemy_player_id
        where one.source = r.source and v.record = 'trade') as rows
      from rounds r group by r.source order by r.source`;
    expect(found[0]?.rows.length).toBeGreaterThan(2);
    expect(found[1]?.rows).toEqual(found[0]?.rows);
    const rules = await sql`
      select distinct rule::text, derived_by::text from round_rules join rounds using (round_id)
      where source = 'proximity' order by 1`;
    expect(rules).toEqual([
      { rule: "heatmap", derived_by: "prox" },
      { rule: "trade", derived_by: "prox" },
    ]);

    // Once, and for themselves: samples of two rounds may lie on two servers.
    const places = await sql<{ matched: number; worst: number; all: number }[]>`
      with samples as materialized (select round_id, player_id, time_ms, x, y, z from player_positions)
      select count(o.x)::int as matched, count(*)::int as all,
        max(greatest(abs(o.x - t.x), abs(o.y - t.y), abs(o.z - t.z)))::float8 as worst
      from samples t join rounds r on r.round_id = t.round_id and r.source = 'proximity'
      left join samples o on o.round_id = r.same_as_round_id and o.time_ms = t.time_ms and o.player_id = t.player_id`;
    const [{ all, matched, worst } = { all: 0, matched: 0, worst: 0 }] = places;
    expect(all).toBeGreaterThan(5000);
    expect(matched / all).toBeGreaterThan(0.97);
    expect(worst).toBeLessThanOrEqual(0.11);
  }, 120_000);

  test("has the same kills as every earlier version, by who killed whom", async () => {
    const { sql } = imports;
    const ours = await sql<{ guids: string }[]>`
      select a.guid || ' ' || t.guid as guids from combat_events e join rounds r using (round_id)
      join players a on a.player_id = e.attacker_player_id join players t on t.player_id = e.target_player_id
      where r.source = 'prox' and r.round = 1 and e.event = 'kill' and e.relation = 'enemy' order by 1`;
    expect(ours).toHaveLength(22);
    for (const version of ["v4.1/", "v4.2b/", "v5hdr4.2/", "v5.0b/"]) {
      const round = await read(named(`${version}2026-11-22-151941`).bytes);
      const guid = new Map(round.players.map((player) => [player.slot, player.guid]));
      const kills = valuesOf(round.rows.combat?.())
        .filter(({ event, relation }) => event === "kill" && relation === "enemy")
        .map((kill) => `${guid.get(Number(kill["attacker_slot"]))} ${guid.get(Number(kill["target_slot"]))}`);
      expect([version, kills.sort()]).toEqual([version, ours.map(({ guids }) => guids)]);
    }
  });
});

describe("clocks", () => {
  const sample = (): string => named("v6.11/2026-11-22-151941").bytes.toString("latin1");
  const firstKill = (round: ForeignRound): number =>
    Number(valuesOf(round.rows.combat?.()).find(({ event }) => event === "kill")?.["time_ms"]);

  test("that are right stay, and are not flagged", async () => {
    const round = await read(named("v6.11/2026-11-22-151941").bytes);
    expect(round.notes).toEqual(["slots_made_up", "revived_not_sampled"]);
    expect(round.startedAt).toBe("2026-11-22T15:18:42.000Z");
    expect(firstKill(round)).toBe(9100);
  });

  test("that hold the warm-up are put right by start and end", async () => {
    const late = sample().replace("# round_start_unix=1795360722", "# round_start_unix=1795360712");
    const round = await read(Buffer.from(late, "latin1"));
    expect(round.notes).toContain("clock_shifted");
    expect(Math.abs(firstKill(round) - 19_100)).toBeLessThan(1500);
    // One second is within what seconds can say.
    const same = await read(Buffer.from(sample().replace("=1795360722", "=1795360721"), "latin1"));
    expect(firstKill(same)).toBe(9100);
  });

  test("of a file without start begin with the first spawn, and its name says when it was", async () => {
    const { bytes } = named("v4.1/2026-11-22-151941");
    const round = await read(bytes);
    expect(round.notes).toEqual(expect.arrayContaining(["start_local", "clock_uncertain"]));
    expect(valuesOf(round.rows.combat?.())[0]).toMatchObject({ event: "join", time_ms: 0 });
    expect(round.round).toBe(1);
    expect(Date.parse(round.startedAt) + (round.end?.endMs ?? 0)).toBe(Date.parse("2026-11-22T15:19:41Z"));
    await expect(read(bytes, "renamed.txt")).rejects.toThrow(/must begin with that/);
  });

  test("that ran on in a pause are flagged", async () => {
    expect((await read(named("v6.11/2026-11-22-153213").bytes)).notes).toContain("pauses_counted");
  });
});

describe("samples that are no places", () => {
  test("are left out: the camera at the end, bodies, lying, and moments told twice", async () => {
    const round = await read(named("v6.11/2026-11-22-151941").bytes);
    const positions = valuesOf(round.rows.positions?.());
    expect(positions.filter(({ stance }) => stance !== null && stance !== 1)).toEqual([]);
    expect(positions.filter(({ stance }) => stance === 1).length).toBe(215);
    expect(positions.filter(({ health }) => Number(health) <= 0)).toEqual([]);
    const moments = positions.map(({ slot, time_ms: time }) => Number(time) * SLOTS + Number(slot));
    expect(new Set(moments).size).toBe(moments.length);
    expect(positions.map(({ time_ms: time }) => Number(time))).toEqual(
      positions.map(({ time_ms: time }) => Number(time)).toSorted((one, other) => one - other),
    );
  });
});

describe("files", () => {
  test("twice, renamed and packed are one round", async () => {
    await clear();
    const { bytes } = named("v6.11/2026-01-10-200015");
    const file = path.join(imports.folder, "one.txt");
    await writeFile(file, bytes);
    await run([file]);
    await copyFile(file, path.join(imports.folder, "two"));
    await writeFile(path.join(imports.folder, "three.gz"), gzipSync(bytes));
    await writeFile(
      path.join(imports.folder, "crlf.txt"),
      bytes.toString("latin1").replaceAll("\n", "\r\n"),
      "latin1",
    );
    execFileSync("tar", ["cf", "four.tar", "one.txt"], { cwd: imports.folder });
    const report = await run([imports.folder]);
    expect(report.totals).toMatchObject({
      rounds: { imported: 0, skipped: 1 },
      files: { rejected: 0, skipped: 10 },
    });
  });

  test("that the tracker wrote twice when it failed are one round, marked incomplete", async () => {
    await clear();
    const [broken] = samplesOf("proximity", /^broken.*152147/);
    const text = (broken?.bytes ?? Buffer.alloc(0)).toString("latin1");
    const again = text.replace(
      /# round_end_unix=(\d+)/,
      (_, end: string) => `# round_end_unix=${Number(end) + 48}`,
    );
    expect(again).not.toBe(text);
    await writeFile(path.join(imports.folder, "2026-11-22-152147-arena1.txt"), text, "latin1");
    await writeFile(path.join(imports.folder, "2026-11-22-152235-arena1.txt"), again, "latin1");
    const report = await run([imports.folder]);
    expect(report.totals).toMatchObject({
      rounds: { imported: 1 },
      files: { imported: 2, skipped: 2, rejected: 0 },
    });
    expect(report.rounds).toMatchObject([{ complete: false, endReason: "cut" }]);
    const [round] = await imports.sql`select captures, source_notes from rounds`;
    expect(round?.["captures"]).toMatchObject({
      positions: "partly",
      hit: "partly",
      kill: "failed",
      fire: "failed",
    });
  });

  test("with names that hold anything come through as they are", async () => {
    await clear();
    const name = "^1\u001b[31m<b>\u202e\\N\t";
    const text = named("v6.11/2026-01-10-200017").bytes.toString("latin1");
    const [guid = "", old = ""] = sectionRows(text, "PLAYER_TRACKS")[0] ?? [];
    const raw = Buffer.from(name.replace("\t", ""), "utf8").toString("latin1") + "\u00e4";
    const hostile = text.replaceAll(`${guid};${old};`, `${guid};${raw};`);
    const file = path.join(imports.folder, "hostile.txt");
    await writeFile(file, hostile, "latin1");
    await run([file]);
    const names =
      await imports.sql`select distinct round_players.name from round_players join players using (player_id) where guid = ${guid}`;
    // UTF-8 where it is valid; the last byte by itself is none, so it is a character of Latin-1.
    expect(names).toEqual([{ name: `${name.replace("\t", "")}\u00e4` }]);
    expect(await readFile(file, "latin1")).toBe(hostile);
  });

  test("with a line that is wrong are refused with it, kind by kind", async () => {
    await clear();
    const text = named("v6.11/2026-01-10-200017").bytes.toString("latin1");
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith("# SHOT_FIRED")) + 3;
    lines[at] = (lines[at] ?? "").replace(/^\d+/, "soon");
    const file = path.join(imports.folder, "wrong.txt");
    await writeFile(file, lines.join("\n"), "latin1");
    const report = await run([file]);
    expect(report.files).toMatchObject([
      { kind: "positions", error: null },
      { kind: "combat", error: { code: "E_SYNTAX", line: at + 1, field: "time_ms" } },
    ]);
    expect(report.rounds).toMatchObject([{ complete: false, rows: { combat: null } }]);
  });
});

test("the cells that our rules count in are the tracker's own", () => {
  expect(NUMBER_SETTINGS.find(({ key }) => key === "heatmapCellUnits")?.default).toBe(CELL_UNITS);
});
