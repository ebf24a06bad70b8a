import { describe, expect, test } from "vitest";

import { isMatchList, OKSII_READER } from "../../../src/parsers/foreign/oksii.ts";
import { JsonItems } from "../../../src/parsers/foreign/json-items.ts";
import type { ForeignRound } from "../../../src/parsers/foreign/foreign-round.ts";
import {
  combatOf,
  countEvents,
  cuts,
  readForeign,
  sample,
  samplesOf,
  type Read,
  type Values,
} from "../../support/foreign-files.ts";

const A = "A".repeat(32);
const B = "B".repeat(32);
const NAME = "stats-1-2026-11-22-151944-supply-round-1.json";

const readJson = (value: unknown, name = NAME): Promise<Read> =>
  readForeign(OKSII_READER, { bytes: Buffer.from(JSON.stringify(value, null, 1)), name });

async function readOne(value: unknown, name = NAME): Promise<ForeignRound> {
  const { fault, rounds } = await readJson(value, name);
  const [round] = rounds;
  if (round === undefined || rounds.length > 1) throw new Error(fault?.message ?? `${rounds.length} rounds`);
  return round;
}

const INFO = {
  mapname: "supply",
  round: 1,
  timelimit: "10:00",
  stats_version: "2.6.0",
  round_start_unix: 1795360722,
};
const PLAYERS = { [A]: { name: "Anna", team: "1" }, [B]: { name: "Bert", team: "2" } };
const spawns = [
  { label: "spawn", leveltime: 1004, player: A, team: 1, class: "medic" },
  { label: "spawn", leveltime: 1004, player: B, team: 2, class: "covertops" },
];

/** The rows that events give, after two players have spawned. */
async function rowsOf(...events: readonly object[]): Promise<Values[]> {
  const gamelog = [{ label: "round_start", leveltime: 1000 }, ...spawns, ...events];
  const rows = combatOf(await readOne({ round_info: INFO, player_stats: PLAYERS, gamelog }));
  return rows.slice(4);
}

/** What another reader finds in a payload: numbers of events that become rows. */
function count(payload: {
  readonly gamelog?: readonly Readonly<Record<string, unknown>>[];
  readonly round_info: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | undefined>>;
}): Record<string, number> {
  const { gamelog = [], round_info: info } = payload;
  const end = gamelog.findIndex(({ label }) => label === "round_end");
  const events = gamelog.slice(0, end < 0 ? undefined : end);
  const hasVictim = ({ victim, target }: Readonly<Record<string, unknown>>): boolean =>
    typeof victim === "string" || (typeof target === "string" && target !== "WORLD");
  const of = (...labels: readonly string[]): number =>
    events.filter(({ label }) => labels.includes(String(label))).length;
  const counts = {
    fire: of("weapon_fire"),
    hit: events.filter((event) => event["label"] === "damage" && hasVictim(event)).length,
    kill: of("kill", "teamkill", "suicide"),
    pause: of("pause"),
    resume: of("unpause"),
    revive: of("revive"),
    spawn: of("spawn"),
  };
  counts.hit += (info["damageStats"] ?? []).filter(hasVictim).length;
  counts.kill += (info["obituaries"] ?? []).length;
  return Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0));
}

const LARGE_BYTES = 100_000;
const payloads = samplesOf("oksii").filter(({ name }) => /^[12]\./.test(name));
const matches = samplesOf("oksii").filter(({ name }) => name.startsWith("match-"));

