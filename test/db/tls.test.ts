/** A real server with TLS, an authority of its own and client certificates; and the other ways to name it. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { parseAddress } from "../../src/db/address/address.ts";
import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../../src/db/embedded/cluster.ts";
import { serverUser } from "../../src/db/embedded/server-user.ts";
import { openDatabase } from "../../src/db/open.ts";
import { putCluster } from "../support/made-cluster.ts";

/** The server listens here, and its certificate is for the first of them. */
const NAMED = "127.20.15.1";
const UNNAMED = "127.20.15.2";
const PASSWORD = "sesame-open";

const home = mkdtempSync(path.join(tmpdir(), "prox-tls-"));
const cluster = { folder: path.join(home, "postgres"), isDurable: false };
const own = (name: string): string => path.join(home, name);
let admin: Sql;

function openssl(...parameters: string[]): void {
  execFileSync("openssl", parameters, { cwd: home, stdio: ["ignore", "ignore", "pipe"] });
}

/** Makes `NAME.key` and `NAME.crt`, signed by an authority or by itself. */
function certify(name: string, subject: string, ca?: string, extensions = ""): void {
  const key = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    `${name}.key`,
  ];
  if (ca === undefined) {
    openssl("req", "-x509", ...key, "-subj", `/CN=${subject}`, "-days", "2", "-out", `${name}.crt`);
    return;
  }
  openssl("req", ...key, "-subj", `/CN=${subject}`, "-out", `${name}.csr`);
  writeFileSync(own(`${name}.ext`), extensions);
  const signed = ["-CA", `${ca}.crt`, "-CAkey", `${ca}.key`, "-CAcreateserial", "-extfile", `${name}.ext`];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-days", "2", "-out", `${name}.crt`);
}

beforeAll(async () => {
  chmodSync(home, 0o711);
  certify("ca", "an authority");
  certify("other-ca", "another authority");
  certify("server", "server", "ca", `subjectAltName=IP:${NAMED}`);
  certify("analyst", "analyst", "ca");
  await putCluster(cluster.folder);
  const data = path.join(cluster.folder, "data");
  const user = await serverUser();
  for (const name of ["ca.crt", "server.crt", "server.key"]) {
    copyFileSync(own(name), path.join(data, name));
    chmodSync(path.join(data, name), 0o600);
    if (user !== undefined) chownSync(path.join(data, name), user.uid, user.gid);
  }
  appendFileSync(
    path.join(data, "postgresql.conf"),
    `listen_addresses = '${NAMED},${UNNAMED}'\nssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\nssl_ca_file = 'ca.crt'\n`,
  );
  const rules = path.join(data, "pg_hba.conf");
  writeFileSync(
    rules,
    `hostssl all analyst 127.0.0.0/8 cert\nhost all guest 127.0.0.0/8 scram-sha-256\n${readFileSync(rules, "utf8")}`,
  );
  admin = createPool(await startCluster(cluster), { connections: 1 });
  await admin.unsafe(`create role analyst login; create role guest login password '${PASSWORD}'`);
}, 120_000);
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await admin.end({ timeout: 1 });
  await deleteCluster(cluster);
  await rm(home, { recursive: true });
});

/** Whether the connection to this address is encrypted, and as whom it is. */
async function ask(address: string): Promise<{ ssl: boolean; user: string } | undefined> {
  const database = await openDatabase({ databaseUrl: address });
  try {
    const [found] = await database.sql<{ ssl: boolean; user: string }[]>`
      select ssl, current_user as user from pg_stat_ssl where pid = pg_backend_pid()`;
    return found;
  } finally {
    await database.close();
  }
}

const guest = (host: string, query: string): string => `postgres://guest:${PASSWORD}@${host}/prox${query}`;
const root = (name = "ca"): string => `&sslrootcert=${own(`${name}.crt`)}`;

