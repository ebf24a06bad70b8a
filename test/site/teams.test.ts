/**
 * A site of sixty small rounds in which three clans and some others play, as the commands make and show it: its pages of teams, what the
 * configuration changes, that its bytes are always the same, and how it is served.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, expect, test, vi } from "vitest";

import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";
import { htmlFaults } from "../support/html-faults.ts";
import { differences, filesBelow } from "../support/made-site.ts";

const ROUNDS = 60;
const PRINCIPAL = path.resolve(import.meta.dirname, "../../bin/run.js");

/** Four of each clan, the tag in three ways; two of a tag that is no clan; and some without. */
const NAMES = [
  ...["^1[^7SaT^1]^7Birch", "SaT.Elder", "Hazel|sat|", "[SaT]Alder"],
  ...["=AG=Bravo", "ag.Charlie", "=AG=Delta", "=AG=Echo"],
  ...["{日本}一", "{日本}二", "{日本}三", "四{日本}"],
  ...["<duo>one", "<duo>two", "Maria", "Marco", "Martin"],
];
/** In round `number`, clan A of three plays clan B, and two others one on each side. */
const clanOf = (number: number): number => number % 3;

let database: TestDatabase;
let folder: string;
const wins = new Map<string, { won: number; lost: number }>();

/** Builds as a process of its own does, with this environment. */
function build(
  out: string,
  environment: Record<string, string> = {},
  amounts: readonly string[] = ["--replays", "1", "--fights", "1"],
): { ok: boolean; result: { written: string[] } } {
  const { stderr, stdout } = spawnSync(
    process.execPath,
    [PRINCIPAL, "site", "build", "--out", out, ...amounts, "--json"],
    {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      cwd: folder,
      env: { ...process.env, DATABASE_URL: database.url, ...environment },
    },
  );
  if (!stdout.startsWith("{")) throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof build>;
}

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "prox-site-"));
  for (let number = 0; number < ROUNDS; number += 1) {
    const [axis, allies] = [clanOf(number), clanOf(number + 1)];
    const slots = [0, 1, 2, 3].flatMap((member) => [4 * axis + member, 4 * allies + member]);
    const others = [12 + (number % 5), 12 + ((number + 1) % 5)];
    const players = [...slots, ...others].map(
      (who, slot) =>
        ({
          guid: who.toString(16).toUpperCase().padStart(32, "E"),
          name: NAMES[who] ?? "",
          team: slot % 2 === 0 ? 1 : 2,
        }) as const,
    );
    const winnerTeam = number % 4 === 0 ? 2 : 1;
    for (const [clan, team] of [
      [axis, 1],
      [allies, 2],
    ] as const) {
      const key = ["sat", "ag", "日本"][clan] ?? "";
      const sum = wins.get(key) ?? { won: 0, lost: 0 };
      if (team === winnerTeam) sum.won += 1;
      else sum.lost += 1;
      wins.set(key, sum);
    }
    const day = new Date(Date.UTC(2026, 9, 1 + Math.floor(number / 6), 20, 15 * (number % 6)));
    const round = await addRound(database.sql, {
      key: `teams-${String(number).padStart(2, "0")}`,
      map: number % 2 === 0 ? "arena" : "keep",
      startedAt: day.toISOString(),
      endMs: 300_000,
      players,
      winnerTeam,
    });
    await round.addEvents(
      players.map((_, slot) => ({
        ...{ event: "kill", timeMs: 1000 * (slot + 1), attacker: slot, target: (slot + 1) % players.length },
        ...{ weapon: 3, means: 8, from: [64 * slot, 0, 0], to: [0, 64 * slot, 0] },
      })),
    );
    await round.addPositions(
      players.map((_, slot) => ({ timeMs: 1000, slot, at: [64 * slot, 32 * number, 0] })),
    );
  }
  build(path.join(folder, "site"));
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}, 120_000);

const pageOf = (files: ReadonlyMap<string, Buffer>, name: string): string =>
  files.get(`${name}index.html`)?.toString("utf8") ?? "";

