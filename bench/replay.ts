/**
 * What a replay page costs: its size, the time to make it, and what a browser spends on it. Needs Chromium and Linux.
 *
 *     npx tsx bench/replay.ts               random match, load-32 where the tests find it, made-up round
 *     npx tsx bench/replay.ts --page FILE   a page that `prox report round --html` wrote
 *
 * prints a Markdown table. The matches are played through the tracker, imported and rendered as `prox report round --html`
 * does. Frames a second are counted by the clock, 60 at most, in a Chromium that draws without a graphics card: all that a
 * card would do is done by the same cores, and has to keep up. CPU, for one frame, is that of the browser's busiest thread
 * and of all of its threads together; a 60th of a second is 16.7 ms. What others take of the machine meanwhile is told.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { loadReplay } from "../src/replay/load-replay.ts";
import { renderReplay } from "../src/replay/render.ts";
import { type Match, randomMatch, recordedMatch } from "../src/simulate/match.ts";
import { Browser, findChromium } from "../test/support/browser.ts";
import { generateRound } from "../test/support/generated-round.ts";
import { withMatch } from "../test/support/match-database.ts";
import { loadRecording } from "../test/support/simulations.ts";
import { threadCost } from "./thread-times.ts";

const SPEEDS = [1, 4, 16] as const;
const START_SECONDS = 60;
const MEASURED_MS = 10_000;
/** A frame that comes later than this after the one before is late: one was missed. */
const LATE_MS = 25;

const { values } = parseArgs({ options: { page: { type: "string" } } });
const chromium = findChromium();
if (chromium === undefined) process.exit(1);

const pageOf = (match: Match): Promise<string> =>
  withMatch(match, async (sql) => renderReplay(await loadReplay(sql, "latest")));

/** The pages to measure, by what is in them. */
async function* makePages(): AsyncGenerator<[name: string, html: string]> {
  if (values.page !== undefined) {
    yield [path.basename(values.page), readFileSync(values.page, "utf8")];
    return;
  }
  yield ["random, 32 players, 10 minutes", await pageOf(randomMatch({ seed: 1, players: 32, minutes: 10 }))];
  const load = loadRecording();
  if (load === undefined) console.log("load-32 is not here: PROX_RECORDINGS may name its folder\n");
  else yield ["load-32: recorded, 10.5 minutes", await pageOf(recordedMatch(load))];
  const round = { players: 32, seconds: 600, sampleIntervalMs: 1000, seed: 7 };
  yield ["`generated-round.ts`, 32 players", renderReplay(generateRound(round))];
}

/** Plays at a speed, in the page: how many frames came, in how many ms, how many of them late. */
const play = (speed: number): string => `new Promise((done) => {
  proxReplay.seek(${START_SECONDS});
  document.getElementById("speed").value = "${speed}";
  document.getElementById("speed").dispatchEvent(new Event("change"));
  proxReplay.play();
  const times = [];
  const count = (now) => {
    times.push(now);
    if (now - times[0] < ${MEASURED_MS}) return requestAnimationFrame(count);
    proxReplay.pause();
    const late = times.filter((time, index) => time - times[index - 1] > ${LATE_MS}).length;
    done({ frames: times.length - 1, ms: now - times[0], late });
  };
  requestAnimationFrame(count);
})`;

async function measure(file: string): Promise<string[]> {
  const browser = await Browser.start(chromium ?? "");
  try {
    const page = await browser.newPage();
    const opening = await threadCost(browser.pid, async () => {
      await page.open(pathToFileURL(file).href);
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    });
    const cells = [`${opening.busiestMs.toFixed(0)} ms`];
    for (const speed of SPEEDS) {
      let run = { frames: 0, ms: 0, late: 0 };
      const cost = await threadCost(browser.pid, async () => {
        run = await page.evaluate(play(speed));
      });
      const rate = `${((1000 * run.frames) / run.ms).toFixed(0)} a second, ${run.late} of ${run.frames} late`;
      const cpu = `${(cost.busiestMs / run.frames).toFixed(1)} and ${(cost.allMs / run.frames).toFixed(1)} ms`;
      const others = `others ${((100 * cost.othersMs) / run.ms / availableParallelism()).toFixed(0)} %`;
      cells.push(`${rate}, ${cpu}, ${others}`);
    }
    return cells;
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), "prox-bench-"));
const file = path.join(folder, "replay.html");
console.log("| round | page | open it, CPU | frames at 1x, CPU of one | at 4x | at 16x |");
console.log("| --- | ---: | ---: | --- | --- | --- |");
for await (const [name, html] of makePages()) {
  writeFileSync(file, html);
  const size = `${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB`;
  console.log(`| ${[name, size, ...(await measure(file))].join(" | ")} |`);
}
rmSync(folder, { recursive: true });
