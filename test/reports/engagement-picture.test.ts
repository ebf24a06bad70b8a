/** The picture and the CSV of a recorded fight, against its rows as the database has them. */
import { parse } from "csv-parse/sync";
import { beforeAll, expect, test } from "vitest";

import { engagementView } from "../../src/cli/views/engagement.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { plainName } from "../../src/names.ts";
import type { EngagementPicture } from "../../src/pictures/engagement.ts";
import { engagementPicture } from "../../src/reports/engagement-picture.ts";
import { type EngagementReport, reportEngagement } from "../../src/reports/engagements.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

/** What the database says of a down. */
interface Row {
  readonly time_ms: number;
  readonly target: string | null;
  readonly attacker_team: number | null;
  readonly target_team: number | null;
  readonly relation: string | null;
  readonly from_x: number | null;
  readonly from_y: number | null;
  readonly from_z: number | null;
  readonly to_x: number | null;
  readonly to_y: number | null;
  readonly to_z: number | null;
}

const TEAMS = ["", "Axis", "Allies"];
let sql: Sql;
let report: EngagementReport;
let picture: EngagementPicture;
let rows: Row[];

/** The longest fight. */
beforeAll(async () => {
  ({ sql } = await createTestDatabase());
  await importPaths(sql, [(await sharedRecording("objective-16")).folder]);
  const [fight] = await sql<{ round_id: number; engagement: number; round_key: string }[]>`
    select g.round_id, g.engagement, r.round_key
    from engagement_analysis g join rounds r using (round_id)
    order by g.time_ms - g.start_ms desc limit 1`;
  report = await reportEngagement(sql, `${fight?.round_key ?? ""}#${fight?.engagement ?? 0}`);
  picture = await engagementPicture(sql, report);
  rows = await sql<Row[]>`
    with inside as (
      select slot from engagement_participants
      where round_id = ${fight?.round_id ?? 0} and engagement = ${fight?.engagement ?? 0})
    select e.time_ms, e.attacker_team, e.target_team, e.relation,
      (select s.name from round_players s where s.round_id = e.round_id and s.slot = e.target_slot
        order by s.from_ms desc limit 1) as target,
      e.attacker_x as from_x, e.attacker_y as from_y, e.attacker_z as from_z,
      e.target_x as to_x, e.target_y as to_y, e.target_z as to_z
    from combat_events e
    join engagement_analysis g on g.round_id = e.round_id and g.engagement = ${fight?.engagement ?? 0}
    where e.round_id = ${fight?.round_id ?? 0} and e.event = 'kill' and e.time_ms between g.start_ms and g.time_ms
      and e.target_slot in (select slot from inside)
      and (e.attacker_slot is null or e.attacker_slot in (select slot from inside))
    order by e.time_ms, e.event_number`;
});

test("downs are numbered in their order, each in one map that holds all it shows", () => {
  const downs = picture.panels.flatMap(({ strikes }) => strikes.flatMap(({ down }) => down ?? []));
  expect(picture.panels.length).toBeGreaterThan(2);
  expect(downs.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
  expect(downs.map(({ label }) => label)).toEqual(rows.map(({ target }) => plainName(target ?? "")));
  for (const { bounds, fighters, label, strikes } of picture.panels) {
    const shown = [
      ...strikes.flatMap(({ from, to }) => (from === null ? [to] : [from, to])),
      ...fighters.flatMap(({ tracks }) => tracks.flat()),
    ];
    for (const { x, y } of shown)
      expect([label, x > bounds.minX && x < bounds.maxX, y > bounds.minY && y < bounds.maxY]).toEqual([
        label,
        true,
        true,
      ]);
    // Nobody is drawn in a fight of which there is nothing to see.
    expect(fighters.length).toBeGreaterThan(1);
  }
});

test("the CSV has numbers, teams, relation and places of every down", () => {
  const all: Record<string, string>[] = parse(engagementView(report, picture).csv?.() ?? "", {
    columns: true,
  });
  const text = (value: number | string | null): string => (value === null ? "" : String(value));
  expect(all.filter(({ event }) => event === "kill")).toMatchObject(
    rows.map((row, index) => ({
      time_ms: String(row.time_ms),
      down: String(index + 1),
      attacker_team: TEAMS[row.attacker_team ?? 0],
      target_team: TEAMS[row.target_team ?? 0],
      relation: text(row.relation),
      attacker_x: text(row.from_x),
      attacker_y: text(row.from_y),
      attacker_z: text(row.from_z),
      target_x: text(row.to_x),
      target_y: text(row.to_y),
      target_z: text(row.to_z),
    })),
  );
  expect(all.filter(({ down, event }) => (down === "") === (event === "kill"))).toEqual([]);
});
