/** One number, one definition: views, samples and reports say the same of every player of every recording. */
import { readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { packagePath } from "../../src/package-root.ts";
import { reportEngagements } from "../../src/reports/engagements.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { reportTeamPlay } from "../../src/reports/team-play.ts";
import { useRecordedRounds } from "../support/recorded-rounds.ts";
import { sum, timeTogether, pairName } from "./figures.ts";

const recorded = useRecordedRounds();
const { rounds } = recorded;

/** Numbers of `player_profiles` that the reports have too. */
interface Profile {
  playerId: number;
  name: string;
  [number: string]: unknown;
}

const readProfiles = (): Promise<Profile[]> =>
  recorded.sql<Profile[]>`
    select player_id as "playerId", player_profiles.*, revived, bullets_fired, bullet_hits, head_hits, located_hits
    from player_profiles join (
      select player_id, sum(revived)::int as revived, sum(bullets_fired)::int as bullets_fired,
        sum(bullet_hits)::int as bullet_hits, sum(head_hits)::int as head_hits, sum(located_hits)::int as located_hits
      from player_engagement_stats group by 1) s using (player_id)`;

/** As a sum, which PostgreSQL gives as text, or as the nearest real. */
const close = (value: unknown): unknown =>
  value === null ? null : expect.closeTo(Number(value), Math.abs(Number(value)) > 1000 ? 0 : 3);

describe("everybody's numbers", () => {
  test("the view and the profile agree", async () => {
    const profiles = await readProfiles();
    expect(profiles.length).toBeGreaterThan(10);
    let undone = 0;
    for (const profile of profiles) {
      const name = plainName(profile.name);
      const { combat, metrics, movement, shapes } = await reportPlayer(recorded.sql, name, { bots: true });
      const metric = (key: string): number | null =>
        metrics.find((one) => one.key === key)?.player.value ?? null;
      const own = combat.player;
      undone += own.killsUndone;
      expect(
        {
          kills: own.kills,
          killsUndone: own.killsUndone,
          deaths: own.deaths,
          deathsUndone: own.deathsUndone,
          revived: own.deathsUndone,
          ratio: metric("kills_per_death"),
          killsPerMinute: metric("kills_per_minute"),
          damagePerMinute: metric("damage_given_per_minute"),
          shots: own.shots,
          hits: own.hits,
          head: own.head,
          located: own.head + own.arms + own.body + own.legs,
          accuracy: metric("accuracy"),
          headShare: metric("head_share"),
          aliveMs: movement.player.aliveS * 1000,
          damageGiven: own.damageGiven,
          damageReceived: own.damageReceived,
          fights: sum(shapes, ({ fights }) => fights),
          opened: sum(shapes, ({ opened }) => opened),
          duels: sum(
            shapes.filter((row) => row.own === 1 && row.enemies === 1),
            ({ fights }) => fights,
          ),
          outnumbered: sum(
            shapes.filter((row) => row.own < row.enemies),
            ({ fights }) => fights,
          ),
        },
        name,
      ).toEqual({
        kills: Number(profile["kills"]),
        killsUndone: Number(profile["kills_undone"]),
        deaths: Number(profile["deaths"]),
        deathsUndone: Number(profile["deaths_undone"]),
        revived: Number(profile["revived"]),
        ratio: close(profile["kill_death_ratio"]),
        killsPerMinute: close(profile["kills_per_minute"]),
        damagePerMinute: close(profile["damage_per_minute"]),
        shots: profile["bullets_fired"],
        hits: profile["bullet_hits"],
        head: profile["head_hits"],
        located: profile["located_hits"],
        accuracy: close(profile["accuracy"]),
        headShare: close(profile["head_hit_share"]),
        aliveMs: close(profile["alive_ms"]),
        damageGiven: Number(profile["damage_given"]),
        damageReceived: Number(profile["damage_received"]),
        fights: Number(profile["engagements"]),
        opened: Number(profile["engagements_opened"]),
        duels: Number(profile["duels"]),
        outnumbered: Number(profile["outnumbered"]),
      });
    }
    expect(undone).toBeGreaterThan(5);
  });

  test("the scoreboard and the derived table agree", async () => {
    for (const { key } of rounds) {
      const { scores } = await reportRound(recorded.sql, key, { bots: true });
      const stats = await recorded.sql`
        select player_id, sum(kills)::int as kills, sum(deaths)::int as deaths, sum(kills_undone)::int as kills_undone,
          sum(deaths_undone)::int as deaths_undone, sum(damage_given)::int as damage_given,
          sum(damage_received)::int as damage_received, sum(bullets_fired)::int as shots, sum(bullet_hits)::int as hits,
          sum(head_hits)::int as head_hits, sum(revives)::int as revives, sum(team_kills)::int as team_kills
        from player_engagement_stats join rounds using (round_id) where round_key = ${key} group by 1 order by 1`;
      expect(
        scores
          .map((row) => ({
            player_id: row.playerId,
            kills: row.kills,
            deaths: row.deaths,
            kills_undone: row.killsUndone,
            deaths_undone: row.deathsUndone,
            damage_given: row.damageGiven,
            damage_received: row.damageReceived,
            shots: row.shots,
            hits: row.hits,
            head_hits: row.headHits,
            revives: row.revives,
            team_kills: row.teamKills,
          }))
          .sort((a, b) => a.player_id - b.player_id),
        key,
      ).toEqual([...stats]);
    }
  });

  test("the samples agree with the view", async () => {
    const sample = async (file: string): Promise<Record<string, unknown>[]> =>
      recorded.sql.unsafe(
        (await readFile(packagePath(`sql/samples/${file}.sql`), "utf8"))
          .replace("rounds >= 3 and not is_bot", "true")
          .replace(/limit 20/, ""),
      );
    const profiles = await readProfiles();
    const best = await sample("best_players");
    const moves = await sample("movement");
    expect(best).toHaveLength(profiles.length);
    for (const profile of profiles) {
      const row = best.find(({ name }) => name === profile.name);
      expect(row, profile.name).toMatchObject({ kills: profile["kills"], deaths: profile["deaths"] });
      const percent = profile["accuracy"] === null ? null : Number(profile["accuracy"]) * 100;
      expect(row?.["accuracy_percent"] === null ? null : Number(row?.["accuracy_percent"])).toEqual(
        percent === null ? null : expect.closeTo(percent, 0),
      );
      const metres = Number(profile["distance_units"]) / 39.4 / (Number(profile["alive_ms"]) / 60_000);
      const move = moves.find(({ player }) => player === profile.name);
      expect(Number(move?.["metres_per_minute"]), profile.name).toBeCloseTo(metres, 0);
    }
    for (const file of ["kill_heatmap", "presence_heatmap"])
      expect((await sample(file)).length).toBeGreaterThan(5);
    const weapons = await sample("weapons");
    expect(sum(weapons, ({ kills }) => kills)).toBe(
      (await recorded.sql`select sum(kills)::int as kills from player_engagement_stats`)[0]?.["kills"],
    );
  });

  test("a player opened the fights whose first hit was theirs", async () => {
    const openers = await recorded.sql<{ name: string; fights: number }[]>`
      select p.name, count(*)::int as fights from engagement_analysis join players p using (player_id) group by 1`;
    for (const { fights, name } of openers) {
      const { shapes } = await reportPlayer(recorded.sql, plainName(name), { bots: true });
      expect(
        sum(shapes, ({ opened }) => opened),
        name,
      ).toBe(fights);
    }
  });
});

describe("time", () => {
  test("alive is as long as the frames say: to one frame for each time that someone went down or came back", async () => {
    const shown = await recorded.sql<{ key: string; slot: number; aliveMs: number; lives: number }[]>`
      select round_key as key, slot, sum(alive_ms)::int as "aliveMs", count(distinct life)::int as lives
      from player_lives join rounds using (round_id) group by 1, 2`;
    expect(shown.length).toBeGreaterThan(20);
    for (const { aliveMs, key, lives, slot } of shown) {
      const round = rounds.find((one) => one.key === key);
      if (round === undefined) throw new Error(`no recording has the round ${key}`);
      const revives = round.revives.filter(({ target }) => target?.slot === slot).length;
      const frames = round.aliveMs.get(slot) ?? 0;
      expect(
        Math.abs(aliveMs - frames),
        `${key}, slot ${slot}: ${aliveMs} for ${frames} ms`,
      ).toBeLessThanOrEqual(50 * (lives + 2 * revives) + 50);
    }
  });

  test("together is counted over all samples, in the view and the report", async () => {
    const expected = timeTogether(rounds);
    const duos = await recorded.sql<
      { one: string; other: string; togetherMs: number; nearShare: number; units: number }[]
    >`
      select player_name as one, teammate_name as other, together_ms::int as "togetherMs", near_share as "nearShare",
        mean_distance_units as units
      from teammate_duos where together_ms > 0`;
    expect(duos.length).toBe(expected.size);
    const { pairs } = await reportTeamPlay(recorded.sql, { bots: true });
    for (const { nearShare, one, other, togetherMs, units } of duos) {
      const name = pairName(plainName(one), plainName(other));
      const { aliveS = 0, distanceUnits = 0, nearS = 0 } = expected.get(name) ?? {};
      expect([togetherMs, nearShare, units], name).toEqual([
        aliveS * 1000,
        expect.closeTo(nearS / aliveS, 4),
        expect.closeTo(distanceUnits / aliveS, 1),
      ]);
      const pair = pairs.find((row) => pairName(plainName(row.name), plainName(row.partnerName)) === name);
      expect([pair?.aliveS, pair?.nearS], name).toEqual([aliveS, nearS]);
    }
  });
});

describe("NvM", () => {
  test("the own side stands first: with a player that player's, without either", async () => {
    const shapesOf = async (request: object): Promise<number> =>
      (await reportEngagements(recorded.sql, { bots: true, ...request }, "time", 10_000)).engagements.length;
    const [all] = await recorded.sql<{ both: number }[]>`
      select count(*)::int as both from engagement_analysis where least(attackers, defenders) = 1 and greatest(attackers, defenders) = 2`;
    expect(all?.both).toBeGreaterThan(3);
    expect(await shapesOf({ engagement: "1v2" })).toBe(all?.both);
    expect(await shapesOf({ engagement: "2v1" })).toBe(all?.both);
    const sides = [
      await shapesOf({ engagement: "1v2", team: "axis" }),
      await shapesOf({ engagement: "1v2", team: "allies" }),
    ];
    expect(sides.every((count) => count > 0)).toBe(true);
    expect(sum(sides, (count) => count)).toBe(all?.both);
    for (const { name } of await recorded.sql<{ name: string }[]>`select name from players`) {
      const { shapes } = await reportPlayer(recorded.sql, plainName(name), { bots: true });
      for (const { enemies, fights, own } of shapes) {
        expect(
          await shapesOf({ engagement: `${own}v${enemies}`, player: [plainName(name)] }),
          `${name}: ${own}v${enemies}`,
        ).toBe(fights);
      }
    }
  });
});