describe("samples", () => {
  test.each(payloads.map((file) => [file.name, file] as const))(
    "%s as another reader counts it",
    async (_, file) => {
      const { fault, rounds } = await readForeign(OKSII_READER, file);
      expect(fault).toBeUndefined();
      const payload = JSON.parse(file.bytes.toString("latin1")) as Parameters<typeof count>[0] & {
        readonly player_stats: Readonly<Record<string, { readonly weaponStats: readonly string[] }>>;
        readonly round_info: Readonly<Record<string, unknown>>;
      };
      const [round] = rounds;
      if (round === undefined) throw new Error("no round");
      const { join, ...events } = countEvents(combatOf(round));
      expect(events).toEqual(count(payload));
      expect(join ?? 0).toBe(events["spawn"] === undefined ? 0 : round.players.length);
      expect(round.map).toBe(payload.round_info["mapname"]);
      expect(round.players.map(({ guid }) => guid)).toEqual(
        expect.arrayContaining(Object.keys(payload.player_stats)),
      );
      for (const { player, totals } of round.totals ?? []) {
        const stats = payload.player_stats[player.guid]?.weaponStats.map(Number) ?? [];
        expect(totals.damage_given).toBe(stats.at(-10));
        expect(totals.team_gibs).toBe(stats.at(-3));
      }
      // A backslash in a name spoils the statistics of its player.
      const spoilt = file.name.includes("separators") ? 1 : 0;
      expect(round.totals).toHaveLength(Object.keys(payload.player_stats).length - spoilt);
    },
  );

  test.each(matches.map((file) => [file.name, file] as const))(
    "%s: each round, with all players",
    async (_, file) => {
      const { fault, rounds } = await readForeign(OKSII_READER, file);
      expect(fault).toBeUndefined();
      const { match } = JSON.parse(file.bytes.toString("utf8")) as {
        readonly match: {
          readonly rounds: readonly {
            readonly round_filename: string;
            readonly round_data: {
              readonly round_info: { readonly mapname: string; readonly round: number };
              readonly player_stats: Readonly<Record<string, unknown>>;
            };
          }[];
        };
      };
      expect(
        rounds.map(({ end, map, players, round, totals }) => [
          map,
          round,
          players.length,
          totals?.length,
          end?.endedAt,
        ]),
      ).toEqual(
        match.rounds.map(({ round_data: data, round_filename: name }) => {
          const players = Object.keys(data.player_stats).length;
          const unix = Number(/(\d{10})\.json$/.exec(name)?.[1]);
          return [
            data.round_info.mapname,
            data.round_info.round,
            players,
            players,
            new Date(unix * 1000).toISOString(),
          ];
        }),
      );
      expect(rounds.flatMap((round) => combatOf(round))).toEqual([]);
      expect(new Set(rounds.map(({ contentSha256 }) => contentSha256)).size).toBe(rounds.length);
    },
  );

  // Cut at 200 places; of a large file the end is asked for at each of them in one reading, as each reading takes long.
  const all = [...payloads, ...matches];
  test.each(all.filter(({ bytes }) => bytes.length < LARGE_BYTES).map((file) => [file.name, file] as const))(
    "%s cut anywhere is refused",
    async (_, file) => {
      const whole = (await readForeign(OKSII_READER, file)).rounds.map(({ contentSha256 }) => contentSha256);
      for (const cut of cuts(file)) {
        // The white space after the last brace is nothing.
        if (cut.bytes.toString("latin1").trim() === file.bytes.toString("latin1").trim()) continue;
        const { fault, rounds } = await readForeign(OKSII_READER, cut, 65_536);
        expect(fault?.message).toMatch(/^the JSON was cut: it ends after byte \d+$/);
        expect(rounds.map(({ contentSha256 }) => contentSha256)).toEqual(whole.slice(0, rounds.length));
      }
    },
    60_000,
  );

  test.each(all.filter(({ bytes }) => bytes.length >= LARGE_BYTES).map((file) => [file.name, file] as const))(
    "%s cut anywhere is refused, whatever was read of it",
    (_, { bytes }) => {
      const items = new JsonItems(["$.gamelog.*"]);
      for (let place = 0; place < 200; place++) {
        const [start, end] = [place, place + 1].map((at) => Math.floor((bytes.length * at) / 201));
        for (const { line } of items.push(bytes.subarray(start, end))) expect(line).toBeGreaterThan(0);
        expect(() => {
          items.end();
        }).toThrow(`the JSON was cut: it ends after byte ${end}`);
      }
    },
  );

  test("a payload that holds no time is refused without the name that the recorder gave it", async () => {
    const { bytes } = sample("oksii/round-57131-1.json.gz");
    expect((await readForeign(OKSII_READER, { bytes, name: "round.json" })).fault?.message).toContain(
      "give it back the name",
    );
    const name = "57131_server_adlernest_round_1_1733341710.json";
    expect((await readForeign(OKSII_READER, { bytes, name })).rounds).toHaveLength(1);
  });

  test("what is no round is refused by name or place", async () => {
    const list = sample("oksii/groups.json.gz");
    const head = list.bytes.toString("latin1", 0, 4096);
    expect(isMatchList(head)).toBe(true);
    expect(OKSII_READER.recognises(head)).toBe(false);
    const cut = await readForeign(OKSII_READER, sample("oksii/broken/round-cut.json.gz"));
    expect(cut).toMatchObject({ rounds: [], fault: { code: "E_FOREIGN_FILE", line: 1 } });
  });
});

