/** Draws the pictures in docs/images of a recording that ships with prox. Needs Chromium. `npm run docs:images`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { packagePath } from "../../src/package-root.ts";
import { drawEngagement } from "../../src/pictures/engagement.ts";
import { drawHeatmap } from "../../src/pictures/heatmap.ts";
import { renderPng } from "../../src/pictures/png.ts";
import { loadReplay } from "../../src/replay/load-replay.ts";
import { renderReplay } from "../../src/replay/render.ts";
import { engagementPicture } from "../../src/reports/engagement-picture.ts";
import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { recordedMatch } from "../../src/simulate/match.ts";
import { Browser, findChromium } from "../support/browser.ts";
import { withMatch } from "../support/match-database.ts";
import { drawSite } from "./draw-site.ts";

const RECORDING = "objective-16";
/** A moment of that match in which much happens. */
const MOMENT_SECONDS = 32.2;

const chromium = findChromium();
if (chromium === undefined) process.exit(1);

const save = (name: string, png: Uint8Array): Promise<void> =>
  writeFile(packagePath(path.join("docs/images", name)), png);

/** What a replay page looks like at the moment. */
async function photograph(executable: string, html: string): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-images-"));
  const browser = await Browser.start(executable);
  try {
    const file = path.join(folder, "replay.html");
    await writeFile(file, html);
    const page = await browser.newPage(1280, 800);
    await page.open(`${pathToFileURL(file).href}#t=${MOMENT_SECONDS}`);
    await page.until("document.querySelectorAll('#feed li').length > 0");
    return await page.screenshot();
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

await withMatch(recordedMatch(RECORDING), async (sql) => {
  const { picture } = await reportHeatmap(sql, { what: "kills", filters: { round: ["latest"], bots: true } });
  await save("kills-arena.png", await renderPng(drawHeatmap(picture)));
  const [longest] = (await reportEngagements(sql, { bots: true }, "kills", 1)).engagements;
  const fight = await reportEngagement(sql, `${longest?.roundKey ?? ""}#${longest?.engagement ?? 0}`);
  await save("fight-arena.png", await renderPng(drawEngagement(await engagementPicture(sql, fight))));
  await save("replay-arena.png", await photograph(chromium, renderReplay(await loadReplay(sql, "latest"))));
  await drawSite(sql, chromium, save);
});
