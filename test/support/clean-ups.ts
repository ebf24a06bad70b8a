/**
 * What is to be done when a test file is through, whatever became of its set-up. Modules live as long as the worker and
 * serve many files; the set-up of each file (`clean-up.ts`) sees to it that nothing is left for the next.
 */
const cleanUps: (() => Promise<unknown>)[] = [];

/** Does this when the file that runs now is through. */
export function afterFile(cleanUp: () => Promise<unknown>): void {
  cleanUps.push(cleanUp);
}

/** Does all that is due. */
export async function cleanUp(): Promise<void> {
  await Promise.all(cleanUps.splice(0).map((each) => each()));
}
