/**
 * `npm run mutate`: puts faults into modules, one at a time, and sees whether a test finds them. `npm run mutate -- rules
 * deploy` takes some groups, `npm run mutate -- src/rules/bait.ts` some files of them. Ends with 1 where a group's tests find
 * less than before.
 */
import { floorOf, figuresOf, percentOf, writeFigures } from "./figures.ts";
import { filesOf, GROUPS, IS_SAMPLE, isEquivalent, LEAST_PERCENT, sample } from "./groups.ts";
import { judgeInLua } from "./in-lua.ts";
import { judgeInNode } from "./in-node.ts";
import { type Fates, type Mutant, mutantsOf } from "./mutants.ts";

const SHOWN_LENGTH = 60;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function shown(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}…` : line;
}

/** Says which mutants no test found, and returns what is to be said of the group. */
function report(group: string, mutants: readonly Mutant[], fates: Fates): void {
  for (const { file, id, line, original, replacement } of mutants) {
    const kind = fates.get(id)?.kind;
    if (kind === "survived" || kind === "unreached")
      say(`${file}:${line} ${kind}: ${shown(original)} → ${shown(replacement)}`);
  }
  const figures = figuresOf(mutants.map(({ id }) => fates.get(id)));
  const unjudged = mutants.length - figures.judged;
  say(
    `${group}: ${figures.found} of ${figures.judged} found, ${percentOf(figures)} %; not judged: ${unjudged}`,
  );
}

/** Tries the mutants of a group, or of those of its files whose paths begin with `part`. */
async function judge(name: string, part = ""): Promise<void> {
  const group = GROUPS[name];
  if (group === undefined)
    throw new Error(`there is no group ${name}, only ${Object.keys(GROUPS).join(", ")}`);
  const isTracker = group.tests.length === 0;
  const { instrumented, mutants: all } = await mutantsOf(
    filesOf(group).filter((file) => file.startsWith(part)),
  );
  const mutants = (isTracker ? sample(all) : all).filter((mutant) => !isEquivalent(mutant));
  say(`${name}: ${mutants.length} of ${all.length} mutants`);
  const fates = isTracker
    ? await judgeInLua(mutants, say)
    : await judgeInNode(mutants, instrumented, group.tests);
  report(name, mutants, fates);
  if (part !== "") return;
  const figures = figuresOf(mutants.map(({ id }) => fates.get(id)));
  const floor = floorOf(name, LEAST_PERCENT);
  if (percentOf(figures) < floor) {
    say(`${name}: its tests have to find ${floor} %`);
    process.exitCode = 1;
  } else if (!isTracker || IS_SAMPLE) {
    writeFigures(name, figures);
  }
}

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(GROUPS)) {
  const group = Object.keys(GROUPS).find(
    (it) => GROUPS[it]?.files.some((path) => name.startsWith(path)) === true,
  );
  if (group === undefined) await judge(name);
  else await judge(group, name);
}
