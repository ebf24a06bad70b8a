/** Form, session by session: what is counted can be counted on paper. */
import { beforeAll, expect, test } from "vitest";

import ReportPlayer from "../../src/commands/report/player.ts";
import type { PlayerReport } from "../../src/reports/player.ts";
import { addRound, type HandPlayer } from "../support/hand-made.ts";
import { useReportCommands } from "../support/report-commands.ts";

const commands = useReportCommands();
const players: readonly HandPlayer[] = [
  { guid: "AAAA0000", name: "Al", team: 1 },
  { guid: "BBBB0000", name: "Bo", team: 2 },
];
const kill = { event: "kill", weapon: 3, means: 8 } as const;

beforeAll(async () => {
  const round = async (
    startedAt: string,
    winnerTeam: 1 | 2 | undefined,
    [kills, deaths]: readonly [number, number],
    changes: Parameters<typeof addRound>[1]["changes"] = [],
  ): Promise<void> => {
    const hand = await addRound(commands.sql, {
      key: startedAt,
      startedAt,
      players,
      changes,
      ...(winnerTeam && { winnerTeam }),
    });
    await hand.addEvents([
      ...Array.from({ length: kills }, (_, at) => ({ ...kill, timeMs: 1000 + at, attacker: 0, target: 1 })),
      ...Array.from({ length: deaths }, (_, at) => ({ ...kill, timeMs: 2000 + at, attacker: 1, target: 0 })),
    ]);
  };
  await round("2026-11-20T20:00:00Z", 1, [3, 1]);
  await round("2026-11-20T20:20:00Z", 2, [1, 1]);
  await round("2026-11-20T20:40:00Z", undefined, [0, 0]);
  // Al plays for Allies in the end, who win.
  await round(
    "2026-11-27T20:00:00Z",
    2,
    [2, 4],
    [
      { guid: "AAAA0000", name: "Al", team: 2, slot: 0, fromMs: 300_000 },
      { guid: "BBBB0000", name: "Bo", team: 1, slot: 1, fromMs: 300_000 },
    ],
  );
});

test("kills per death and rounds won have their intervals; rounds without a winner are not decided", async () => {
  const { form } = await commands.json<Pick<PlayerReport, "form">>(ReportPlayer, "Al");
  expect(form).toMatchObject([
    {
      session: "2026-11-27-2000",
      kills: 2,
      deaths: 4,
      killsPerDeath: { value: 0.5, sample: 6 },
      roundsWon: { successes: 1, trials: 1 },
    },
    {
      session: "2026-11-20-2000",
      rounds: 3,
      kills: 4,
      deaths: 2,
      killsPerDeath: { value: 2 },
      roundsWon: { successes: 1, trials: 2, share: 0.5 },
    },
  ]);
});

test("the page draws it, the earliest first; with one session there is nothing to compare", async () => {
  const page = async (...flags: readonly string[]): Promise<string> =>
    (await commands.run(ReportPlayer, "Al", "--html", "-", ...flags)).stdout;
  const chart = /<svg[^>]*aria-label="kills per death, session by session[^]*?<\/svg>/u;
  const [drawn = ""] = chart.exec(await page()) ?? [];
  const dots = [...drawn.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/gu)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  expect(dots).toHaveLength(2);
  // The first session was the better one: farther left, and higher.
  expect(dots[0]?.[0]).toBeLessThan(dots[1]?.[0] ?? 0);
  expect(dots[0]?.[1]).toBeLessThan(dots[1]?.[1] ?? 0);
  expect(drawn.indexOf("2026-11-20")).toBeLessThan(drawn.indexOf("2026-11-27"));
  expect(chart.test(await page("--since", "2026-11-25"))).toBe(false);
});