test("files are recognised by their first key", () => {
  for (const { bytes } of [...payloads, ...matches]) {
    const head = bytes.toString("latin1", 0, 4096);
    expect(OKSII_READER.recognises(head)).toBe(true);
    expect(isMatchList(head)).toBe(false);
  }
  expect(OKSII_READER.recognises('{"gamelog":[{"label"')).toBe(true);
  expect(OKSII_READER.recognises('{"player_stats":[]')).toBe(true);
  expect(OKSII_READER.recognises('\xef\xbb\xbf {\n"round_info" : {')).toBe(true);
  for (const other of [
    '{"metadata":{"name":"x"}}',
    '{"match":{"date":1}}',
    '{"match":"x"}',
    '{"name":"x"}',
    "[]",
    "{}",
  ])
    expect(OKSII_READER.recognises(other)).toBe(false);
});

test("the keys of a payload may come in any order", async () => {
  const gamelog = [
    { label: "round_start", leveltime: 1000 },
    ...spawns,
    { label: "round_end", leveltime: 9000 },
  ];
  const one = await readOne({ round_info: INFO, player_stats: PLAYERS, gamelog });
  const other = await readOne({
    gamelog,
    player_stats: { [B]: PLAYERS[B], [A]: PLAYERS[A] },
    round_info: INFO,
  });
  expect(other.contentSha256).toBe(one.contentSha256);
  expect(combatOf(other)).toEqual(combatOf(one));
  expect(other.end).toMatchObject({
    endMs: 8000,
    endReason: "finished",
    endedAt: "2026-11-22T15:18:50.000Z",
  });
  expect(other).toMatchObject({
    startedAt: "2026-11-22T15:18:42.000Z",
    isStartExact: true,
    timeLimitMs: 600_000,
  });
});

describe("a round is finished where its end is in the payload, and else was cut", () => {
  test.each(payloads.filter(({ name }) => name.startsWith("2.")).map((file) => [file.name, file] as const))(
    "%s cut at 20 events",
    async (_, { bytes, name }) => {
      const payload = JSON.parse(bytes.toString("latin1")) as {
        readonly gamelog: readonly { readonly label: string }[];
      };
      const read = async (length: number): Promise<ForeignRound | undefined> => {
        const cut = JSON.stringify({ ...payload, gamelog: payload.gamelog.slice(0, length) });
        return (await readForeign(OKSII_READER, { bytes: Buffer.from(cut, "latin1"), name }, 65_536))
          .rounds[0];
      };
      const end = payload.gamelog.findIndex(({ label }) => label === "round_end");
      expect((await read(end + 1))?.end).toMatchObject({ endReason: "finished" });
      const lengths = Array.from({ length: 20 }, (__, place) => 1 + Math.floor((place * (end - 1)) / 19));
      for (const length of lengths) expect((await read(length))?.end).toBeUndefined();
    },
    60_000,
  );

  test.each([
    [{ round_start: 1000, round_end: 9000 }, "finished", false],
    [{ round_start: 1000 }, undefined, false],
    [{}, "finished", true],
  ])("version 1 with %j", async (times, reason, isUnmarked) => {
    const info = { mapname: "supply", round: 1, obituaries: [], ...times };
    const { end, notes } = await readOne({ round_info: info, player_stats: PLAYERS });
    expect(end?.endReason).toBe(reason);
    expect(notes.includes("end_not_marked")).toBe(isUnmarked);
  });

  test("one that was made over from version 1 has it in either", async () => {
    const gamelog = [{ label: "round_start", leveltime: 1000 }, ...spawns];
    const read = async (info: object) =>
      (await readOne({ round_info: { ...INFO, stats_version: "1.2.4", ...info }, gamelog })).end?.endReason;
    expect(await read({})).toBeUndefined();
    expect(await read({ round_end: 9000 })).toBe("finished");
  });
});

test("a round of a match is the same as its payload, also as text", async () => {
  const payload = {
    round_info: INFO,
    player_stats: PLAYERS,
    gamelog: [{ label: "round_start", leveltime: 1 }, ...spawns],
  };
  const rounds = [{ round_data: payload }, { round_data: JSON.stringify(payload) }];
  const own = await readOne(payload);
  const found = (await readJson({ match: { match_id: 1, rounds } })).rounds;
  expect(found.map(({ contentSha256 }) => contentSha256)).toEqual([own.contentSha256, own.contentSha256]);
  expect(found.map((round) => combatOf(round))).toEqual([combatOf(own), combatOf(own)]);
});

