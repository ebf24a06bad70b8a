import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  fingerprintOf,
  checkHostKey,
  keyTypeOf,
  knownKeyTypes,
  parseKnownHosts,
} from "../../src/remote/known-hosts.ts";

let folder: string;
const keys: Record<string, { line: string; blob: Buffer; fingerprint: string }> = {};

function key(name: string): { line: string; blob: Buffer; fingerprint: string } {
  const found = keys[name];
  if (found === undefined) throw new Error(name);
  return found;
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-known-hosts-"));
  for (const [name, type] of [
    ["one", "ed25519"],
    ["two", "ed25519"],
    ["rsa", "rsa"],
  ] as const) {
    const file = path.join(folder, name);
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", file]);
    const line = readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
    keys[name] = {
      line,
      blob: Buffer.from(line.split(" ")[1] ?? "", "base64"),
      fingerprint:
        execFileSync("ssh-keygen", ["-lf", `${file}.pub`])
          .toString()
          .split(" ")[1] ?? "",
    };
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("fingerprint and type are those that ssh-keygen shows", () => {
  expect(fingerprintOf(key("one").blob)).toBe(key("one").fingerprint);
  expect(keyTypeOf(key("one").blob)).toBe("ssh-ed25519");
  expect(keyTypeOf(key("rsa").blob)).toBe("ssh-rsa");
});

test("plain names, ports, lists, wildcards and negations", () => {
  const known = parseKnownHosts(
    [
      "# a comment",
      `et.example.org,192.0.2.7 ${key("one").line} comment`,
      `[et.example.org]:2222 ${key("two").line}`,
      `*.lan,!bad.lan ${key("one").line}`,
      "broken line",
    ].join("\n"),
    "known_hosts",
  );
  const check = (host: string, port: number, name: string): string =>
    checkHostKey(known, host, port, key(name).blob).verdict;
  expect(check("et.example.org", 22, "one")).toBe("trusted");
  expect(check("ET.example.org", 22, "one")).toBe("trusted");
  expect(check("192.0.2.7", 22, "one")).toBe("trusted");
  expect(check("et.example.org", 22, "two")).toBe("changed");
  expect(check("et.example.org", 2222, "two")).toBe("trusted");
  expect(check("et.example.org", 2222, "one")).toBe("changed");
  expect(check("good.lan", 22, "one")).toBe("trusted");
  expect(check("bad.lan", 22, "one")).toBe("unknown");
  expect(check("other.example.org", 22, "one")).toBe("unknown");
});

test("entries that ssh-keygen hashed are found, and the line of a changed key is named", () => {
  const file = path.join(folder, "hashed");
  writeFileSync(
    file,
    `# first\n[et.example.org]:2222 ${key("one").line}\net.example.org ${key("two").line}\n`,
  );
  execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
  const text = readFileSync(file, "utf8");
  expect(text).not.toContain("example");
  const known = parseKnownHosts(text, file);
  expect(checkHostKey(known, "et.example.org", 2222, key("one").blob)).toEqual({ verdict: "trusted" });
  expect(checkHostKey(known, "et.example.org", 22, key("one").blob)).toMatchObject({
    verdict: "changed",
    by: { file, line: 3 },
  });
});

test("a revoked key is refused even where it is listed, and a certificate authority vouches for nobody", () => {
  const known = parseKnownHosts(
    `h ${key("one").line}\n@revoked * ${key("one").line}\n@cert-authority h ${key("two").line}\n`,
    "known_hosts",
  );
  expect(checkHostKey(known, "h", 22, key("one").blob)).toMatchObject({
    verdict: "revoked",
    by: { line: 2 },
  });
  expect(checkHostKey(known, "other", 22, key("two").blob).verdict).toBe("unknown");
});

test("the types of the known keys are told, so that the server can be asked for such a key", () => {
  const known = parseKnownHosts(`h ${key("rsa").line}\nh ${key("one").line}\n`, "known_hosts");
  expect(knownKeyTypes(known, "h", 22)).toEqual(["ssh-rsa", "ssh-ed25519"]);
});
