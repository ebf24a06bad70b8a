import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Address, parseAddress, redactUrl } from "../../../src/db/address/address.ts";

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("PG")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", "/nonexistent");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Of an address that says nothing but where. */
const PLAIN: Partial<Address> = {
  port: 5432,
  user: "me",
  password: undefined,
  database: "prox",
  tls: "prefer",
  isTlsDirect: false,
  connectTimeoutS: undefined,
  settings: {},
};
const SOCKET = { ...PLAIN, host: "/run/postgresql", tls: undefined };

describe("parseAddress", () => {
  test.each<[string, Partial<Address>]>([
    [
      "postgres://me:p%40ss@db.example.org:5433/rounds?sslmode=disable",
      { ...PLAIN, host: "db.example.org", port: 5433, password: "p@ss", database: "rounds", tls: undefined },
    ],
    ["postgresql://me@%2Frun%2Fpostgresql/prox", SOCKET],
    ["postgresql://me@/prox?host=/run/postgresql&port=5433", { ...SOCKET, port: 5433 }],
    ["postgresql:///prox?host=/run/postgresql&user=me", SOCKET],
    ["postgres://me@:5433/prox", { ...PLAIN, host: "localhost", port: 5433 }],
    ["postgres://me@[::1]/prox", { ...PLAIN, host: "::1" }],
    ["postgres://me@host", { ...PLAIN, host: "host", database: "me" }],
    [
      "postgres://me@host/prox?application_name=a%20b&search_path=x",
      { ...PLAIN, host: "host", settings: { application_name: "a b", search_path: "x" } },
    ],
    ["postgres://me@host/my%20rounds", { ...PLAIN, host: "host", database: "my rounds" }],
    // What libpq keeps to itself is no setting of the server.
    [
      "postgres://host/?connect_timeout=7&user=me&password=x&dbname=prox&keepalives_idle=30&gssencmode=disable",
      { ...PLAIN, host: "host", password: "x", connectTimeoutS: 7 },
    ],
    ["host=/run/postgresql user=me dbname=prox", SOCKET],
    [
      String.raw`host = db.example.org user=me dbname='my \'best\' rounds' password=a\ b`,
      { ...PLAIN, host: "db.example.org", database: "my 'best' rounds", password: "a b" },
    ],
    [
      "dbname=prox user=me options='-c work_mem=1MB'",
      { ...PLAIN, host: "localhost", settings: { options: "-c work_mem=1MB" } },
    ],
  ])("%s", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test("the environment stands in for what is not said, and only for that", () => {
    vi.stubEnv("PGHOST", "elsewhere");
    vi.stubEnv("PGPORT", "6432");
    vi.stubEnv("PGUSER", "someone");
    vi.stubEnv("PGSSLMODE", "disable");
    expect(parseAddress("postgres:///prox")).toMatchObject({
      host: "elsewhere",
      port: 6432,
      user: "someone",
      tls: undefined,
    });
    expect(parseAddress("postgres://me@host:5433/prox")).toMatchObject({
      host: "host",
      port: 5433,
      user: "me",
    });
    expect(parseAddress("postgres:///prox?host=other&port=1")).toMatchObject({ host: "other", port: 1 });
  });

  test.each([
    ["postgres://host/x?sslrootcert=/nowhere/ca.pem&sslmode=require", "cannot read sslrootcert"],
    ["postgres://host/x?sslmode=always", "sslmode of the database address is unknown: always"],
    ["postgres://host/x?sslcert=/nowhere/me.crt", "needs a connection that is always encrypted"],
    ["postgres://host/x?sslmode=require&sslrootcert=system", "needs sslmode=verify-full"],
    ["postgres://host/x?sslmode=require&ssl_min_protocol_version=SSLv3", "is unknown: SSLv3"],
    ["postgres://host/x?channel_binding=require", "does not know the parameter channel_binding"],
    ["postgres://one,two/x", "several hosts"],
    ["postgres://one:5432,two:5433/x", "several hosts"],
    ["host=one,two", "several hosts"],
    ["postgres://host/x?connect_timeout=soon", "must be a number of seconds"],
    ["postgres://host/x?port=many", "must be a number up to 65535"],
    ["nonsense", "neither a URL nor a list"],
    ["host=db.example.org and more", "neither a URL nor a list"],
    ["service=nowhere", "there is no service nowhere"],
    ["", "is empty"],
    ["mysql://host/db", "mysql://"],
    ["postgres://%zz/x", "broken percent escape"],
    ["postgres://host:port/x", "is not a URL"],
    ["postgres://host/%zz", "broken percent escape"],
  ])("%s is refused", (text, reason) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({
        code: "E_DATABASE_URL",
        exit: "usage",
        message: expect.stringContaining(reason) as string,
      }),
    );
  });
});

describe("redactUrl", () => {
  test.each([
    ["postgres://me:secret@host/x", "postgres://me:***@host/x"],
    ["postgres://me@host/x?password=secret", "postgres://me@host/x?password=***"],
    ["postgres://me@host:5433/x?sslmode=require", "postgres://me@host:5433/x?sslmode=require"],
    ["host=db user=me password=abc", "host=db user=me password=***"],
    ["host=db password = 'a b' user=me", "host=db password = *** user=me"],
    ["not a URL", "not a URL"],
  ])("%s is shown as %s", (url, shown) => {
    expect(decodeURIComponent(redactUrl(url))).toBe(shown);
  });
});
