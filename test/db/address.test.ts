import { afterEach, describe, expect, test, vi } from "vitest";

import { parseAddress, redactUrl } from "../../src/db/address.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("parseAddress", () => {
  const nothing = { user: undefined, password: undefined, database: undefined, settings: {} };

  test.each([
    [
      "postgres://me:p%40ss@db.example.org:5433/rounds?sslmode=require",
      {
        host: "db.example.org",
        port: 5433,
        user: "me",
        password: "p@ss",
        database: "rounds",
        sslmode: "require",
        settings: {},
      },
    ],
    [
      "postgresql://%2Frun%2Fpostgresql/prox",
      { ...nothing, host: "/run/postgresql", port: 5432, database: "prox" },
    ],
    [
      "postgresql:///prox?host=/run/postgresql&port=5433",
      { ...nothing, host: "/run/postgresql", port: 5433, database: "prox" },
    ],
    ["postgres://[::1]/prox", { ...nothing, host: "::1", port: 5432, database: "prox" }],
    ["postgres://me@host", { ...nothing, host: "host", port: 5432, user: "me" }],
    [
      "postgres://host/prox?application_name=a%20b&search_path=x",
      {
        ...nothing,
        host: "host",
        port: 5432,
        database: "prox",
        settings: { application_name: "a b", search_path: "x" },
      },
    ],
    ["postgres://host/my%20rounds", { ...nothing, host: "host", port: 5432, database: "my rounds" }],
    ["postgres:///", { ...nothing, host: "localhost", port: 5432 }],
    // What libpq keeps to itself is no setting of the server.
    [
      "postgres://host/?connect_timeout=7&user=me&password=x&dbname=prox&keepalives_idle=30&gssencmode=disable",
      {
        host: "host",
        port: 5432,
        user: "me",
        password: "x",
        database: "prox",
        connectTimeoutS: 7,
        settings: {},
      },
    ],
  ])("%s", (url, address) => {
    for (const name of ["PGHOST", "PGPORT"]) vi.stubEnv(name, undefined);
    expect(parseAddress(url)).toEqual(address);
  });

  test("PGHOST and PGPORT stand in for what the URL does not say, and only for that", () => {
    vi.stubEnv("PGHOST", "elsewhere");
    vi.stubEnv("PGPORT", "6432");
    expect(parseAddress("postgres:///prox")).toMatchObject({ host: "elsewhere", port: 6432 });
    expect(parseAddress("postgres://host:5433/prox")).toMatchObject({ host: "host", port: 5433 });
    expect(parseAddress("postgres:///prox?host=other&port=1")).toMatchObject({ host: "other", port: 1 });
  });

  test.each([
    ["postgres://host/x?sslrootcert=/ca.pem", "does not know the parameter sslrootcert"],
    ["postgres://host/x?channel_binding=require", "does not know the parameter channel_binding"],
    ["postgres://host/x?connect_timeout=soon", "must be a number of seconds"],
    ["nonsense", "is not a URL"],
    ["", "is not a URL"],
    ["mysql://host/db", "mysql://"],
    ["postgres://%zz/x", "broken percent escape"],
    ["postgres://host/%zz", "broken percent escape"],
  ])("%s is refused", (url, reason) => {
    expect(() => parseAddress(url)).toThrow(
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
    ["not a URL", "not a URL"],
  ])("%s is shown as %s", (url, shown) => {
    expect(decodeURIComponent(redactUrl(url))).toBe(shown);
  });
});