test("clans by their tags have pages, with their members, their rounds and whom they met", () => {
  const files = filesBelow(path.join(folder, "site"));
  const teams = [...files.keys()].filter((name) => /^teams\/[^/]+\//u.test(name));
  expect(teams).toHaveLength(3);
  expect(pageOf(files, "teams/")).toContain("<strong><bdi>SaT</bdi></strong>");
  expect(pageOf(files, "teams/")).not.toContain("duo");
  const page = pageOf(files, "teams/sat/");
  const { lost = 0, won = 0 } = wins.get("sat") ?? {};
  expect(won + lost).toBe(40);
  expect(page).toMatch(/<dt>members<\/dt>\s*<dd>4<\/dd>/u);
  expect(page).toMatch(new RegExp(`<dt>rounds as a team</dt>\\s*<dd>${won + lost}</dd>`, "u"));
  expect(page).toMatch(new RegExp(`<dt>won</dt>\\s*<dd>${Math.round((100 * won) / (won + lost))}`, "u"));
  expect(page).toContain('href="../../players/sat-birch/"');
  expect(page).toContain('href="../../teams/ag/"');
  expect(pageOf(files, "players/sat-birch/")).toContain('href="../../teams/sat/"');
  expect(pageOf(files, "players/maria/")).not.toContain("Team:");
  expect(files.get("search/names.js")?.toString("utf8")).toContain('["t","AG","teams/ag/"]');
});

test("pages of teams, and of a player of one, are valid HTML", async () => {
  const faults: string[] = [];
  const pages = [...filesBelow(path.join(folder, "site"))].filter(([name]) =>
    /^(?:teams\/.*|players\/sat-birch\/)index\.html$/u.test(name),
  );
  for (const [name, bytes] of pages) faults.push(...(await htmlFaults(name, bytes.toString("utf8"))));
  expect(faults).toEqual([]);
  expect(pages.length).toBe(5);
});

test("a roster says who belongs to a team, whatever the names say", () => {
  const roster = path.join(folder, "roster.json");
  const out = path.join(folder, "listed");
  writeFileSync(roster, JSON.stringify({ "The M's": ["Maria", "marco", NAMES[2]] }));
  writeFileSync(
    path.join(folder, "prox.config.json"),
    JSON.stringify({ site: { roster: "roster.json", title: "Cups & <Co>" } }),
  );
  try {
    build(out, {}, ["--replays", "none", "--fights", "none"]);
    const files = filesBelow(out);
    const [name = ""] = [...files.keys()].filter((file) => file.startsWith("teams/the"));
    const page = files.get(name)?.toString("utf8") ?? "";
    expect(page).toMatch(/<dt>members<\/dt>\s*<dd>3<\/dd>/u);
    expect(page).toContain("Cups &amp; &lt;Co&gt;");
    expect(pageOf(files, "teams/sat/")).toMatch(/<dt>members<\/dt>\s*<dd>3<\/dd>/u);
    writeFileSync(roster, JSON.stringify(["Maria"]));
    expect(build(out)).toMatchObject({ ok: false, error: { code: "E_CONFIG" } });
  } finally {
    rmSync(path.join(folder, "prox.config.json"));
  }
});

test("two processes make the same bytes, wherever and in whatever language they run", () => {
  const [one, other] = [path.join(folder, "site"), path.join(folder, "other")];
  // Addresses of players are remembered with a secret.
  spawnSync("cp", [`${one}.lock.json`, `${other}.lock.json`]);
  build(other, { TZ: "Pacific/Auckland", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" });
  expect(differences(filesBelow(one), filesBelow(other))).toEqual([]);
  expect(build(other, { TZ: "America/Lima" }).result.written).toEqual([]);
});

/** The contents of the page's own files that an attribute of its elements names, in their order. */
const named = (files: ReadonlyMap<string, Buffer>, page: string, element: RegExp): string[] =>
  Array.from(page.matchAll(element), ([, file = ""]) => files.get(file)?.toString("utf8") ?? `no ${file}`);

test("the configuration sets title, dates, logo, theme and links of every page; flags come before it", () => {
  const out = path.join(folder, "configured");
  const none = ["--replays", "none", "--fights", "none"];
  const configure = (site: object): void => {
    writeFileSync(path.join(folder, "prox.config.json"), JSON.stringify({ site }));
  };
  const site = {
    ...{ title: "Abende & <Runden>", language: "de", timeZone: "Pacific/Auckland" },
    ...{ logo: "logo.svg", theme: "theme.css", contact: "admins <a@example.org>" },
    links: { "Chat & Co": "https://chat.example.org/?a=1&b=2" },
  };
  writeFileSync(path.join(folder, "logo.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  writeFileSync(path.join(folder, "theme.css"), ":root { --band: teal }");
  writeFileSync(path.join(folder, "other.css"), ":root { --band: plum }");
  try {
    configure(site);
    build(out, {}, none);
    let files = filesBelow(out);
    const pages = [...files.keys()].filter((name) => name.endsWith("index.html"));
    for (const name of pages) {
      const page = files.get(name)?.toString("utf8") ?? "";
      expect([name, /<title>[^<]*Abende &amp; &lt;Runden&gt;<\/title>/u.test(page)]).toEqual([name, true]);
      expect(page).toContain(
        '<a href="https://chat.example.org/?a=1&amp;b=2" rel="nofollow noopener">Chat &amp; Co</a>',
      );
      expect(named(files, page, /<img src="[./]*(assets\/[^"]+\.svg)" alt=""/gu)).toEqual([
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
      ]);
      // Rules of a theme win as they come last.
      expect(named(files, page, /<link rel="stylesheet" href="[./]*([^"]+)"/gu).at(-1)).toBe(
        ":root { --band: teal }",
      );
    }
    expect(pages.length).toBeGreaterThan(90);
    // 20:00 in UTC is 13 hours later in Auckland, where summer began on 27 September.
    expect(pageOf(files, "rounds/teams-00/")).toMatch(
      /<time datetime="2026-10-01T20:00Z">2\. Okt\. 2026, 09:00 GMT\+13<\/time>/u,
    );
    expect(pageOf(files, "sessions/2026-10-01-2000/")).toContain("Freitag, 2. Oktober 2026");
    expect(pageOf(files, "privacy/")).toContain("admins &lt;a@example.org&gt;");

    const { written } = build(out, {}, [...none, "--title", "Cup", "--theme", "other.css"]).result;
    files = filesBelow(out);
    expect(written).toEqual(expect.arrayContaining(pages));
    const first = pageOf(files, "");
    expect(first).toContain("<title>Cup</title>");
    expect(named(files, first, /<link rel="stylesheet" href="[./]*([^"]+)"/gu).at(-1)).toBe(
      ":root { --band: plum }",
    );
    expect([...files.values()].some((bytes) => bytes.includes("--band: teal"))).toBe(false);

    configure({ ...site, timeZone: "Europe/Atlantis" });
    expect(build(out, {}, none)).toMatchObject({ ok: false, error: { code: "E_CONFIG" } });
    configure({ ...site, logo: "missing.png" });
    expect(build(out, {}, none)).toMatchObject({ ok: false, error: { code: "E_SITE_FOLDER" } });
    expect(differences(filesBelow(out), files)).toEqual([]);
  } finally {
    rmSync(path.join(folder, "prox.config.json"));
  }
});

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly location: string | undefined;
  readonly body: Buffer;
}

