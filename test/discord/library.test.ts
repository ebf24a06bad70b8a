/** Slash commands without discord.js, which does not come with prox. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { DISCORD_VERSION } from "../../src/discord/library.ts";
import { packagePath } from "../../src/package-root.ts";

test("the version that the advice names is that of package.json", () => {
  const { devDependencies, peerDependencies } = JSON.parse(
    readFileSync(packagePath("package.json"), "utf8"),
  ) as Record<string, Record<string, string>>;
  expect([devDependencies?.["discord.js"], peerDependencies?.["discord.js"]]).toEqual([
    DISCORD_VERSION,
    DISCORD_VERSION,
  ]);
});

test("without discord.js, prox says how to install it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-no-discord-"));
  try {
    const hooks = path.join(folder, "hooks.mjs");
    writeFileSync(
      hooks,
      `export async function resolve(name, context, next) {
        if (name === "discord.js") throw new Error("Cannot find package");
        return next(name, context);
      }`,
    );
    const script = `
      import { register } from "node:module";
      register(${JSON.stringify(`file://${hooks}`)});
      const { loadDiscord } = await import(${JSON.stringify(new URL("../../src/discord/library.ts", import.meta.url).href)});
      await loadDiscord().catch(({ code, suggestions }) => console.log(code, suggestions[0]));`;
    const { stderr, stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      { encoding: "utf8", cwd: packagePath(".") },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe(
      `E_NO_DISCORD install it beside prox, 18 MB: npm install --global discord.js@${DISCORD_VERSION}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
