import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { SERVER_SETTINGS } from "../../src/config/definition.ts";

const root = path.resolve(import.meta.dirname, "../..");
const guide = readFileSync(path.join(root, "docs/deployment.md"), "utf8");

test("the guide explains every setting of a server", () => {
  for (const name of Object.keys(SERVER_SETTINGS)) expect(guide).toContain(`\`${name}\``);
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasSystemd) process.stderr.write("there is no systemd-analyze: the guide's units are NOT CHECKED\n");

test.skipIf(!hasSystemd)("systemd takes the guide's service and timer", () => {
  const [service = "", timer = ""] = [...guide.matchAll(/```ini\n(.*?)```/gs)].map(([, text = ""]) => text);
  const folder = mkdtempSync(path.join(tmpdir(), "prox-units-"));
  const verify = (text: string): string => {
    writeFileSync(path.join(folder, "prox.service"), text);
    writeFileSync(path.join(folder, "prox.timer"), timer);
    const units = ["prox.service", "prox.timer"].map((name) => path.join(folder, name));
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", ...units], { encoding: "utf8" });
    return (stdout + stderr)
      .split("\n")
      .filter((line) => line.includes("prox."))
      .join("\n");
  };
  expect(verify(service)).toBe("");
  expect(verify(service.replace("SuccessExitStatus", "SuccesExitStatus"))).toContain("SuccesExitStatus");
  const calendar = /^OnCalendar=(.*)$/m.exec(timer)?.[1] ?? "";
  expect(spawnSync("systemd-analyze", ["calendar", calendar]).status).toBe(0);
  rmSync(folder, { recursive: true });
});

test("every error code that the guide speaks of is thrown somewhere", () => {
  const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(path.join(root, "src", file), "utf8"))
    .join("\n");
  const codes = [...new Set(guide.match(/\bE_[A-Z_]+/g))];
  expect(codes.length).toBeGreaterThan(10);
  for (const code of codes) expect(sources.includes(`"${code}"`), code).toBe(true);
});