/** Asks for a path as it is written: browsers would tidy it up. */
function ask(port: number, asked: string, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: asked, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { "content-type": type, location } = response.headers;
        resolve({ status: response.statusCode, type, location, body: Buffer.concat(chunks) });
      });
    })
      .on("error", reject)
      .end();
  });
}

/** Serves the site as a process; it is killed if it is still there at the end. */
async function serving(use: (port: number, server: ChildProcess) => Promise<void>): Promise<void> {
  const server = spawn(process.execPath, [PRINCIPAL, "site", "serve", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    let told = "";
    server.stderr.on("data", (data: Buffer) => (told += data.toString()));
    const port = await vi.waitFor(() => {
      const [, found] = /http:\/\/127\.0\.0\.1:(\d+)\/ shows .*site until Ctrl-C\n/u.exec(told) ?? [];
      expect(found, told).toBeDefined();
      return Number(found);
    }, 20_000);
    await use(port, server);
  } finally {
    server.kill("SIGKILL");
  }
}

test("serve shows the folder on loopback, nothing outside it, until Ctrl-C", async () => {
  await serving(async (port, server) => {
    const at = path.join(folder, "site");
    const own = (name: string): Buffer => readFileSync(path.join(at, name));
    const html = "text/html; charset=utf-8";
    const first = await ask(port, "/");
    expect(first).toEqual({ status: 200, type: html, location: undefined, body: own("index.html") });
    const [, style = ""] = /<link rel="stylesheet" href="\.\/([^"]+)"/u.exec(first.body.toString()) ?? [];
    expect(await ask(port, `/${style}`)).toMatchObject({ status: 200, type: "text/css; charset=utf-8" });
    expect(await ask(port, "/teams")).toMatchObject({ status: 301, location: "/teams/" });
    expect(await ask(port, "/", "POST")).toMatchObject({ status: 405 });
    const missing = { status: 404, type: html, location: undefined, body: own("404.html") };
    for (const asked of [
      "/nowhere/",
      "/../site.lock.json",
      "/teams/../../site.lock.json",
      "/%2e%2e/site.lock.json",
      "/..%2fsite.lock.json",
      "/teams/..%2f..%2fsite.lock.json",
      "/..%5csite.lock.json",
      "//etc/passwd",
      "/.prox-site.json",
      "/index.html%00.png",
      "/%zz",
    ]) {
      expect([asked, await ask(port, asked)]).toEqual([asked, missing]);
    }
    // Another address of this machine is as far away as another machine.
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow("fetch failed");
    const { status, stderr } = spawnSync(
      process.execPath,
      [PRINCIPAL, "site", "serve", "--port", String(port)],
      { cwd: folder, encoding: "utf8", timeout: 20_000 },
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining(`cannot listen on port ${port}`)]);
    server.kill("SIGINT");
    expect(await once(server, "close")).toEqual([0, null]);
  });
});

test("serve ends at SIGTERM, also while somebody is connected, and refuses a folder without a site", async () => {
  await serving(async (port, server) => {
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    // Half of a request.
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\n");
    expect((await ask(port, "/robots.txt")).status).toBe(200);
    server.kill("SIGTERM");
    expect(await once(server, "close")).toEqual([0, null]);
  });
  const { status, stderr } = spawnSync(process.execPath, [PRINCIPAL, "site", "serve", "--out", "nothing"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 20_000,
  });
  expect([status, stderr]).toEqual([expect.any(Number), expect.stringContaining("holds no site")]);
  expect(status).not.toBe(0);
});
