/** The lines that move on a terminal while several servers are worked on. */
import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { startBoard } from "../../src/cli/fleet-board.ts";

/** A stream that says of itself that it is a terminal, or not. */
function stream(isTTY: boolean, rows = 24): { stream: NodeJS.WriteStream; shown: () => string } {
  const through = new PassThrough();
  let text = "";
  through.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const about = { isTTY, rows, columns: 30 };
  return { stream: Object.assign(through, about) as unknown as NodeJS.WriteStream, shown: () => text };
}

test("on a terminal each server has a line that is no wider, and what is written waits for the end", async () => {
  const { shown, stream: terminal } = stream(true);
  const board = startBoard(["a", "main"], terminal);
  const written: string[] = [];
  board.step("a", "connects \u001b[2J to a server with a very long name");
  board.write(() => written.push("line"));
  await expect.poll(shown).toContain("main  waits");
  expect(written).toEqual([]);
  board.stop();
  expect(written).toEqual(["line"]);
  expect(shown()).toContain("a     connects \uFFFD[2J to a se");
  expect(shown()).not.toContain("to a server");
});

test.each([
  ["no terminal", stream(false)],
  ["a terminal without room", stream(true, 2)],
])("on %s nothing moves, and what is written is written at once", (_name, { shown, stream: out }) => {
  const board = startBoard(["a", "b"], out);
  const written: string[] = [];
  board.step("a", "connects");
  board.write(() => written.push("line"));
  expect(written).toEqual(["line"]);
  board.stop();
  expect(shown()).toBe("");
});
