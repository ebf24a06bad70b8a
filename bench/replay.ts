/**
 * What a replay page costs: its size, the time to make it, and what a browser spends on it. Needs Chromium.
 *
 * `npx tsx bench/replay.ts [--players 32] [--minutes 10]` prints a Markdown table. Times of the browser are those of
 * the page's main thread (its CPU, not the clock): drawing itself is done by other threads, on a graphics card where
 * there is one.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { renderReplay } from "../src/replay/render.ts";
import { Browser, findChromium, type Page } from "../test/support/browser.ts";
import { generateRound } from "../test/support/generated-round.ts";

const SPEEDS = [1, 4, 16] as const;
const FRAMES = 120;
/** What a frame may take at 60 frames a second. */
const BUDGET_MS = 1000 / 60;

const { values } = parseArgs({
  options: { players: { type: "string", default: "32" }, minutes: { type: "string", default: "10" } },
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

const data = generateRound({ players, seconds: minutes * 60, sampleIntervalMs: 1000, seed: 7 });
// The first page in a process compiles the page's modules, unless prox was built.
renderReplay(data);
const started = performance.now();
const html = renderReplay(data);
const renderMs = performance.now() - started;

const folder = mkdtempSync(path.join(tmpdir(), "prox-bench-"));
const file = path.join(folder, "replay.html");
writeFileSync(file, html);
const browser = await Browser.start(chromium);
const page = await browser.newPage();
await page.send("Performance.enable", { timeDomain: "threadTicks" });
await page.open(`${pathToFileURL(file).href}#t=60`);
await page.evaluate("new Promise((done) => setTimeout(done, 500))");
const rows = [
  ["players, minutes", `${players}, ${minutes}`],
  ["samples, events", `${data.samples.length}, ${data.events.length}`],
  ["page", `${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB`],
  ["make the page", `${renderMs.toFixed(0)} ms`],
  ["open it, CPU", `${((await mainThreadSeconds(page)) * 1000).toFixed(0)} ms`],
];
for (const speed of SPEEDS) {
  const before = await mainThreadSeconds(page);
  await page.evaluate(`new Promise((done) => {
    proxReplay.seek(60);
    document.getElementById("speed").value = "${speed}";
    document.getElementById("speed").dispatchEvent(new Event("change"));
    proxReplay.play();
    let frames = 0;
    const count = () => (frames += 1) < ${FRAMES} ? requestAnimationFrame(count) : done();
    count();
  })`);
  const frameMs = (((await mainThreadSeconds(page)) - before) * 1000) / FRAMES;
  await page.evaluate("proxReplay.pause()");
  rows.push([
    `a frame at ${speed}x, CPU`,
    `${frameMs.toFixed(1)} ms, ${((100 * frameMs) / BUDGET_MS).toFixed(0)} % of a 60th of a second`,
  ]);
}
await browser.close();
rmSync(folder, { recursive: true });
console.log(["| | |", "| --- | --- |", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n"));
