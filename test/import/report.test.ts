/** The report of an import: everything is counted, and the lists end somewhere. */
import { expect, test } from "vitest";

import { type FileReport, reportRefused, ReportWriter } from "../../src/import/report.ts";

const fault = { code: "E_EMPTY_FILE", message: "the file is empty", line: 0 } as const;
const refused = (label: string, isKnown = false): FileReport =>
  reportRefused({ label, sha256: "", sizeBytes: 0 }, fault, isKnown);

test("a flood of refused files fills its own part of the list, is counted, and each file is told", () => {
  const told: string[] = [];
  const writer = new ReportWriter(false, { mostListed: 3, onFile: ({ label }) => told.push(label) });
  const labels = Array.from({ length: 50 }, (_, index) => `${index}`);
  for (const label of labels) writer.addFile(refused(label, Number(label) >= 40));
  writer.addFile({ ...refused("good"), fate: "imported", error: null, rows: 7 });
  writer.passOver();
  const { files, notListed, totals } = writer.report;
  expect(files.map(({ label }) => label)).toEqual(["0", "1", "2", "good"]);
  expect(notListed).toEqual({ rounds: 0, files: 47 });
  expect(totals).toMatchObject({
    files: { imported: 1, skipped: 0, rejected: 50, passedOver: 1 },
    rejectedBefore: 10,
    rows: 7,
  });
  expect(told).toEqual([...labels, "good"]);
});
