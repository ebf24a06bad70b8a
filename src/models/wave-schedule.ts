/** When a team's spawn waves come: they come at even intervals, and each kill tells when the victim's next one is. */

/** What was told: at a time, how long it is until the next wave. */
export interface WaveNote {
  readonly timeMs: number;
  readonly nextWaveMs: number;
}

/** Waves are whole seconds apart; the game looks at them once a frame. */
const GRAIN_MS = 1000;

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/**
 * The time from a moment until the team's next wave, by what kills told in the whole round: waves follow the clock, and players know
 * them. Undefined where fewer than two waves were told of, or where they do not fit one interval.
 */
export function waveSchedule(notes: readonly WaveNote[]): ((timeMs: number) => number) | undefined {
  const waves = [
    ...new Set(notes.map(({ nextWaveMs, timeMs }) => Math.round((timeMs + nextWaveMs) / GRAIN_MS))),
  ].sort((a, b) => a - b);
  const [first] = waves;
  if (first === undefined || waves.length < 2) return undefined;
  const interval = waves.reduce((divisor, wave) => commonDivisor(wave - first, divisor), 0) * GRAIN_MS;
  if (interval <= GRAIN_MS) return undefined;
  // To the frame: what the earliest note of that wave says.
  const phase = notes.reduce(
    (found, { nextWaveMs, timeMs }) =>
      Math.round((timeMs + nextWaveMs) / GRAIN_MS) === first ? timeMs + nextWaveMs : found,
    0,
  );
  return (timeMs) => (((phase - timeMs) % interval) + interval) % interval;
}
