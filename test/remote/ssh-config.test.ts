/** What prox reads in ~/.ssh/config, beside what OpenSSH reads in the same file: `ssh -G`. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readSshOptions } from "../../src/remote/ssh-config.ts";

const hasSsh = spawnSync("ssh", ["-V"]).status === 0;
if (!hasSsh) {
  process.stderr.write("OpenSSH's client is missing: apt-get install openssh-client, to compare with it\n");
}

const ME = userInfo().username;

/** A configuration; `DIR` stands for its folder, in which there are the files of {@link FILES}. */
interface Shape {
  readonly text: string;
  readonly name?: string;
  readonly given?: { user?: string; port?: number };
}

const FILES: Readonly<Record<string, string>> = {
  user: "User included\n",
  host: "Host league\n  User inside\nHost other\n  User wrong\n",
  "conf.d/10-a": "Host league\n  Port 2210\n",
  "conf.d/20-b": "Host league\n  Port 2220\n  User b\n",
  "conf.d/.hidden": "User hidden\n",
  "a b": "User spaced\n",
  nested: "Include DIR/user\nPort 99\n",
  open: "Host league\n",
};

const SHAPES: readonly (Shape | string)[] = [
  "",
  "User et\n",
  "Host league\n  HostName et.example.org\n",
  "Host league\n  HostName et.example.org\n  Port 2222\n  User et\n",
  // The first value wins.
  "User a\nUser b\n",
  "Port 1\nHost league\n  Port 2\n",
  "Host league\n  Port 2\nHost *\n  Port 3\n",
  "Host *\n  Port 3\nHost league\n  Port 2\n",
  "HostName a\nHostName b\n",
  "HostKeyAlias a\nHost league\n  HostKeyAlias b\n",
  "IdentitiesOnly yes\nIdentitiesOnly no\n",
  "IdentityAgent /a\nIdentityAgent /b\n",
  // Names and cases.
  "Host LEAGUE\n  User upper\n",
  { text: "Host league\n  User lower\n", name: "LEAGUE" },
  { text: "Host LEAGUE\n  HostName ET.Example.ORG\n", name: "LEAGUE" },
  "hOST league\n  hostNAME x\n  PORT 23\n  uSER y\n",
  // Ways to write a line.
  "User=et\n",
  "User = et\n",
  "User =et\n",
  "User\tet\n",
  "   User    et   \n",
  'User "et"\n',
  "User 'et'\n",
  "# User a\nUser b\n",
  "User et # comment\n",
  "  # Host x\n\n\nUser b\r\n",
  "Host=league\n  User et\n",
  "Host = league\n  User et\n",
  'Host "league"\n  User et\n',
  "User et",
  // Patterns.
  "Host leag*\n  User star\n",
  "Host leagu?\n  User mark\n",
  "Host ?league\n  User wrong\n",
  "Host a b league\n  User third\n",
  "Host * !league\n  User wrong\nHost *\n  User right\n",
  "Host !league *\n  User wrong\n",
  "Host !other\n  User wrong\n",
  "Host !other *\n  User right\n",
  { text: "Host *.example.org\n  User et\n", name: "a.example.org" },
  { text: "Host *.example.org\n  User et\n", name: "aXexample.org" },
  { text: "Host 192.0.2.*\n  User et\n", name: "192.0.2.7" },
  { text: "Host 10.?.0.1\n  User et\n", name: "10.2.0.1" },
  "Host a,league\n  User wrong\n",
  // HostName and what goes into it.
  "Host league\n  HostName %h.example.org\n",
  "Host league\n  HostName %%h\n",
  { text: "HostName %h.lan\n", name: "et" },
  // Given on the command line.
  { text: "User a\nPort 1\n", given: { user: "given", port: 77 } },
  { text: "Match user given\n  Port 78\n", given: { user: "given" } },
  // Match.
  "Match all\n  User et\n",
  "Match host league\n  User et\n",
  "Match host LEAGUE\n  User et\n",
  "Match host other\n  User wrong\n",
  "Match host other,league\n  User et\n",
  "Match host leag*,!league\n  User wrong\n",
  "Match !host league\n  User wrong\n",
  "Match !host other\n  User et\n",
  "Host league\n  HostName et.example.org\nMatch host et.example.org\n  User et\n  Port 2222\n",
  "Host league\n  HostName et.example.org\nMatch host league\n  User wrong\n",
  "Host league\n  HostName et.example.org\nMatch originalhost league\n  User et\n",
  "Match originalhost league user root\n  Port 5\n",
  "User a\nMatch user a\n  Port 5\n",
  "User a\nMatch user b\n  Port 5\n",
  `Match localuser ${ME}\n  Port 5\n`,
  `Match !localuser ${ME}\n  Port 5\n`,
  "Match canonical\n  User wrong\n",
  "Match final\n  Port 5\n",
  "Host league\n  HostName a.b\nMatch final host a.b\n  Port 6\n",
  "Match final all\n  User late\nHost league\n  User early\n",
  "Match host=league\n  User et\n",
  "match HOST league\n  User et\n",
  // Keys: all of them, in their order.
  "IdentityFile ~/.ssh/a\nIdentityFile ~/.ssh/b\n",
  "Host league\n  IdentityFile ~/.ssh/a\nHost *\n  IdentityFile ~/.ssh/b\n",
  "IdentityFile ~/.ssh/a\nIdentityFile ~/.ssh/a\n",
  'IdentityFile "/with space/key"\n',
  "IdentityFile ${HOME}/.ssh/et_key\n",
  "IdentityFile %d/.ssh/%r@%h\n",
  "IdentityFile none\n",
  "IdentitiesOnly yes\nIdentityFile ~/.ssh/et.pub\n",
  "CertificateFile ~/.ssh/et-cert.pub\n",
  "IdentityAgent none\n",
  "IdentityAgent SSH_AUTH_SOCK\n",
  "IdentityAgent $MY_AGENT\n",
  "IdentityAgent ~/agent.sock\n",
  // Known hosts.
  "UserKnownHostsFile ~/.ssh/a ~/.ssh/b\n",
  "UserKnownHostsFile ~/.ssh/a\nUserKnownHostsFile ~/.ssh/b\n",
  "UserKnownHostsFile ~/.ssh/known_hosts.d/%k\n",
  'UserKnownHostsFile "/a b/c" /d\n',
  "UserKnownHostsFile none\n",
  "GlobalKnownHostsFile /a /b\n",
  "HostKeyAlias et-main\n",
  // Jumps and commands: the first of the two.
  "ProxyJump gate\n",
  "ProxyJump me@gate:2200\n",
  "ProxyJump gate,second\n",
  "ProxyJump none\nHost league\n  ProxyJump gate\n",
  "ProxyCommand nc %h %p\n",
  "ProxyCommand none\n",
  "Host league\n  ProxyJump gate\nHost *\n  ProxyCommand nc %h %p\n",
  "Host league\n  ProxyCommand nc %h %p\nHost *\n  ProxyJump gate\n",
  "Host league\n  ProxyJump none\nHost *\n  ProxyCommand nc %h %p\n",
  "Host league\n  ProxyCommand none\nHost *\n  ProxyJump gate\n",
  // Included files.
  "Include DIR/user\n",
  "Include DIR/none\nUser et\n",
  "Include DIR/host\nUser late\n",
  "Include DIR/host\nPort 23\n",
  "Include DIR/conf.d/*\nUser et\n",
  "Include DIR/conf.d/* DIR/user\n",
  "Include DIR/c*.d/10-?\n",
  "Host other\n  Include DIR/user\nHost *\n  User late\n",
  "Host other\n  Include DIR/host\nHost *\n  User late\n",
  "Host league\n  Include DIR/user\n",
  "Host league\n  Include DIR/host\n  Port 8\n",
  "Include DIR/nested\n",
  'Include "DIR/a b"\n',
  "Include DIR/open\nUser et\n",
  "Host other\n  Include DIR/open\n  User wrong\n",
  "User first\nInclude DIR/user\n",
  "Match host other\n  Include DIR/user\n",
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-ssh-"));
  mkdirSync(path.join(folder, "conf.d"));
  for (const [name, text] of Object.entries(FILES))
    writeFileSync(path.join(folder, name), text.replaceAll("DIR", folder));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What `ssh -G` says, by lower-case names; of several lines of a name all values. */
function askSsh(
  file: string,
  name: string,
  { user, port }: NonNullable<Shape["given"]>,
): Map<string, string[]> {
  const flags = [
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
  ];
  const env = { ...process.env, MY_AGENT: "/agent" };
  const said = new Map<string, string[]>();
  for (const line of execFileSync("ssh", ["-F", file, ...flags, "-G", name], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  })
    .toString()
    .split("\n")) {
    const [key = "", ...values] = line.split(" ");
    said.set(key, [...(said.get(key) ?? []), values.join(" ")]);
  }
  return said;
}

