/**
 * What a replay page costs: its size, the time to make it, and what a browser spends on it. Needs Chromium.
 *
 *     npx tsx bench/replay.ts [--players 32] [--minutes 10]
 *     npx tsx bench/replay.ts --page FILE      a page that `prox report round --html` wrote
 *
 * prints a Markdown table. CPU is that of the page's main thread: drawing itself is done by other threads, on a graphics
 * card where there is one. Frames a second are counted by the clock, where all threads have to keep up, in a Chromium
 * that draws without a graphics card and at most 60 times a second.
 */
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { renderReplay } from "../src/replay/render.ts";
import { Browser, findChromium, type Page } from "../test/support/browser.ts";
import { generateRound } from "../test/support/generated-round.ts";

const SPEEDS = [1, 4, 16] as const;
const FRAMES = 240;
/** What a frame may take at 60 frames a second. */
const BUDGET_MS = 1000 / 60;

const { values } = parseArgs({
  options: {
    players: { type: "string", default: "32" },
    minutes: { type: "string", default: "10" },
    page: { type: "string" },
  },
});
const players = Number(values.players);
const minutes = Number(values.minutes);
const chromium = findChromium();
if (chromium === undefined) process.exit(1);

/** CPU seconds that the page's main thread has used. */
async function mainThreadSeconds(page: Page): Promise<number> {
  const { metrics } = await page.send("Performance.getMetrics");
  const found = (metrics as { name: string; value: number }[]).find(({ name }) => name === "TaskDuration");
  return found?.value ?? 0;
}

const folder = mkdtempSync(path.join(tmpdir(), "prox-bench-"));
const file = path.join(folder, "replay.html");
const rows: [string, string][] = [];
if (values.page === undefined) {
  const data = generateRound({ players, seconds: minutes * 60, sampleIntervalMs: 1000, seed: 7 });
  // The first page in a process compiles the page's modules, unless prox was built.
  renderReplay(data);
  const started = performance.now();
  writeFileSync(file, renderReplay(data));
  rows.push(
    ["make the page", `${(performance.now() - started).toFixed(0)} ms`],
    ["players, minutes", `${players}, ${minutes}`],
    ["samples, events", `${data.samples.length}, ${data.events.length}`],
  );
} else copyFileSync(values.page, file);

const browser = await Browser.start(chromium);
const page = await browser.newPage();
await page.send("Performance.enable", { timeDomain: "threadTicks" });
await page.open(`${pathToFileURL(file).href}#t=60`);
await page.evaluate("new Promise((done) => setTimeout(done, 500))");
rows.push(
  ["page", `${(statSync(file).size / 1e6).toFixed(2)} MB`],
  ["open it, CPU", `${((await mainThreadSeconds(page)) * 1000).toFixed(0)} ms`],
);
for (const speed of SPEEDS) {
  const before = await mainThreadSeconds(page);
  const elapsedMs = await page.evaluate<number>(`new Promise((done) => {
    proxReplay.seek(60);
    document.getElementById("speed").value = "${speed}";
    document.getElementById("speed").dispatchEvent(new Event("change"));
    proxReplay.play();
    let frames = 0;
    const start = performance.now();
    const count = () => (frames += 1) < ${FRAMES} ? requestAnimationFrame(count) : done(performance.now() - start);
    count();
  })`);
  const frameMs = (((await mainThreadSeconds(page)) - before) * 1000) / FRAMES;
  await page.evaluate("proxReplay.pause()");
  rows.push([
    `a frame at ${speed}x, CPU`,
    `${frameMs.toFixed(1)} ms, ${((100 * frameMs) / BUDGET_MS).toFixed(0)} % of a 60th of a second; ${((1000 * FRAMES) / elapsedMs).toFixed(0)} frames a second`,
  ]);
}
await browser.close();
rmSync(folder, { recursive: true });
console.log(["| | |", "| --- | --- |", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n"));