describe("sslmode", () => {
  test.each([
    ["nothing said", NAMED, "", true],
    ["prefer", NAMED, "?sslmode=prefer", true],
    ["allow", NAMED, "?sslmode=allow", true],
    ["disable", NAMED, "?sslmode=disable", false],
    ["require", NAMED, "?sslmode=require", true],
    ["verify-ca", UNNAMED, "?sslmode=verify-ca&root", true],
    ["verify-full", NAMED, "?sslmode=verify-full&root", true],
  ])("%s", async (_, host, query, ssl) => {
    expect(await ask(guest(host, query.replace("&root", root())))).toEqual({ ssl, user: "guest" });
  });

  test.each([
    ["an authority that did not sign", NAMED, "verify-ca", "other-ca", "sslrootcert"],
    ["require with the wrong authority", NAMED, "require", "other-ca", "sslrootcert"],
    ["another name", UNNAMED, "verify-full", "ca", "is for other names"],
  ])("%s is refused, with advice", async (_, host, mode, ca, advice) => {
    await expect(ask(guest(host, `?sslmode=${mode}${root(ca)}`))).rejects.toMatchObject({
      code: "E_DATABASE",
      exit: "database",
      suggestions: [expect.stringContaining(advice) as string],
    });
  });

  test("the authority is looked for in ~/.postgresql, and said to be missing", async () => {
    vi.stubEnv("HOME", own("nobody"));
    const address = guest(NAMED, "?sslmode=verify-full");
    await expect(ask(address)).rejects.toMatchObject({
      code: "E_DATABASE_URL",
      suggestions: expect.arrayContaining([expect.stringContaining("sslrootcert=system")]) as string[],
    });
    const folder = path.join(home, "nobody/.postgresql");
    execFileSync("mkdir", ["-p", folder]);
    copyFileSync(own("ca.crt"), path.join(folder, "root.crt"));
    expect(await ask(address)).toEqual({ ssl: true, user: "guest" });
  });

  test("authorities that Node.js knows do not vouch for this server", async () => {
    await expect(ask(guest(NAMED, "?sslrootcert=system"))).rejects.toMatchObject({ code: "E_DATABASE" });
  });
});

describe("a client certificate", () => {
  const address = (query: string): string =>
    `postgres://analyst@${NAMED}/prox?sslmode=verify-full${root()}${query}`;

  test("signs in", async () => {
    const files = `&sslcert=${own("analyst.crt")}&sslkey=${own("analyst.key")}`;
    expect(await ask(address(files))).toEqual({ ssl: true, user: "analyst" });
  });

  test("that is missing is the server's error; a file that is missing is named", async () => {
    await expect(ask(address(""))).rejects.toMatchObject({ code: "E_DATABASE" });
    await expect(ask(address(`&sslcert=${own("nowhere.crt")}`))).rejects.toMatchObject({
      code: "E_DATABASE_URL",
      message: expect.stringContaining("nowhere.crt") as string,
    });
  });
});

describe("a server without TLS", () => {
  beforeAll(async () => {
    await admin.unsafe("alter system set ssl = off").simple();
    await admin`select pg_reload_conf()`;
    await vi.waitFor(async () => {
      expect(await admin`show ssl`).toEqual([{ ssl: "off" }]);
    });
  });

  test("is spoken to where that is allowed", async () => {
    expect(await ask(guest(NAMED, ""))).toEqual({ ssl: false, user: "guest" });
  });

  test("is refused where it is not, and the error says that it may have none", async () => {
    await expect(ask(guest(NAMED, "?sslmode=require"))).rejects.toMatchObject({
      code: "E_DATABASE",
      suggestions: expect.arrayContaining([expect.stringContaining("offers TLS")]) as string[],
    });
  });
});

describe("the same server by other names", () => {
  test("keyword=value, a service, a password file", async () => {
    vi.stubEnv("HOME", home);
    vi.stubEnv("PGSERVICEFILE", own("services"));
    writeFileSync(own(".pgpass"), `# mine\nelsewhere:*:*:guest:wrong\n${NAMED}:5432:*:guest:${PASSWORD}\n`);
    writeFileSync(
      own("services"),
      `[away]\nhost=nowhere\n\n[here]\n# ours\nhost=${NAMED}\ndbname=prox\nuser=guest\n`,
    );
    chmodSync(own(".pgpass"), 0o600);
    const found = { ssl: false, user: "guest" };
    expect(await ask(`host=${NAMED} user=guest dbname='prox'`)).toEqual(found);
    expect(await ask("service=here")).toEqual(found);
    expect(await ask("postgres://?service=here")).toEqual(found);
    chmodSync(own(".pgpass"), 0o644);
    await expect(ask("service=here")).rejects.toMatchObject({
      code: "E_DATABASE",
      suggestions: expect.arrayContaining([expect.stringContaining("chmod 600")]) as string[],
    });
  });

  test("the socket's folder as parameter", async () => {
    const { host } = parseAddress(await startCluster(cluster));
    expect(await ask(`postgres://prox@/prox?host=${host}`)).toEqual({ ssl: false, user: "prox" });
  });
});
