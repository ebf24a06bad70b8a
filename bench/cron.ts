/**
 * The trial of years in small: the line of contrib/cron.d/prox 50 times, with an outage of the game server and one of the
 * database. Says how many mails cron would have sent, and whether every round is there once. Needs `npm run build` first.
 *
 *     npx tsx bench/cron.ts
 */
import { runCronTrial } from "../test/support/cron-trial.ts";

const { distinctFiles, exitCodes, files, mails, played, rounds } = await runCronTrial({
  runs: 50,
  withoutServer: [11, 20],
  withoutDatabase: [31, 34],
  tellAfter: 3,
});
console.log(`${exitCodes.length} runs, ${exitCodes.filter((code) => code !== 0).length} of them failed`);
console.log(`${mails.length} mails:`);
for (const { run, text } of mails) console.log(`  run ${run}: ${text.trim()}`);
console.log(
  `${played} rounds played, ${rounds} in the database; ${files} files, ${distinctFiles} of them distinct`,
);