describe.skipIf(!hasSsh)("a configuration means to prox what it means to ssh", () => {
  test("in more than eighty shapes", () => {
    expect(SHAPES.length).toBeGreaterThan(80);
  });

  test.each(SHAPES.map((shape) => (typeof shape === "string" ? { text: shape } : shape)))(
    "$text",
    ({ text, name = "league", given = {} }: Shape) => {
      const file = path.join(folder, "config");
      writeFileSync(file, text.replaceAll("DIR", folder), { mode: 0o600 });
      const said = askSsh(file, name, given);
      const { homedir } = userInfo();
      const read = readSshOptions(name, given, { home: homedir, files: [{ file, isUsers: true }] });
      const one = (key: string): string | undefined => said.get(key)?.[0];
      expect(read.hostname).toBe(one("hostname"));
      expect(read.user ?? ME).toBe(one("user"));
      expect(String(read.port ?? 22)).toBe(one("port"));
      expect(read.hostKeyAlias).toBe(one("hostkeyalias"));
      // These two ssh shows expanded.
      const expand = (value: string | undefined): string | undefined =>
        value?.replaceAll("~/", `${homedir}/`).replaceAll("%k", read.hostKeyAlias ?? name);
      expect(expand(read.identityAgent)).toBe(one("identityagent"));
      expect(read.identitiesOnly === true ? "yes" : "no").toBe(one("identitiesonly"));
      expect(read.proxyJump === "none" ? undefined : read.proxyJump).toBe(one("proxyjump"));
      expect(read.proxyCommand === "none" ? undefined : read.proxyCommand).toBe(one("proxycommand"));
      if (read.identityFiles.length > 0) expect(read.identityFiles).toEqual(said.get("identityfile"));
      else expect(said.get("identityfile")).toContain("~/.ssh/id_rsa");
      expect(read.certificateFiles).toEqual(said.get("certificatefile") ?? []);
      if (read.userKnownHostsFiles !== undefined)
        expect(expand(read.userKnownHostsFiles.join(" "))).toBe(one("userknownhostsfile"));
      if (read.globalKnownHostsFiles !== undefined)
        expect(read.globalKnownHostsFiles.join(" ")).toBe(one("globalknownhostsfile"));
    },
  );
});

test("no command of the configuration is run: what only one could tell is refused", () => {
  const file = path.join(folder, "config");
  const mark = path.join(folder, "mark");
  const places = { home: folder, files: [{ file, isUsers: true }] };
  writeFileSync(file, `Match host league exec "touch ${mark}"\n  User wrong\n`);
  expect(() => readSshOptions("league", {}, places)).toThrow("runs no commands");
  expect(readSshOptions("other", {}, places).user).toBeUndefined();
  expect(existsSync(mark)).toBe(false);
});