test("a kill", async () => {
  const rows = await rowsOf({
    label: "kill",
    leveltime: 3000,
    killer: A,
    victim: B,
    weapon: 8,
    killer_health: 52,
    killer_class: "medic",
    victim_class: "covertops",
    killer_pos: "0 0 24",
    victim_pos: "30 -40 24",
    axis_alive: 1,
    allies_alive: 0,
    killer_reinf: 3.9,
    victim_reinf: 12.35,
  });
  expect(rows).toEqual([
    {
      time_ms: 2000,
      event: "kill",
      attacker_slot: 0,
      target_slot: 1,
      relation: "enemy",
      means_of_death: 8,
      attacker_x: 0,
      attacker_y: 0,
      attacker_z: 24,
      target_x: 30,
      target_y: -40,
      target_z: 24,
      distance_units: 50,
      attacker_health: 52,
      attacker_class: 1,
      target_class: 4,
      target_life: 1,
      axis_alive: 1,
      allies_alive: 0,
      target_next_wave_ms: 12_350,
    },
  ]);
});

test.each([
  ["teamkill", { killer: A, victim: A.replace("A", "C"), weapon: 8 }, 0, "team"],
  ["suicide", { player: B, weapon: 33 }, 1, "self"],
  ["suicide", { player: B, weapon: 32 }, null, "world"],
  ["kill", { victim: B, weapon: 35 }, null, "world"],
])("%s of %j", async (label, fields, attacker, relation) => {
  const third = { label: "spawn", leveltime: 1010, player: A.replace("A", "C"), team: 1, class: "soldier" };
  const rows = await rowsOf(third, { label, leveltime: 2000, ...fields });
  expect(rows.at(-1)).toMatchObject({ event: "kill", attacker_slot: attacker, relation });
});

test.each([
  [
    { damage: 18, victim_health: 100 },
    { damage_effective: 18, target_is_wounded: 0, target_health: 100 },
  ],
  [
    { damage: 140, victim_health: 100 },
    { damage_effective: 100, target_is_wounded: 0 },
  ],
  [
    { damage: 18, victim_health: -12 },
    { damage_effective: 0, target_is_wounded: 1 },
  ],
  [{ damage: 18 }, { damage_effective: null, target_is_wounded: null, target_health: null }],
  [{ hit_region: "HR_HEAD" }, { hit_region: "head" }],
  [{ hit_region: "HR_LEGS" }, { hit_region: "legs" }],
  [{ hit_region: "HR_NONE" }, { hit_region: null }],
  [{ killer: B }, { relation: "self" }],
  [
    { killer: undefined, hit_region: "HR_BODY" },
    { relation: "world", attacker_slot: null, hit_region: null },
  ],
])("a hit with %j", async (fields, values) => {
  const [row] = await rowsOf({
    label: "damage",
    leveltime: 2000,
    killer: A,
    victim: B,
    weapon: 8,
    damage: 1,
    ...fields,
  });
  expect(row).toMatchObject({ event: "hit", means_of_death: 8, relation: "enemy", ...values });
});

test("damage to objects is left out, and counted", async () => {
  const gamelog = [
    { label: "round_start", leveltime: 1000 },
    ...spawns,
    { label: "damage", leveltime: 2000, killer: A, damage: 5 },
    { label: "round_end", leveltime: 3000 },
    { label: "spawn", leveltime: 3100, player: A, team: 1, class: "medic" },
  ];
  const { configuration } = await readOne({ round_info: INFO, player_stats: PLAYERS, gamelog });
  expect(Object.fromEntries(configuration)).toEqual({ events_without_victim: "1", events_after_end: "1" });
});

test("a pause stops the clock", async () => {
  const fire = (leveltime: number): object => ({
    label: "weapon_fire",
    leveltime,
    player: A,
    weapon: 8,
    pos: "1 2 3",
  });
  const rows = await rowsOf(
    fire(2000),
    { label: "pause", leveltime: 3000 },
    fire(3500),
    { label: "unpause", leveltime: 9000 },
    fire(9500),
  );
  expect(rows.map(({ event, time_ms: time }) => [event, time])).toEqual([
    ["fire", 1000],
    ["pause", 2000],
    ["fire", 2000],
    ["resume", 2000],
    ["fire", 2500],
  ]);
  const versions = ["2.5.9", "2.6.0", "2.10.0", "3.0.0"].map(async (version) => {
    const gamelog = [{ label: "round_start", leveltime: 1 }, ...spawns];
    return (await readOne({ round_info: { ...INFO, stats_version: version }, gamelog })).notes;
  });
  const notes = await Promise.all(versions);
  expect(notes.map((of) => of.includes("pauses_counted"))).toEqual([true, false, false, false]);
});

