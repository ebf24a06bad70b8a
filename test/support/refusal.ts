/** What a promise was refused with. */
import { expect } from "vitest";

import { ProxError } from "../../src/errors.ts";

/** Waits for a promise that must be rejected with an error that people can understand. */
export async function refusal(promise: Promise<unknown>): Promise<ProxError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProxError);
  return error as ProxError;
}
