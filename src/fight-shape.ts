/** NvM: how the numbers of a fight are written, everywhere. */

/** `2v1`: so many of the own side against so many of the other. */
export const fightShape = (own: number, enemies: number): string => `${own}v${enemies}`;