test("spawns count lives, and move players between teams", async () => {
  const gamelog = [
    { label: "round_start", leveltime: 1000 },
    spawns[0],
    { label: "spawn", leveltime: 2000, player: A, team: 1, class: "soldier" },
    { label: "spawn", leveltime: 3000, player: A, team: 2, class: "soldier" },
    { label: "revive", leveltime: 4000, player: B, victim: A },
  ];
  const round = await readOne({ round_info: INFO, player_stats: PLAYERS, gamelog });
  expect(combatOf(round).map(({ event, target_life: life }) => [event, life])).toEqual([
    ["join", undefined],
    ["spawn", 1],
    ["spawn", 2],
    ["leave", undefined],
    ["join", undefined],
    ["spawn", 3],
    ["revive", 3],
  ]);
  expect(
    round.players.map(({ class: of, guid, team, timeMs }) => [guid === A ? "A" : "B", timeMs, team, of]),
  ).toEqual([
    ["A", 4, 1, 1],
    ["A", 1000, 1, 0],
    ["A", 2000, 2, 0],
    ["B", 3000, 2, null],
  ]);
});

test("version 1 swaps the times of the waves, in whatever it wrote", async () => {
  const kill = {
    timestamp: 2000,
    attacker: A,
    target: B,
    meansOfDeath: 8,
    attackerRespawnTime: 1.5,
    victimRespawnTime: 9,
  };
  const info = {
    mapname: "supply",
    round: 1,
    round_start: 1000,
    round_start_unix: 1795360722,
    obituaries: [kill],
  };
  const old = await readOne({ round_info: info, player_stats: PLAYERS });
  expect(combatOf(old)).toMatchObject([
    { event: "kill", time_ms: 1000, relation: "enemy", target_next_wave_ms: 1500 },
  ]);
  const migrated = [
    { label: "round_start", leveltime: 1000 },
    ...spawns,
    { label: "kill", leveltime: 2000, killer: A, victim: B, killer_reinf: 1.5, victim_reinf: 9 },
  ];
  const made = await readOne({
    round_info: { ...INFO, stats_version: "1.2.4" },
    player_stats: PLAYERS,
    gamelog: migrated,
  });
  expect(combatOf(made).at(-1)).toMatchObject({ target_next_wave_ms: 1500 });
});

test("version 1 names the world, and begins with what it names first where no start is told", async () => {
  const hit = {
    timestamp: 5000,
    attacker: "WORLD",
    target: B,
    meansOfDeath: 32,
    damage: 5,
    hitRegion: "HR_NONE",
  };
  const classes = {
    [B]: { name: "B", team: "2", class_switches: [{ timestamp: 1500, toClass: "engineer" }] },
  };
  const round = await readOne({
    round_info: { mapname: "supply", round: 2, damageStats: [hit] },
    player_stats: classes,
  });
  expect(combatOf(round)).toMatchObject([
    { event: "hit", time_ms: 3500, relation: "world", attacker_slot: null, damage: 5 },
  ]);
  expect(round.players).toMatchObject([{ class: 2, team: 2 }]);
  expect(round.notes).toEqual([
    "clock_uncertain",
    "slots_made_up",
    "start_local",
    "pauses_counted",
    "end_not_marked",
    "round_number_late",
  ]);
});

test.each([
  ["tab\\u{e4}", "tabä"],
  ['say \\"hi\\"', 'say "hi"'],
  ["\\u{c3}\\u{a4}", "ä"],
])("a name %j is %j", async (name, shown) => {
  const round = await readOne({ round_info: INFO, player_stats: { [A]: { name, team: "1" } } });
  expect(round.players).toMatchObject([{ name: shown, guid: A }]);
});

test.each([
  [{ player_stats: {} }, "`round_info`"],
  [{ round_info: [] }, "must be an object"],
  [{ round_info: { ...INFO, mapname: "" } }, "names no map"],
  [{ round_info: INFO, gamelog: [1] }, "must be an object"],
  [{ round_info: INFO, player_stats: { [A]: 1 } }, "must be an object"],
  [{ match: { match_id: 1 } }, "without rounds"],
  [{ match: { rounds: [{ round_data: {} }] } }, "`round_info`"],
])("%j is refused", async (value, message) => {
  const { fault, rounds } = await readJson(value);
  expect(rounds).toEqual([]);
  expect(fault?.message).toContain(message);
});

test("what stands twice is refused", async () => {
  const text = `{"round_info":${JSON.stringify(INFO)},"gamelog":[{}],\n"gamelog":[{}]}`;
  const { fault } = await readForeign(OKSII_READER, { bytes: Buffer.from(text), name: NAME });
  expect(fault).toMatchObject({ line: 2, message: "it has `gamelog` twice" });
});
