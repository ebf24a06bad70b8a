import postgres from "postgres";
import { expect, test } from "vitest";

import { mayPass } from "../../../src/db/driver/errors.ts";

const said = (message: string, code = "XX000"): Error =>
  Object.assign(new postgres.PostgresError(message), { message, code });

// What Citus and libpq say when a worker was killed.
test.each([
  "SSL SYSCALL error: EOF detected\ninvalid socket",
  "connection not open",
  "server closed the connection unexpectedly",
  "could not receive data from server: Connection reset by peer",
  "failed to COPY to shard 102008 on 127.0.0.1:5432",
])("a worker that is gone may come back: %j", (message) => {
  expect(mayPass(said(message))).toBe(true);
});

test("a fault of the server itself does not pass", () => {
  expect(mayPass(said("could not open file with OID 1"))).toBe(false);
});
